"""`dajim train` and `dajim vectors`: parse, call one function, print."""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.corpus.store import Store
    from pipeline.schema import Release

OK = 0


def add_parsers(commands: argparse._SubParsersAction[Any]) -> None:
    """Add them to the commands of `dajim`."""
    train = commands.add_parser("train", help="train a model on the labelled corpus, or on your own")
    train.add_argument("-o", "--out", type=pathlib.Path, required=True, help="model folder to write, new or written by train before")
    train.add_argument("--corpus", type=pathlib.Path, help="folder of labels, laid out as corpus/ is; the shipped one by default")
    train.add_argument("--texts", type=pathlib.Path, help="folder of *.jsonl.gz with the texts of labelled releases that do not ship")
    train.add_argument("--vectors", type=pathlib.Path, help="word vectors of `dajim vectors`; those of the shipped model by default")
    train.add_argument("--share", type=float, choices=(0.25, 0.5, 0.75, 1.0), default=1.0, help="share of the corpus, for learning curves")
    train.set_defaults(run=_train)
    vectors = commands.add_parser("vectors", help="learn word vectors from unlabelled releases")
    vectors.set_defaults(run=_vectors)
    vectors.add_argument("inputs", nargs="+", metavar="INPUT", help="as for run")
    vectors.add_argument("-o", "--out", type=pathlib.Path, required=True, help="folder to write")
    vectors.add_argument("--without", type=pathlib.Path, help="file of ids to leave out, one a line, such as a test split")


def _store(options: argparse.Namespace) -> Store:
    from pipeline.corpus.store import Store

    store = Store.default(options.texts)
    return Store(options.corpus, store.texts) if options.corpus else store


def _tell(message: str) -> None:
    print(message, file=sys.stderr)


def _train(options: argparse.Namespace) -> int:
    from pipeline.learn.vectors import Vectors
    from pipeline.model import writable
    from pipeline.resources import shipped
    from pipeline.training.whole import train, write

    writable(options.out)
    began = time.perf_counter()
    vectors = Vectors.from_disk(options.vectors or shipped("models", "ko", "dajim_classifier", "vectors"))
    digest = write(train(_store(options), vectors, share=options.share, tell=_tell), options.out)
    _tell(f"{time.perf_counter() - began:.0f} s")
    print(f"{options.out}: {digest}")
    return OK


def _releases(options: argparse.Namespace) -> Iterator[Release]:
    from pipeline.read import InputError, read
    from pipeline.schema import Release

    try:
        left_out = set(options.without.read_text(encoding="utf-8").split()) if options.without else set()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{options.without}: cannot be read ({error}); --without names a file of ids, one a line") from error
    for each in read(options.inputs):
        if not isinstance(each, Release):
            _tell(f"left out: {each.source}: {each.message}")
        elif each.doc_id not in left_out:
            yield each


def _vectors(options: argparse.Namespace) -> int:
    from pipeline.learn.vectors import build
    from pipeline.sheet import from_releases
    from pipeline.training.examples import preparing_engine

    sheets = from_releases(_releases(options), preparing_engine().settings)
    found = build([f"{f}/{t}" for f, t in zip(s["morphemes"]["form"], s["morphemes"]["tag"], strict=True)] for s in sheets)
    found.to_disk(options.out)
    print(f"{options.out}: {len(found.forms)} morphemes")
    return OK
