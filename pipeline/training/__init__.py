"""The labelled corpus -> the weights of the trained components.

examples     labelled releases as the rules see them, paired with their labels
names        trains the tagger      units      trains the classifier
whole        all of them -> a model folder
commands     `dajim train`, `dajim vectors`
"""
