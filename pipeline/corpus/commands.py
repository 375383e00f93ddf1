"""`dajim corpus …`: options, one call, a print. Tables and data go to standard output, words to standard error.

Imports happen inside the functions, as in `pipeline.cli`.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipeline.messages import aligned, say

if TYPE_CHECKING:
    from pipeline.corpus.exchange import Imported
    from pipeline.corpus.store import Store

OK, FOUND = 0, 1
FORMATS = ("label-studio", "doccano")
# Named here too, so that `--help` need not import the corpus.
SPLITS = ("authored", "train", "extra", "hard", "dev", "test")
COUNTINGS = ("code-points", "utf-16")


def add_parsers(parser: argparse.ArgumentParser, whole: Callable[[str], int]) -> None:
    """Give the parser of `dajim corpus` its commands; `whole` reads a whole number."""
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=type(parser))

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str, *, texts: bool = True) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, allow_abbrev=False)
        added.set_defaults(run=run)
        if texts:
            added.add_argument("--texts", type=pathlib.Path, metavar="DIR", help="folder of *.jsonl.gz with the texts of real releases")
        return added

    command("check", _check, "check annotations and splits; exit status 1 where something is wrong")
    stats = command("stats", _stats, "print counts of the corpus by split, and of the lexicon")
    stats.add_argument("--json", action="store_true", help="print JSON")

    agreement = command("agreement", _agreement, "compare two readings of the same documents", texts=False)
    agreement.add_argument("one", type=pathlib.Path, metavar="A.jsonl", help="stand-off annotations of the first reading")
    agreement.add_argument("other", type=pathlib.Path, metavar="B.jsonl", help="stand-off annotations of the second")
    agreement.add_argument("--samples", type=whole, default=1000, metavar="N", help="draws of the bootstrap (1000)")
    agreement.add_argument("--seed", type=whole, default=0, metavar="N", help="of the bootstrap (0)")
    agreement.add_argument("--json", action="store_true", help="print JSON")

    export = command("export", _export, "write annotations with their texts for an annotation tool, outside the project")
    export.add_argument("--format", choices=FORMATS, required=True, help="the tool")
    export.add_argument("--split", choices=SPLITS, required=True, help="which documents")
    export.add_argument("-o", "--out", type=pathlib.Path, metavar="FILE", required=True, help="the file to write")
    export.add_argument("--offsets", choices=COUNTINGS, help="how the tool counts; by default as its current version does")

    back = command("import", _import, "read what an annotation tool exported; writes stand-off annotations, without texts", texts=False)
    back.add_argument("--format", choices=FORMATS, required=True, help="the tool")
    back.add_argument("file", type=pathlib.Path, metavar="FILE", help="what the tool exported")
    back.add_argument("-o", "--out", type=pathlib.Path, metavar="OUT.jsonl", required=True, help="the file to write")
    back.add_argument("--offsets", choices=COUNTINGS, help="how the tool counted; by default as the file says")

    markup = command("markup", _markup, "print a labelled release in the readable form")
    markup.add_argument("id", metavar="ID", help="id of the document; of an authored one, the name of its file")
    markup.add_argument("--test", action="store_true", help="also where it is in the test split, which is read by its labellers alone")

    mine = command("mine", _mine, "print candidates for the lexicon from real releases, those of the test split left out")
    mine.add_argument("--min-documents", type=whole, default=1, metavar="N", help="leave out forms that fewer documents define")


def _store(options: argparse.Namespace) -> Store:
    from pipeline.corpus.store import Store

    return Store.default(options.texts)


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def _check(options: argparse.Namespace) -> int:
    from pipeline.corpus.check import check, without_text

    store = _store(options)
    problems = check(store)
    for problem in problems:
        print(problem)
    skipped = 0 if any(not store.path(s).exists() for s in store.splits) else without_text(store)
    _tell(
        f"{len(problems)} problems"
        + (f"; {skipped} documents were checked without their text, which is not at hand (--texts DIR)" if skipped else "")
    )
    return FOUND if problems else OK


def _stats(options: argparse.Namespace) -> int:
    from pipeline.corpus.stats import lexicon_stats, stats

    found, lexicon = stats(_store(options)), lexicon_stats()
    if options.json:
        print(json.dumps({"splits": found, "lexicon": lexicon}, ensure_ascii=False, indent=2))
        return OK
    splits = list(found)
    print(aligned([["", *splits], *([key, *(found[s][key] for s in splits)] for key in found[splits[-1]])]))
    print()
    print(aligned([["lexicon", ""], *([key, n] for key, n in lexicon.items())]))
    return OK


def _agreement(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from pipeline.corpus.agreement import agreement
    from pipeline.corpus.standoff import read_standoff

    found = agreement(read_standoff(options.one), read_standoff(options.other), samples=max(1, options.samples), seed=options.seed)
    if options.json:
        print(json.dumps([asdict(m) for m in found], indent=2))
    else:
        rows = [[m.name, m.value, m.low, m.high, m.a, m.b, m.both] for m in found]
        print(aligned([["measure", "value", "2.5 %", "97.5 %", "A", "B", "both"], *rows]))
    return OK


def _tool(name: str) -> Any:
    from pipeline.corpus import doccano, labelstudio

    return labelstudio if name == "label-studio" else doccano


def _export(options: argparse.Namespace) -> int:
    from pipeline.corpus.exchange import outside
    from pipeline.corpus.labelstudio import config
    from pipeline.corpus.standoff import CorpusError, write_file

    store, tool = _store(options), _tool(options.format)
    outside(options.out)
    documents = list(store.documents(options.split))
    held = [(annotation, text) for annotation, text in documents if text is not None]
    if not held:
        raise CorpusError(f"none of the {len(documents)} texts of {options.split} is at hand; name their folder with --texts")
    write_file(options.out, tool.export(held, options.offsets or tool.COUNTING))
    if len(held) < len(documents):
        _tell(f"{len(documents) - len(held)} documents are left out: their texts are not at hand")
    if options.format == "label-studio":
        write_file(options.out.with_suffix(".xml"), config())
        _tell(f"labelling configuration: {options.out.with_suffix('.xml')}")
    else:
        _tell("doccano: a project for sequence labeling, with overlapping spans and relations; grapheme clusters are not counted as one")
    _tell(say("written to {path}", path=options.out))
    return OK


def _import(options: argparse.Namespace) -> int:
    from pipeline.corpus.standoff import read_file, write_standoff

    found: list[Imported] = list(_tool(options.format).read_export(read_file(options.file), str(options.file), options.offsets))
    n = write_standoff(options.out, (each.annotation for each in found))
    for each in found:
        for note in each.notes:
            _tell(f"dajim: {note}")
    _tell(f"{n} documents; " + say("written to {path}", path=options.out))
    return OK


def _markup(options: argparse.Namespace) -> int:
    from pipeline.corpus.markup import unparse
    from pipeline.corpus.standoff import CorpusError

    split, annotation, text = _store(options).find(options.id)
    if split == "test" and not options.test:
        raise CorpusError(f"{options.id} is in the test split, which is read by its labellers alone (--test)")
    if text is None:
        raise CorpusError(f"the text of {options.id} is not at hand; name its folder with --texts")
    sys.stdout.write(unparse(text, annotation))
    return OK


def _mine(options: argparse.Namespace) -> int:
    from pipeline.corpus.mine import mine
    from pipeline.corpus.standoff import CorpusError

    store = _store(options)
    if store.texts is None:
        raise CorpusError("no texts of real releases are at hand; name their folder with --texts")
    print("kind\tform\tdocuments\tpattern\tof")
    for c in mine(store.releases(), store.splits["test"]):
        if c.documents >= options.min_documents:
            print(f"{c.kind}\t{c.form}\t{c.documents}\t{c.pattern}\t{c.of}")
    return OK
