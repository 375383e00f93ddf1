"""Which acts a unit holds: `cases/clauses.txt`. The status of the unit is given, so that only the cutting is tested."""

import pytest
from casebook import cases, params

from pipeline.acts import ACT_STATUSES, Segmenter
from pipeline.predicates import active, predicate
from pipeline.resources import shipped
from pipeline.schema import Release, UnitData
from pipeline.sheet import from_releases


def kind_of(text: str) -> str:
    if text[0] in "□ㅇ":
        return "bullet"
    return "sentence" if text[-1] in ".임함" else "title"


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter.from_disk(shipped("models", "ko", "dajim_commitments", "segmenter"))


@pytest.mark.parametrize(("status", "text", "verbs"), params(cases("clauses")))
def test_acts_of_a_unit(engine, segmenter: Segmenter, status: str, text: str, verbs: str) -> None:
    acts = [(v.partition("/")[0], v.partition("/")[2] or status) for v in verbs.split()]
    (sheet,) = from_releases([Release("a", text, "a")], engine.settings)
    sheet["units"] = [
        UnitData(
            start=0, end=len(text), kind=kind_of(text), section=None, status=status, status_confidence=None, category="welfare",
            category_confidence=None, secondary=[], speaker="",
        )
    ]  # fmt: skip
    (units,) = segmenter.cut([sheet])
    found = []
    for clause in units[0]:
        said = predicate(sheet["morphemes"], clause.first, clause.stop)
        found.append((active(said.lemma) if said else "", clause.status))
        assert 0 <= clause.start < clause.end <= len(text)
        assert 0 < clause.confidence <= 1
    assert found == acts


def test_the_table_says_what_it_means() -> None:
    for case in cases("clauses"):
        status, _, verbs = case.cells
        assert status in ACT_STATUSES, case
        assert case.negative == (len(verbs.split()) == 1), case
