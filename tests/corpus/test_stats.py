"""Counts."""

from pipeline.corpus.stats import counts, lexicon_stats, stats


def test_counts(documents) -> None:
    found = counts(documents)
    expected = {
        "documents": 3,
        "units": 6,
        "units, heading": 1,
        "units, sentence": 3,
        "units, planned": 1,
        "units, none": 2,
        "units, startup": 1,
        "units with secondary": 1,
        "mentions": 7,
        "mentions, ORG": 4,
        "entities, PROGRAM": 2,
        "acts": 4,
        "acts, planned": 2,
        "acts, finance": 1,
        "acts with deadline": 1,
        "acts with amount": 1,
        "acts with count": 1,
        "acts with program": 2,
        "acts with beneficiary": 1,
        "acts with speaker": 0,
    }
    assert {key: found[key] for key in expected} == expected
    assert found["units"] == sum(found[f"units, {k}"] or 0 for k in ("title", "heading", "sentence", "bullet", "boilerplate", "table"))


def test_entities_are_counted_once(documents) -> None:
    assert counts(documents * 2)["entities, ORG"] == counts(documents)["entities, ORG"] == 4


def test_what_cannot_be_told_without_texts(build) -> None:
    found = stats(build(texts=False))
    assert list(found) == ["authored", "train", "dev", "test", "all"]
    assert (found["train"]["entities, ORG"], found["train"]["characters"], found["train"]["mentions, ORG"]) == (None, None, 1)
    assert found["dev"]["entities, ORG"] == 1  # its canonical name is given
    assert found["authored"]["entities, ORG"] == 1
    assert (found["all"]["documents"], found["all"]["entities, ORG"]) == (4, None)


def test_lexicon() -> None:
    found = lexicon_stats()
    assert list(found) == ["bodies", "bodies, aliases", "bodies, homonyms", "programmes", "programmes, aliases", "programmes, homonyms"]
    assert all(found.values())
