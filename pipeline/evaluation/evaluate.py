"""A split of the corpus -> its scores: whole, by label, by kind of unit and by kind of issuer, with baselines beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline import batch
from pipeline.corpus.annotation import Annotation
from pipeline.corpus.standoff import CorpusError
from pipeline.corpus.store import Store, to_gold
from pipeline.dataset import RowError, Rows
from pipeline.dataset.rows import packed
from pipeline.engine import Analyser
from pipeline.evaluation import bootstrap
from pipeline.evaluation.baselines import Majority
from pipeline.evaluation.bootstrap import Interval
from pipeline.evaluation.calibration import Calibration, calibration
from pipeline.evaluation.counts import CLASSES, Array, Counts, count
from pipeline.evaluation.scores import NAMES, label_scores, scores, support
from pipeline.lexicon import Lexicon, default_lexicon
from pipeline.schema import KINDS, LABELS, ORG_TYPES, Failure, Release

OF_UNITS = tuple(name for name in NAMES if name.split(".")[0] in CLASSES)  # scores that can be told by kind of unit
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score, its 95 % interval (None where it cannot be told), and how many items of gold it is measured on."""

    value: float
    interval: Interval | None
    gold: int


@dataclass(frozen=True, slots=True)
class LabelScore:
    """Precision, recall and F1 of one label."""

    precision: float
    recall: float
    f1: Estimate


