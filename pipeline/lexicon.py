"""Word lists as data: a strict reader of tables, and the lexicon of bodies and programmes.

Every list is a TSV file with a header under `corpus/lexicon/`. The reader refuses what a careless edit leaves behind (an unknown
column, a missing field, a blank around a value, a duplicate) and names file and line.
"""

from __future__ import annotations

import functools
import hashlib
import pathlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from pipeline.resources import shipped
from pipeline.schema import ORG_TYPES, PROGRAM_TYPES

_LOOK_ALIKE = dict.fromkeys("‧ㆍ・･•∙⋅․", "·") | dict.fromkeys("‘’´`＇", "'") | dict.fromkeys("“”＂", '"') | dict.fromkeys("–—―－~∼～", "-")
_END = "\0"
_MARKS = re.compile(r"\(주\)|㈜|\(사\)|\(재\)|\(유\)|주식회사|[\s'\"「」『』｢｣<>《》·]")


class LexiconError(ValueError):
    """A word list is broken. The message names the file, the line and what to mend."""


class _Fold(dict[int, str]):
    """A table for `str.translate` that works out a character when it first comes."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        low = unicodedata.normalize("NFKC", _LOOK_ALIKE.get(character, character)).lower()
        self[code] = low if len(low) == 1 else character
        return self[code]


_FOLD = _Fold()


def fold(text: str) -> str:
    """`text` with look-alikes folded, character by character, so that offsets stay: dots, quotes, dashes, case, full width.

    >>> fold("한ㆍ미 ＫＡＩＳＴ")
    '한·미 kaist'
    """
    return text.translate(_FOLD)


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """The code point of each character.

    >>> code_points("숲 a").tolist()
    [49714, 32, 97]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


@functools.lru_cache(maxsize=1 << 15)  # the forms of the lexicon, and names that come again and again
def normalise(name: str) -> str:
    """A name as it is compared and hashed: without company marks, quotes, dots, blanks and case.

    >>> normalise("㈜새날 전자"), normalise("한·미 재단")
    ('새날전자', '한미재단')
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", fold(name)).lower())


def entity_id(label: str, name: str) -> str:
    """The stable id of an entity: its label and a hash of its normalised name, the same in every run.

    >>> entity_id("ORG", "㈜새날전자") == entity_id("ORG", "새날 전자")
    True
    """
    return f"{label.lower()}-{hashlib.sha256(f'{label}:{normalise(name) or name}'.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A body or programme of the lexicon."""

    name: str
    label: str
    type: str
    aliases: tuple[str, ...] = ()
    homonyms: frozenset[str] = frozenset()
    successor: str = ""
    start: str = ""  # ISO date from which the body bears the name
    end: str = ""
    owner: str = ""

    @property
    def id(self) -> str:
        """The entity id."""
        return entity_id(self.label, self.name)


