"""The command `dajim`: parse, call one function, print. Data goes to standard output, words to standard error.

Heavy imports (spaCy, pandas) happen inside the functions that need them, so that `dajim --help` answers at once.
"""

from __future__ import annotations

import argparse
import datetime
import os
import pathlib
import sys
from collections.abc import Iterator, Sequence

from pipeline import __version__
from pipeline.corpus.commands import add_parsers as add_corpus_parsers
from pipeline.evaluation.commands import add_options as add_evaluation_options
from pipeline.messages import say
from pipeline.training.commands import add_parsers as add_training_parsers

OK, SOME_FAILED, NOTHING_DONE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status (0 everything read, 1 some documents failed, 2 nothing could be done)."""
    parser = _parser()
    try:
        options = parser.parse_args(argv)
        options.own_process = argv is None  # called by a program, other threads may be at work
        status: int = options.run(options)
    except SystemExit as stop:  # argparse: help, or bad arguments
        return int(stop.code or 0)
    except KeyboardInterrupt:
        print("dajim: " + say("interrupted; the old dataset is untouched"), file=sys.stderr)
        return 130
    except BrokenPipeError:  # `dajim show … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        if not _expected(error):
            raise
        print(f"dajim: {say('error')}: {' '.join(str(error).split())}", file=sys.stderr)
        return NOTHING_DONE
    return status


def _expected(error: Exception) -> bool:
    """Whether an error says what, where and what to do, so that its one line is all that the user needs."""
    from pipeline.dataset import OutputError
    from pipeline.dataset.reading import DatasetError
    from pipeline.lexicon import LexiconError
    from pipeline.read import InputError

    names = {"ModelError", "MarkupError", "CorpusError", "FloorsError", "WeightsError", "TrainingError", "LabelsError"}
    return isinstance(error, (OutputError, DatasetError, InputError, LexiconError, _UsageError)) or type(error).__name__ in names


class _UsageError(Exception):
    """Arguments that are well-formed but make no sense."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        """One line on standard error, exit status 2."""
        print(f"dajim: {say('error')}: {message} ({self.prog} --help)", file=sys.stderr)
        raise SystemExit(NOTHING_DONE)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO date such as 2026-03-31") from None


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 1")
    return value


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="dajim", description="다짐: who promised what, in Korean press releases.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"dajim {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    run = commands.add_parser("run", help="press releases in, a dataset folder out", allow_abbrev=False)
    run.add_argument("inputs", nargs="*", metavar="INPUT", help="files, folders, or - for one document on standard input")
    run.add_argument("-o", "--out", metavar="OUT", required=True, help="the dataset folder to write")
    run.add_argument("--demo", action="store_true", help="read the releases that dajim ships with")
    run.add_argument("--published", type=_day, metavar="DATE", help="date of releases that carry none")
    run.add_argument("--format", action="append", choices=("csv", "parquet", "jsonl", "duckdb", "xlsx"), help="repeatable; csv by default")
    run.add_argument("--min-confidence", type=_share, metavar="X", help="leave out commitments whose confidence is below X")
    run.add_argument("--model", type=pathlib.Path, metavar="DIR", help="folder of a pipeline; the shipped one by default")
    run.add_argument("--workers", type=_count, default=0, metavar="N", help="processes; one a core by default")
    run.set_defaults(run=_run)

    show = commands.add_parser("show", help="print one release with its mentions, status and category marked", allow_abbrev=False)
    show.add_argument("file", metavar="FILE", help="a release or a table of releases, or -")
    show.add_argument("--id", metavar="DOC_ID", help="which release of a table")
    show.add_argument("--html", type=pathlib.Path, metavar="OUT.html", help="write a page instead")
    show.add_argument("--published", type=_day, metavar="DATE", help="date of a release that carries none")
    show.add_argument("--model", type=pathlib.Path, metavar="DIR", help="folder of a pipeline; the shipped one by default")
    show.set_defaults(run=_show)

    line = commands.add_parser("timeline", help="promises of a body or on a programme by date, and what became of them", allow_abbrev=False)
    line.add_argument("out", metavar="OUT", type=pathlib.Path, help="a dataset folder that dajim run wrote, with CSV")
    whom = line.add_mutually_exclusive_group(required=True)
    whom.add_argument("--entity", metavar="NAME", help="a body: name, abbreviation or other spelling")
    whom.add_argument("--program", metavar="NAME", help="a programme")
    line.add_argument("--format", choices=("text", "csv", "json"), default="text", help="text by default")
    line.add_argument("--as-of", type=_day, metavar="DATE", help="look back from this day; the last release of the dataset by default")
    line.set_defaults(run=_timeline)

    why = commands.add_parser("explain", help="print why a commitment is what it is, cell by cell", allow_abbrev=False)
    why.add_argument("out", metavar="OUT", type=pathlib.Path, help="a dataset folder that dajim run wrote, with CSV")
    why.add_argument("id", metavar="COMMITMENT_ID", help="as in commitments.csv")
    why.set_defaults(run=_explain)

    corpus = commands.add_parser("corpus", help="check, count, compare and exchange the labelled corpus", allow_abbrev=False)
    add_corpus_parsers(corpus, _count)

    evaluate = commands.add_parser("evaluate", help="score a pipeline on the labelled corpus, beside baselines", allow_abbrev=False)
    add_evaluation_options(evaluate, _count)
    add_training_parsers(commands)

    test = commands.add_parser("selftest", help="run the tests that dajim ships with (needs dajim[test])", allow_abbrev=False)
    test.add_argument("arguments", nargs=argparse.REMAINDER, metavar="…", help="passed to pytest")
    test.set_defaults(run=_selftest)
    return parser


def _run(options: argparse.Namespace) -> int:
    from pipeline.resources import shipped
    from pipeline.run import run

    inputs: list[str] = list(options.inputs)
    if options.demo:
        inputs.append(str(shipped("corpus", "releases")))
    if not inputs:
        raise _UsageError("no INPUT; name files or folders, or --demo")
    report = run(
        inputs,
        pathlib.Path(options.out),
        formats=tuple(dict.fromkeys(options.format or ["csv"])),
        published=options.published,
        min_confidence=options.min_confidence,
        model=options.model,
        workers=options.workers,
        fork=options.own_process,
    )
    print(say("{n} documents read, {m} commitments written to {out}", n=report.documents, m=report.commitments, out=options.out), file=sys.stderr)
    if report.left_out:
        print(say("{n} commitments below confidence {x} left out", n=report.left_out, x=options.min_confidence), file=sys.stderr)
    for notice in report.notices:
        print(f"dajim: {notice}", file=sys.stderr)
    if report.failures:
        print(say("{n} documents failed; see {path}", n=report.failures, path=pathlib.Path(options.out) / "errors.csv"), file=sys.stderr)
        return SOME_FAILED
    return OK


def _show(options: argparse.Namespace) -> int:
    from pipeline import show
    from pipeline.engine import load_engine
    from pipeline.read import read
    from pipeline.schema import Failure, Release

    found = list(read([options.file], published=options.published))
    releases = [r for r in found if isinstance(r, Release) and options.id in (None, r.doc_id)]
    if not releases:
        failures = [f for f in found if isinstance(f, Failure)]
        raise _UsageError(
            failures[0].message if failures and options.id is None else say("no document {doc_id} in {path}", doc_id=options.id, path=options.file)
        )
    release = releases[0]
    if len(releases) > 1:
        print(
            say("{n} documents in {path}; showing {doc_id}. Choose another with --id", n=len(releases), path=options.file, doc_id=release.doc_id),
            file=sys.stderr,
        )
    (sheet,) = load_engine(options.model).analyse([release])
    if options.html:
        try:
            options.html.write_text(show.page(sheet, doc_id=release.doc_id), encoding="utf-8")
        except OSError as error:
            raise _UsageError(f"cannot write {options.html}: {error.strerror}") from error
        print(say("written to {path}", path=options.html), file=sys.stderr)
    else:
        sys.stdout.write(show.terminal(sheet, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return OK


def _timeline(options: argparse.Namespace) -> int:
    from pipeline.dataset.reading import Dataset
    from pipeline.timeline import timeline
    from pipeline.timeline_formats import formatted

    name, label = (options.entity, "ORG") if options.entity is not None else (options.program, "PROGRAM")
    sys.stdout.write(formatted(timeline(Dataset(options.out), name, label, as_of=options.as_of), options.format))
    return OK


def _explain(options: argparse.Namespace) -> int:
    from pipeline.dataset.reading import Dataset
    from pipeline.explain import explain

    sys.stdout.write(explain(Dataset(options.out), options.id))
    return OK


def _selftest(options: argparse.Namespace) -> int:
    try:
        import pytest
    except ImportError:
        raise _UsageError('the tests need pytest and more: pip install "dajim[test]"') from None
    from pipeline.resources import PACKAGE, shipped

    tests = shipped("tests")
    chosen = [a for a in options.arguments if not a.startswith("-")]
    paths: Iterator[str] | list[str] = [] if chosen else [str(tests), str(PACKAGE)]
    ignored = [] if chosen else [f"--ignore={PACKAGE / '_data'}"] if not tests.is_relative_to(PACKAGE) else []
    return int(pytest.main(["-c", str(tests / "pytest.ini"), f"--rootdir={tests.parent}", *ignored, *paths, *options.arguments]))


if __name__ == "__main__":
    sys.exit(main())
