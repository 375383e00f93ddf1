"""Learning machines that know nothing of releases: arrays in, arrays out.

arrays     a component's weights on disk: NumPy arrays and JSON, nothing that can be executed
vectors    word vectors and clusters of morphemes, from unlabelled text
names      numbers of named features
templates  integer features of a sequence of coded tokens
choice     one of several options, log-linear
crf        a linear-chain conditional random field
network    a network with one hidden layer on sparse and dense features
"""