@dataclass(frozen=True, slots=True)
class Heads:
    """Pairs of characters, as a table, so that many places of a text are looked up at once.

    Attributes:
        first, second: by code point, the row and the column of a character; 0 for one that is in no pair.
        table: whether a row and a column are a pair.
    """

    first: npt.NDArray[np.intp]
    second: npt.NDArray[np.intp]
    table: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, pairs: Iterable[str]) -> Heads:
        """The table of these pairs; of one character alone, the pair with what stands behind the end of a text."""
        codes = np.array([code_points(pair.ljust(2, _END)) for pair in pairs], np.intp).reshape(-1, 2)
        (first, rows), (second, columns) = (_numbered(codes[:, n]) for n in (0, 1))
        table = np.zeros((rows.max(initial=0) + 1, columns.max(initial=0) + 1), bool)
        table[rows, columns] = True
        return cls(first, second, table)

    def at(self, text: str, places: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
        """Whether a pair stands at each place of a text."""
        codes = code_points(text + _END)
        rows, columns = (np.take(known, codes.take(places + n, mode="clip"), mode="clip") for n, known in enumerate((self.first, self.second)))
        found: npt.NDArray[np.bool_] = self.table[rows, columns]
        return found


def _numbered(codes: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """By code point the number of a character, from 1 on, with a zero at the end for all that come after; and the numbers of `codes`."""
    known, numbers = np.unique(codes, return_inverse=True)
    found = np.zeros(known.max(initial=0) + 2, np.intp)
    found[known] = np.arange(1, len(known) + 1)
    return found, numbers + 1


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All entries, and every form that means one.

    Attributes:
        entries: by label and canonical name.
        forms: `normalise`d form -> the entries that bear it.
        sure: forms as they are looked up in text (`fold`ed, without blanks) that mean one thing wherever they stand.
        homonyms: forms that also mean something else.
        lengths: of the forms to look for in text, longest first, by their first two characters and then by the third, empty where no
            longer form goes on with it.
        heads: tells where in a text two characters stand that a form begins with.
    """

    entries: dict[tuple[str, str], Entry]
    forms: dict[str, tuple[Entry, ...]]
    sure: dict[str, Entry]
    homonyms: dict[str, Entry]
    lengths: dict[str, dict[str, tuple[int, ...]]]
    heads: Heads

    def lookup(self, name: str, label: str) -> Entry | None:
        """The entry that bears `name`, canonical or alias."""
        return next((e for e in self.forms.get(normalise(name), ()) if e.label == label), None)


def read_table(path: pathlib.Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a TSV file, each with its line number.

    Args:
        path: the file, UTF-8; lines that open with `#` and empty lines are skipped.
        columns: the header it must have, in any order.
        optional: columns whose cells may be empty.

    Raises:
        LexiconError: another header, a wrong number of cells, an empty or untrimmed cell, text that is not NFC.
    """
    header: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not header:
            header = cells
            if sorted(header) != sorted(columns):
                raise LexiconError(f"{path}:{number}: columns are {header}, expected {list(columns)}")
            continue
        if len(cells) != len(header):
            raise LexiconError(f"{path}:{number}: {len(cells)} cells, expected {len(header)} ({', '.join(header)})")
        row = dict(zip(header, cells, strict=True))
        for column, cell in row.items():
            if cell != cell.strip() or not unicodedata.is_normalized("NFC", cell):
                raise LexiconError(f"{path}:{number}: {column} {cell!r} has outer blanks or is not NFC")
            if not cell and column not in optional:
                raise LexiconError(f"{path}:{number}: {column} is empty")
        yield number, row


def read_lexicon(folder: pathlib.Path) -> Lexicon:
    """Read `organisations/*.tsv` and `programmes/*.tsv`.

    Raises:
        LexiconError: a broken table, an unknown type, a name or form that stands twice, a homonym that is no form, a
            successor that is no entry.
    """
    entries: dict[tuple[str, str], Entry] = {}
    seen: dict[tuple[str, str], str] = {}
    for path, number, entry in _entries(folder):
        where = f"{path}:{number}"
        forms = (entry.name, *entry.aliases)
        if entry.homonyms - set(forms):
            raise LexiconError(f"{where}: homonyms {sorted(entry.homonyms - set(forms))} are neither name nor alias")
        for form in dict.fromkeys(normalise(f) for f in forms):
            if not form:
                raise LexiconError(f"{where}: a form of {entry.name!r} is empty")
            if (entry.label, form) in seen:
                raise LexiconError(f"{where}: form {form!r} of {entry.name!r} stands already at {seen[entry.label, form]}")
            seen[entry.label, form] = where
        entries[entry.label, entry.name] = entry
    for entry in entries.values():
        if entry.successor and (entry.label, entry.successor) not in entries:
            raise LexiconError(f"{folder}: successor {entry.successor!r} of {entry.name!r} is no entry")
    return _indexed(entries)


@functools.cache
def default_lexicon() -> Lexicon:
    """The shipped lexicon, read once a process."""
    return read_lexicon(shipped("corpus", "lexicon"))


@functools.cache
def cues(name: str) -> dict[str, tuple[str, ...]]:
    """A shipped cue list (`corpus/lexicon/cues/NAME.tsv`, columns `kind` and `form`): kind -> forms, in the file's order.

    Raises:
        LexiconError: the table is broken or a form stands twice under a kind.
    """
    path = shipped("corpus", "lexicon", "cues", f"{name}.tsv")
    found: dict[str, dict[str, int]] = {}
    for number, row in read_table(path, ("kind", "form")):
        forms = found.setdefault(row["kind"], {})
        if row["form"] in forms:
            raise LexiconError(f"{path}:{number}: {row['form']!r} stands already at line {forms[row['form']]}")
        forms[row["form"]] = number
    return {kind: tuple(forms) for kind, forms in found.items()}


@functools.cache
def cue_sets(name: str) -> dict[str, frozenset[str]]:
    """`cues` as sets, for membership."""
    return {kind: frozenset(forms) for kind, forms in cues(name).items()}


@functools.cache
def cue_pattern(name: str, kind: str) -> str:
    """The forms of a cue list as one alternation of a regular expression, the longest first."""
    return "|".join(re.escape(form) for form in sorted(cues(name)[kind], key=len, reverse=True))


def _entries(folder: pathlib.Path) -> Iterator[tuple[pathlib.Path, int, Entry]]:
    parts = (
        ("organisations", "ORG", ORG_TYPES, ("name", "type", "aliases", "homonyms", "successor", "start", "end")),
        ("programmes", "PROGRAM", PROGRAM_TYPES, ("name", "type", "aliases", "homonyms", "owner")),
    )
    for part, label, types, columns in parts:
        for path in sorted((folder / part).glob("*.tsv")):
            for number, row in read_table(path, columns, optional=columns[2:]):
                if row["type"] not in types:
                    raise LexiconError(f"{path}:{number}: unknown type {row['type']!r}; one of {', '.join(types)}")
                lists = {c: tuple(filter(None, row[c].split("|"))) for c in ("aliases", "homonyms")}
                rest = {c: row[c] for c in columns[4:]}
                yield path, number, Entry(row["name"], label, row["type"], lists["aliases"], frozenset(lists["homonyms"]), **rest)


def _indexed(entries: dict[tuple[str, str], Entry]) -> Lexicon:
    forms: dict[str, tuple[Entry, ...]] = {}
    sure: dict[str, Entry] = {}
    homonyms: dict[str, Entry] = {}
    for entry in entries.values():
        for form in dict.fromkeys((entry.name, *entry.aliases)):
            key = normalise(form)
            if entry not in forms.get(key, ()):
                forms[key] = (*forms.get(key, ()), entry)
            (homonyms if form in entry.homonyms else sure).setdefault(_squeeze(form), entry)
    lengths = _lengths(chain(sure, homonyms))
    return Lexicon(entries, forms, sure, homonyms, lengths, Heads.of(lengths))


def _squeeze(form: str) -> str:
    return "".join(fold(form).split())


def _lengths(forms: Iterable[str]) -> dict[str, dict[str, tuple[int, ...]]]:
    """What `Lexicon.lengths` holds."""
    found: dict[str, dict[str, set[int]]] = {}
    for form in forms:
        found.setdefault(form[:2], {"": set()}).setdefault(form[2:3], set()).add(len(form))
    return {head: {third: tuple(sorted(lengths | thirds[""], reverse=True)) for third, lengths in thirds.items()} for head, thirds in found.items()}
