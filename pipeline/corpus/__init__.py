"""The labelled corpus: its formats, checks and statistics.

`annotation`  what one labelled release is, and its stand-off form (offsets, no text)
`markup`      the readable form that annotators write and tests use
`standoff`    files of stand-off annotations: strict reader and writer
`store`       where the corpus lies: splits, annotations, texts
`check`       what must hold of an annotation and of the corpus as a whole
`stats`       counts
`agreement`   how far two readings of the same documents agree
`exchange`    what the annotation tools share; `labelstudio` and `doccano` are the two that labels go to and come back from
`mine`        candidates for the lexicon
`commands`    `dajim corpus …`
"""