@dataclass(frozen=True, slots=True)
class Group:
    """The scores of some of the documents."""

    documents: int
    scores: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good the pipeline is on a split.

    Attributes:
        split: its name.
        corpus: SHA-256 of its annotations (`Store.digest`).
        documents: how many there are.
        failed: ids of those that could not be analysed; they count as empty, as they would in a dataset.
        scores: by name, in the order of `scores.NAMES`.
        baselines: name -> the same of a baseline; empty where none was run.
        labels: of `status`, `category` and `mentions`: label -> its score.
        confusion: of `status` and `category`: units by label of gold (outer) and of the pipeline, in the order of the schema.
        kinds: kind of unit -> its scores of status and category.
        issuers: type of the issuing body in the lexicon -> its scores; `unknown` where the release names none, or one in no list.
        calibration: of `status` and `category`; None where no unit has a confidence.
    """

    split: str
    corpus: str
    documents: int
    failed: tuple[str, ...]
    scores: dict[str, Estimate]
    labels: dict[str, dict[str, LabelScore]]
    confusion: dict[str, list[list[int]]]
    kinds: dict[str, dict[str, Estimate]]
    issuers: dict[str, Group]
    calibration: dict[str, Calibration | None]
    baselines: dict[str, dict[str, Estimate]] = field(default_factory=dict)


def evaluate(
    store: Store,
    split: str,
    engine: Analyser,
    *,
    rules: Analyser | None = None,
    majority: Majority | None = None,
    replicates: int = bootstrap.REPLICATES,
) -> Evaluation:
    """Run a pipeline over a split and score what it makes of it.

    Args:
        store: the corpus.
        split: of `store.SPLITS`.
        engine: the pipeline.
        rules: that of the rule baseline; without it there are no baselines.
        majority: the trivial baseline, which relabels the units of the rules.
        replicates: of the bootstrap; 0 for no intervals.

    Raises:
        CorpusError: the corpus is broken, the split is empty, or not all of its texts are at hand.
    """
    annotations, releases = labelled(store, split)
    gold = [(to_gold(a, r.text), [u.kind for u in a.units]) for a, r in zip(annotations, releases, strict=True)]

    def counted(rows: Iterable[Rows]) -> Counts:
        return count([(*labels, tables) for labels, tables in zip(gold, rows, strict=True)])

    tables, failed = read_by(engine, releases)
    counts = counted(tables)
    baselines: dict[str, dict[str, Estimate]] = {}
    if rules is not None:
        plain, _ = read_by(rules, releases)
        baselines["rules"] = estimates(counted(plain), replicates)
        if majority is not None:
            baselines["trivial"] = estimates(counted(map(majority.relabelled, plain)), replicates)
    whole = estimates(counts, replicates)
    types = [issuer_type(release, default_lexicon()) for release in releases]
    return Evaluation(
        split=split,
        corpus=store.digest(split),
        documents=len(releases),
        failed=failed,
        scores=whole,
        baselines=baselines,
        labels=by_label(counts, whole, replicates),
        confusion={name: _whole(table.sum(axis=(0, 1))) for name, table in counts.confusion.items()},
        kinds=by_kind(counts, replicates),
        issuers=by_issuer(counts, types, replicates),
        calibration={name: calibration(bins.sum(axis=0)) for name, bins in counts.confidence.items()},
    )


def labelled(store: Store, split: str) -> tuple[list[Annotation], list[Release]]:
    """The annotations of a split and their releases, ordered by id.

    Raises:
        CorpusError: see `evaluate`; scores of a part of a split could be taken for those of the whole.
    """
    pairs = sorted(store.labelled(split), key=lambda pair: pair[0].id)
    if not pairs:
        raise CorpusError(f"{split} holds no documents")
    missing = [annotation.id for annotation, release in pairs if release is None]
    if missing:
        where = store.texts or "no folder"
        raise CorpusError(
            f"{len(missing)} of the {len(pairs)} texts of {split} are not at hand (looked in {where}); name their folder with --texts, or --split authored"
        )
    return [annotation for annotation, _ in pairs], [release for _, release in pairs if release is not None]


def read_by(engine: Analyser, releases: Sequence[Release]) -> tuple[list[Rows], tuple[str, ...]]:
    """The tables that an engine makes of releases, in order, and the ids of those of which it makes none."""
    found: list[Rows] = []
    failed: list[str] = []
    for start in range(0, len(releases), batch.BATCH):
        some = releases[start : start + batch.BATCH]
        for release, result in zip(some, batch.analyse(some, engine), strict=True):
            rows = None if isinstance(result, Failure) else _kept(result)
            if rows is None:
                failed.append(release.doc_id)
            found.append(rows or {"sentences": []})
    return found, tuple(failed)


def _kept(result: batch.Analysed) -> Rows | None:
    """Its rows, where a dataset would take them."""
    try:
        packed(result.doc_id, result.rows)
    except RowError:
        return None
    return result.rows


def estimates(counts: Counts, replicates: int, names: Sequence[str] = NAMES) -> dict[str, Estimate]:
    """Scores of documents with their intervals; there are none where fewer than two documents could be drawn."""
    total = counts.total()
    values, golds = scores(total), support(total)
    spread: Mapping[str, Interval | None] = {}
    if replicates and len(counts) > 1:
        drawn = counts.weighted(bootstrap.weights(len(counts), replicates))
        spread = bootstrap.intervals(scores(drawn), support(drawn))
    return {name: Estimate(float(values[name][0]), spread.get(name), int(golds[name][0])) for name in names}


def by_label(counts: Counts, whole: Mapping[str, Estimate], replicates: int) -> dict[str, dict[str, LabelScore]]:
    """Precision, recall and F1 by label of status, category and mentions; those of mentions are among the scores of the `whole`."""
    found: dict[str, dict[str, LabelScore]] = {}
    for name, labels in CLASSES.items():
        tables = counts.confusion[name].sum(axis=1)
        f1, p, r = label_scores(tables.sum(axis=0))
        gold = tables.sum(axis=(0, 2))
        spread: list[Interval | None] = [None] * len(labels)
        if replicates and len(counts) > 1:
            drawn: Array = np.tensordot(bootstrap.weights(len(counts), replicates), tables, axes=1)
            values = label_scores(drawn)[0]
            spread = [bootstrap.interval(values[:, n], drawn[:, n].sum(axis=1)) for n in range(len(labels))]
        found[name] = {label: LabelScore(float(p[n]), float(r[n]), Estimate(float(f1[n]), spread[n], int(gold[n]))) for n, label in enumerate(labels)}
    found["mentions"] = {x: LabelScore(whole[f"{x}.p"].value, whole[f"{x}.r"].value, whole[f"{x}.f1"]) for x in LABELS}
    return found


def by_kind(counts: Counts, replicates: int) -> dict[str, dict[str, Estimate]]:
    """Scores of status and category by kind of the gold unit, of the kinds that there are."""
    found = {kind: estimates(counts.of_kind(kind), replicates, OF_UNITS) for kind in KINDS}
    return {kind: each for kind, each in found.items() if each["status.acc"].gold}


def by_issuer(counts: Counts, types: Sequence[str], replicates: int) -> dict[str, Group]:
    """All scores by type of the issuer, in the order of the schema."""
    places = {kind: [n for n, other in enumerate(types) if other == kind] for kind in (*ORG_TYPES, UNKNOWN)}
    return {kind: Group(len(at), estimates(counts.take(at), replicates)) for kind, at in places.items() if at}


def issuer_type(release: Release, lexicon: Lexicon) -> str:
    """Type of the body that issued a release.

    >>> issuer_type(Release("a", "", "", issuer="기획재정부"), default_lexicon())
    'ministry'
    >>> issuer_type(Release("a", "", "", issuer="새날연구회"), default_lexicon())
    'unknown'
    """
    entry = lexicon.lookup(release.issuer, "ORG") if release.issuer else None
    return entry.type if entry else UNKNOWN


def _whole(table: Any) -> list[list[int]]:
    return [[int(n) for n in row] for row in table]
