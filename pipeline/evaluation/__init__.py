"""How good the pipeline is: scores on the labelled corpus, beside those of baselines.

`counts`       one document, labels and rows -> counts that add up, as `score.py` defines them
`scores`       counts -> F1, accuracy, macro-F1
`bootstrap`    95 % intervals of anything that is computed from counts
`calibration`  whether a confidence of 0.8 is right four times out of five
`baselines`    what a model has to beat: the rules alone, and the most frequent labels
`evaluate`     a split of the corpus -> all of these, whole and by group
`floors`       the scores under which nothing may fall
`report`       tables and JSON
`commands`     `dajim evaluate`
"""
