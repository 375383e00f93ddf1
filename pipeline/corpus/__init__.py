"""The labelled corpus: its formats, checks and statistics.

`annotation`  what one labelled release is, and its stand-off form (offsets, no text)
`markup`      the readable form that annotators write and tests use
"""
