"""All trained components -> a model folder. Same corpus, same vectors, same seed: the same bytes."""

from __future__ import annotations

import multiprocessing
import pathlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from threadpoolctl import threadpool_limits

from pipeline.component import Trained
from pipeline.corpus.store import Store
from pipeline.learn.vectors import Vectors
from pipeline.lexicon import default_lexicon
from pipeline.model import assemble, save
from pipeline.training.acts import train_commitments
from pipeline.training.examples import SPLITS, Example, TrainingError, examples, preparing_engine
from pipeline.training.names import train_tagger
from pipeline.training.units import train_classifier


def _tagger(found: Sequence[Example], vectors: Vectors) -> Trained[Any]:
    return train_tagger(found, vectors, default_lexicon())


def _classifier(found: Sequence[Example], vectors: Vectors) -> Trained[Any]:
    return train_classifier(found, vectors)


def _commitments(found: Sequence[Example], vectors: Vectors) -> Trained[Any]:
    return train_commitments(found)


# Factory name -> trainer.
TRAINERS: dict[str, Callable[[Sequence[Example], Vectors], Trained[Any]]] = {
    "dajim_tagger": _tagger,
    "dajim_classifier": _classifier,
    "dajim_commitments": _commitments,
}

BY_UNIT = frozenset({"dajim_classifier"})  # those that single labelled units teach something too


def suited(name: str, found: Sequence[Example]) -> list[Example]:
    """The examples that a component is trained on."""
    return [example for example in found if example.whole or name in BY_UNIT]


def train(store: Store, vectors: Vectors, *, share: float = 1.0, tell: Callable[[str], None] = lambda _: None) -> dict[str, Trained[Any]]:
    """Train every component.

    Args:
        store: the corpus.
        vectors: word vectors.
        share: of the examples to train on, for learning curves: 0.25, 0.5, 0.75 or 1.
        tell: is told what happens.

    Raises:
        TrainingError: no example is at hand.
        CorpusError: the corpus is broken.
    """
    found, missing = examples(store, preparing_engine(), SPLITS)
    if missing:
        tell(f"{missing} labelled releases are left out: their texts are not at hand (--texts DIR)")
    kept = {0.25: (0,), 0.5: (0, 2), 0.75: (0, 1, 2), 1.0: (0, 1, 2, 3)}[share]
    found = [each for n, each in enumerate(found) if n % 4 in kept]
    if not found:
        raise TrainingError("no labelled release is at hand to train on")
    tell(f"training on {len(found)} releases, {sum(len(e.labels.units) for e in found)} units")
    # A process each: the trainers share nothing, and their arithmetic runs on one thread, which keeps it the same everywhere.
    with ProcessPoolExecutor(max_workers=2, mp_context=multiprocessing.get_context("spawn")) as pool:
        tasks = {name: pool.submit(_train, name, suited(name, found), vectors) for name in TRAINERS}
        return {name: task.result() for name, task in tasks.items()}


def _train(name: str, found: Sequence[Example], vectors: Vectors) -> Trained[Any]:
    with threadpool_limits(1):
        return TRAINERS[name](found, vectors)


def write(trained: dict[str, Trained[Any]], folder: pathlib.Path) -> str:
    """Write a model folder with the trained components; returns its digest.

    Raises:
        ModelError: the folder holds something else.
        OSError: it cannot be written.
    """
    return save(assemble(trained=trained), folder)
