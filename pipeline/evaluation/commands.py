"""`dajim evaluate`: options, one call a split, a print. Tables go to standard output, words to standard error.

Imports happen inside the functions, as in `pipeline.cli`.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pipeline import __version__
from pipeline.corpus.commands import SPLITS
from pipeline.corpus.store import PARTIAL
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.corpus.store import Store
    from pipeline.evaluation.evaluate import Evaluation
    from pipeline.evaluation.floors import Floors

OK, UNDER = 0, 1
REPLICATES = 1_000  # named here too, so that `--help` need not import numpy


def add_options(parser: argparse.ArgumentParser, whole: Callable[[str], int]) -> None:
    """Give the parser of `dajim evaluate` its options; `whole` reads a whole number."""
    parser.set_defaults(run=_evaluate)
    parser.add_argument(
        "--split",
        action="append",
        choices=[s for s in SPLITS if s not in PARTIAL],
        help="repeatable; authored by default, and test where the texts of real releases are at hand",
    )
    parser.add_argument("--corpus", type=pathlib.Path, metavar="DIR", help="folder of labels, laid out as corpus/ is; the shipped one by default")
    parser.add_argument("--model", type=pathlib.Path, metavar="DIR", help="folder of a pipeline; the shipped one by default")
    parser.add_argument("--texts", type=pathlib.Path, metavar="DIR", help="folder of *.jsonl.gz with the texts of real releases")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write everything as JSON")
    parser.add_argument("--check", type=pathlib.Path, nargs="?", const=True, metavar="FLOORS", help="exit status 1 where a score is under its floor")
    parser.add_argument("--baselines", action=argparse.BooleanOptionalAction, default=True, help="score the baselines, too (by default)")
    parser.add_argument("--bootstrap", type=whole, default=REPLICATES, metavar="N", help="replicates for the intervals (1000); 0 for none")


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def _evaluate(options: argparse.Namespace) -> int:
    from pipeline.corpus.standoff import read_standoff, write_file
    from pipeline.corpus.store import Store
    from pipeline.engine import checked, digest, load_engine
    from pipeline.evaluation.baselines import Majority, rule_engine
    from pipeline.evaluation.evaluate import evaluate
    from pipeline.evaluation.floors import FloorsError
    from pipeline.evaluation.report import as_json, report
    from pipeline.resources import shipped

    shipped_store = Store.default(options.texts)
    store = Store(options.corpus, shipped_store.texts) if options.corpus else shipped_store
    if options.corpus and options.check is True:
        raise FloorsError("the shipped floors are of the shipped corpus; name a file of floors of your own (--check FILE)")
    folder = checked(options.model or shipped("models", "ko"))
    splits = list(dict.fromkeys(options.split or _splits(store)))
    floors = _floors(options.check, splits)
    engine = load_engine(folder)
    rules = rule_engine() if options.baselines else None
    majority = Majority.fit(read_standoff(shipped_store.path("train"))) if options.baselines else None

    model = {"name": folder.name, "sha256": digest(folder)}
    found = []
    for split in splits:
        found.append(evaluate(store, split, engine, rules=rules, majority=majority, replicates=options.bootstrap))
        _tell_failed(found[-1])
    print(f"dajim {__version__}, model {model['name']} {model['sha256'][:12]}\n")
    print("\n\n".join(map(report, found)))
    if options.json:
        record = {
            "dajim": __version__,
            "model": model,
            "bootstrap": _bootstrap(options.bootstrap),
            "splits": {each.split: as_json(each) for each in found},
        }
        write_file(options.json, json.dumps(record, ensure_ascii=False, indent=2) + "\n")
        _tell(say("written to {path}", path=options.json))
    return OK if floors is None else _check(found, floors)


def _splits(store: Store) -> Sequence[str]:
    here = [split for split in ("authored", "test") if split in store.here()]
    if "test" in here and store.texts is None:
        _tell(say("the texts of real releases are not at hand (--texts DIR), so authored ones alone are evaluated"))
        here.remove("test")
    return here or ["authored"]


def _floors(path: pathlib.Path | bool | None, splits: Sequence[str]) -> Floors | None:
    """The floors to hold to, read before any work is begun; those shipped for a `--check` without a file, None where there is no `--check`."""
    if path is None:
        return None
    from pipeline.evaluation.floors import FloorsError, read_floors
    from pipeline.resources import shipped

    file = path if isinstance(path, pathlib.Path) else shipped("models", "floors.json")
    floors = read_floors(file)
    if not floors.keys() & set(splits):
        raise FloorsError(f"{file} holds no floors of {', '.join(splits)}, so there is nothing to check")
    return floors


def _bootstrap(replicates: int) -> dict[str, Any]:
    from pipeline.evaluation import bootstrap

    return {"unit": "document", "replicates": replicates, "seed": bootstrap.SEED, "percentiles": list(bootstrap.TAILS)}


def _tell_failed(found: Evaluation) -> None:
    # Ids alone: an error's own words may quote the text, and that of the test split is nobody's to read.
    if found.failed:
        text = "{split}: {n} of {m} documents could not be analysed and count as empty: {ids}"
        _tell("dajim: " + say(text, split=found.split, n=len(found.failed), m=found.documents, ids=", ".join(found.failed)))


def _check(found: Sequence[Evaluation], floors: Floors) -> int:
    from pipeline.evaluation.floors import shortfalls

    under = list(shortfalls(found, floors))
    for each in under:
        text = "{split}: {name} is {value:.4f}, {gap:.4f} under its floor of {floor:.4f}"
        _tell("dajim: " + say(text, split=each.split, name=each.name, value=each.value, gap=each.gap, floor=each.floor))
    done = {each.split for each in found}
    for split in floors:
        if split not in done:
            _tell(say("{split} was not evaluated, so its floors were not checked", split=split))
    _tell(say("{n} scores checked, {m} under their floor", n=sum(len(floors.get(split, {})) for split in done), m=len(under)))
    return UNDER if under else OK
