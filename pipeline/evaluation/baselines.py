"""What a model has to beat.

`rules`    The pipeline with rules and word lists in place of the trained tagger and classifier. Acts and actors are read by the shipped
           model's component, which has no counterpart by rule.
`trivial`  The labels that are most frequent in the training split: each unit is given the commonest status and the commonest category
           of its kind. Units and their kinds are those of the rules, so it says nothing of its own about units; it names nobody,
           and has no acts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.corpus.annotation import Annotation
from pipeline.dataset import Rows
from pipeline.engine import Engine, ModelError, load_engine
from pipeline.schema import Row

# Whatever else `COMPONENTS` comes to hold.
RULES = ("dajim_units", "dajim_mentions", "dajim_entities", "dajim_sentences", "dajim_commitments")


def rule_engine(workers: int = 0) -> Engine:
    """The engine of the rule baseline, with the words that the shipped model tells Kiwi of.

    Args:
        workers: threads for Kiwi; 0 for one a core.

    Raises:
        ModelError: the shipped model cannot be loaded.
    """
    shipped = load_engine(workers=workers)
    if not isinstance(shipped, Engine):
        raise ModelError("the shipped model holds components that are not dajim's, so its rules alone cannot be run; reinstall dajim")
    return Engine(shipped.settings, {name: c for name, c in shipped.components.items() if name in RULES})


@dataclass(frozen=True, slots=True)
class Majority:
    """The trivial baseline: the most frequent status and category by kind of unit, and over all kinds for a kind never seen."""

    labels: Mapping[str, tuple[str, str]]
    otherwise: tuple[str, str] = ("none", "none")

    @classmethod
    def fit(cls, annotations: Iterable[Annotation]) -> Majority:
        """Count the labels of the training split. Of two that are equally frequent, the first in the alphabet is taken.

        >>> from pipeline.corpus.markup import parse
        >>> _, labels = parse("@@ title planned jobs\\n새날시, 일자리를 늘린다\\n>> 새날시 | 늘리다\\n\\n@@ sentence\\n행사가 있었다.", doc_id="a")
        >>> Majority.fit([labels]).labels
        {'sentence': ('none', 'none'), 'title': ('planned', 'jobs')}
        """
        status: defaultdict[str, Counter[str]] = defaultdict(Counter)
        category: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for annotation in annotations:
            for unit in annotation.units:
                for kind in (unit.kind, ""):
                    status[kind][unit.status] += 1
                    category[kind][unit.category] += 1
        found = {kind: (_commonest(status[kind]), _commonest(category[kind])) for kind in sorted(status)}
        otherwise = found.pop("", ("none", "none"))
        return cls(found, otherwise)

    def relabelled(self, rows: Rows) -> Rows:
        """The units of `rows` with the labels of this baseline, and nothing else."""
        return {"sentences": [self._row(row) for row in rows["sentences"]]}

    def _row(self, row: Row) -> Row:
        status, category = self.labels.get(str(row["kind"]), self.otherwise)
        return {**row, "status": status, "category": category, "status_confidence": None, "category_confidence": None, "secondary": []}


def _commonest(labels: Counter[str]) -> str:
    return min(labels, key=lambda label: (-labels[label], label))
