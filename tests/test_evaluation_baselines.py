"""What stands beside a model: the rules alone, whatever the model holds, and the most frequent labels."""

from collections.abc import Sequence
from typing import Any

import pytest

from pipeline.component import Component
from pipeline.corpus.annotation import Annotation, Unit
from pipeline.engine import COMPONENTS, Engine, ModelError
from pipeline.evaluation import baselines
from pipeline.evaluation.baselines import RULES, Majority, rule_engine
from pipeline.evaluation.evaluate import read_by
from pipeline.schema import Release
from pipeline.sheet import Sheet

RELEASE = Release("a", "산림청은 내년 상반기까지 숲길 300km를 정비할 계획이다. 행사에는 30명이 왔다.", "memory")


class Appealing(Component[None]):
    """A component that makes an appeal of everything."""

    def predict(self, sheets: Sequence[Sheet]) -> list[None]:
        return [None] * len(sheets)

    def set_annotations(self, sheets: Sequence[Sheet], predictions: Sequence[None]) -> None:
        for sheet in sheets:
            for unit in sheet["units"]:
                unit["status"], unit["category"] = "appeal", "none"


def with_appeals(engine: Engine) -> Engine:
    return Engine(engine.settings, {**engine.components, "appeals": Appealing()})


def test_the_rules_run_in_their_order() -> None:
    assert [name for name in COMPONENTS if name in RULES] == list(RULES)
    assert list(rule_engine().components) == list(RULES)


def test_the_rules_are_alone_whatever_the_model_holds(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = with_appeals(engine)
    monkeypatch.setattr(baselines, "load_engine", lambda workers=0: trained)
    rules = rule_engine()
    assert list(rules.components) == list(RULES) and rules.settings.words == engine.settings.words != ()
    statuses = [[row["status"] for row in read_by(e, [RELEASE])[0][0]["sentences"]] for e in (rules, trained)]
    assert statuses == [["planned", "none"], ["appeal", "appeal"]]


def test_a_model_of_others_has_no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "load_engine", lambda workers=0: object())
    with pytest.raises(ModelError, match="components that are not dajim's"):
        rule_engine()


def labelled(*units: tuple[str, str, str]) -> Annotation:
    """A document of units: kind, status, category."""
    return Annotation("a", "0", tuple(Unit((10 * n, 10 * n + 9), kind, status, category) for n, (kind, status, category) in enumerate(units)), ())


@pytest.mark.parametrize(
    ("units", "labels", "otherwise"),
    [
        ([], {}, ("none", "none")),
        ([("title", "planned", "jobs")], {"title": ("planned", "jobs")}, ("planned", "jobs")),
        # Status and category each for itself.
        (
            [("sentence", "planned", "jobs"), ("sentence", "planned", "welfare"), ("sentence", "none", "none"), ("sentence", "appeal", "none")],
            {"sentence": ("planned", "none")},
            ("planned", "none"),
        ),
        # By kind; and of two that are equally frequent the first in the alphabet.
        (
            [("title", "planned", "jobs"), ("bullet", "ongoing", "global"), ("bullet", "completed", "finance"), ("bullet", "ongoing", "finance")],
            {"bullet": ("ongoing", "finance"), "title": ("planned", "jobs")},
            ("ongoing", "finance"),
        ),
        ([("table", "ongoing", "jobs"), ("table", "completed", "global")], {"table": ("completed", "global")}, ("completed", "global")),
    ],
)
def test_majority(units: list[tuple[str, str, str]], labels: dict[str, Any], otherwise: tuple[str, str]) -> None:
    found = Majority.fit([labelled(unit) for unit in units])
    assert (found.labels, found.otherwise) == (labels, otherwise)


def test_majority_relabels_units_and_knows_nothing_else(engine: Engine) -> None:
    ((rows,), failed) = read_by(engine, [RELEASE])
    before = [dict(row) for row in rows["sentences"]]
    found = Majority({"title": ("planned", "jobs")}, ("completed", "welfare")).relabelled(rows)
    assert failed == () and rows["mentions"] and rows["commitments"] and list(found) == ["sentences"]
    assert [(row["start"], row["end"], row["status"], row["category"]) for row in found["sentences"]] == [
        (row["start"], row["end"], "completed", "welfare") for row in before
    ]
    assert rows["sentences"] == before
