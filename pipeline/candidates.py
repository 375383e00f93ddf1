"""Who might act in an act: the bodies near it, alone and as they are listed together, those that the release names most, nouns that are a subject.

Nothing is decided here; `actors` chooses. The options of an act are few (ten on average) and hold the right one for 90 of 100 acts.
"""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.lexicon import cue_sets, cues
from pipeline.roles import Place, Span, Speakers, adnominal, places, quotations
from pipeline.schema import UnitData
from pipeline.sheet import Sheet

Key = tuple[str, ...]  # sorted entity ids, or a text


@dataclass(frozen=True, slots=True)
class Act:
    """An act before anybody knows who acts.

    Attributes:
        unit: index. `span`: of its clause. `number`: of the acts before it in its unit. `count`: acts of the unit.
    """

    unit: int
    span: Span
    status: str
    lemma: str
    number: int
    count: int


@dataclass(slots=True)
class Option:
    """Those who might act: entity ids (empty for text), names, and where they are read (empty: from metadata)."""

    key: Key
    ids: tuple[str, ...]
    names: tuple[str, ...]
    spans: tuple[Span, ...] = ()
    source: str = ""


@dataclass(slots=True)
class Noun:
    """A noun phrase without a name that is a subject.

    Attributes:
        head: its last noun. `role`: by its particle. `relative`: whether the next verb is adnominal. `quoted`: whether it stands in quotation marks.
        kind: collective (`양 기관`), generic (`정부`), country, self (the short form of a body) or other.
    """

    start: int
    end: int
    head: str
    kind: str
    role: str
    relative: bool
    quoted: bool


_NOUN = frozenset({"NNG", "NNP", "NNB", "NP", "SN", "SL", "XPN", "XSN", "XR", "NR", "SH", "MM"})
_HEAD = frozenset({"NNG", "NNP", "NNB", "NP", "XSN", "SL"})
_MARKED = frozenset({"JX", "JKS", "JKB"})
_BLANK = re.compile(r"\s")
_FREQUENT = 8  # bodies that may act wherever they are named
_TOPIC = {"은": "topic", "는": "topic", "도": "also", "이": "subject", "가": "subject", "에서": "place", "께서": "subject"}


class Reader:
    """What of one release bears on who acts. Reads `units`, `mentions`, `entities`, `issuer_id` of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.text = sheet["text"]
        self.units: list[UnitData] = sheet["units"]
        self.entities = sheet["entities"]
        self.places = places(sheet)
        self.issuer = sheet["issuer_id"] or ""
        self.count: Counter[str] = Counter(p.mention["entity_id"] for row in self.places for p in row)
        self.first: dict[str, int] = {}
        self.titled: set[str] = set()
        for unit, row in zip(self.units, self.places, strict=True):
            for p in row:
                self.first.setdefault(p.mention["entity_id"], p.unit)
                if unit["kind"] == "title":
                    self.titled.add(p.mention["entity_id"])
        self.rank = {eid: n for n, (eid, _) in enumerate(self.count.most_common())}
        self.home = self._home()
        speakers = Speakers(sheet)
        self.speakers = [speakers.read(u) for u in self.units]
        self.starts = [m["start"] for m in sheet["mentions"]]
        self.openings = self._openings()
        self.explicit = [self._named(row) for row in self.places]
        self._quotes: dict[int, list[Span]] = {}
        self._nouns: dict[int, list[Noun]] = {}
        self._passing: dict[int, list[Option]] = {}
        self._options: dict[int, dict[Key, Option]] = {}

    def _home(self) -> str:
        """The first body that is a topic in the body of the release."""
        for row, unit in zip(self.places[:15], self.units, strict=False):
            if unit["kind"] in ("sentence", "bullet"):
                for p in row:
                    if p.role in ("topic", "head", "subject") and not p.relative and not p.quoted:
                        return p.mention["entity_id"]
        return self.issuer

    def subjects(self, n: int) -> list[Noun]:
        """Nouns without a name that are subjects in unit `n`."""
        if n not in self._nouns:
            self._nouns[n] = list(self._subjects(n))
        return self._nouns[n]

    def quotes(self, n: int) -> list[Span]:
        """Where somebody is quoted at length in unit `n`."""
        if n not in self._quotes:
            self._quotes[n] = quotations(self.text, self.units[n])
        return self._quotes[n]

    def _subjects(self, n: int) -> Iterator[Noun]:
        unit, morphemes = self.units[n], self.sheet["morphemes"]
        tag, form, start, end = morphemes["tag"], morphemes["form"], morphemes["start"], morphemes["end"]
        first, stop = bisect_left(start, unit["start"]), bisect_left(start, unit["end"])
        named = [(m.mention["start"], m.mention["end"]) for m in self.places[n]]
        for i, here in enumerate(tag[first + 1 : stop], first + 1):
            if here not in _MARKED or form[i] not in _TOPIC or tag[i - 1] not in _HEAD:
                continue
            if any(a < end[i - 1] <= b for a, b in named):
                continue
            j = i - 1
            while j > first and start[i] - start[j - 1] <= 24 and (tag[j - 1] in _NOUN or (form[j - 1] in "·ㆍ‧" and start[j] == end[j - 1])):
                j -= 1
            head = form[i - 1] if tag[i - 1] != "XSN" else form[i - 2] + form[i - 1]
            kind = _kind(self.text[start[j] : end[i - 1]], head)
            role = _TOPIC[form[i]]
            relative = role in ("subject", "place") and adnominal(morphemes, end[i], unit["end"])
            quoted = any(a < start[i] < b for a, b in self.quotes(n))
            yield Noun(start[j], end[i - 1], head, kind, role, relative, quoted)

    def _groups(self) -> Iterator[Option]:
        """The bodies that stand together first in the release, and the two that it names most: what its title and `양 기관` may mean."""
        seen = 0
        for row in self.places:
            leading = [p for p in row if p.chain[0] is p]
            for p in leading:
                if len(p.chain) > 1:
                    yield self._option(p.chain, "group")
                    seen += 1
                if p.role in ("with", "joint"):
                    for other in leading:
                        if other.role in ("topic", "head", "subject") and other.chain is not p.chain:
                            yield self._option([*other.chain, *p.chain], "group")
                            seen += 1
            if seen >= 6:
                break

    def _openings(self) -> dict[Key, str]:
        """The explicit subjects of the first lines of the title and of the text, alone and with those they act with."""
        found: dict[Key, str] = {}
        seen = Counter[str]()
        for row, unit in zip(self.places[:20], self.units, strict=False):
            part = "title" if unit["kind"] == "title" else "text"
            heads = [p for p in row if p.chain[0] is p and p.role in ("topic", "subject", "head") and not p.relative and not p.quoted]
            if unit["kind"] not in ("title", "sentence", "bullet") or not heads or seen[part] > 1:
                continue
            partners = [p for p in row if p.role in ("with", "joint") and not p.quoted and p.chain is not heads[0].chain]
            for with_, members in (("", heads[0].chain), ("+", [*heads[0].chain, *partners])):
                if not with_ or partners:
                    found.setdefault(_key(members), f"{part}{seen[part]}{with_ or ('-' if partners else '')}")
            seen[part] += 1
        return found

    def _named(self, row: Sequence[Place]) -> list[tuple[int, Key]]:
        """The bodies that are explicit subjects in a unit, with their partners, and where."""
        found = []
        for p in row:
            if p.chain[0] is p and p.role in ("topic", "subject", "head", "also") and not p.relative:
                partners = [q for q in row if q.role == "with" and q.quoted == p.quoted and q.mention["start"] > p.mention["start"]]
                found.append((p.mention["start"], _key([*p.chain, *partners])))
        return found

    def _plain(self, act: Act) -> dict[Key, str]:
        """What a simple rule would say: the explicit subject of the clause, else of the unit, else of a unit before; with how far it looked."""
        found: dict[Key, str] = {}
        here = self.explicit[act.unit]
        level = next((k for k, _ in enumerate(here) if act.span[0] <= here[k][0] < act.span[1]), -1)
        if level >= 0:
            found.setdefault(here[level][1], "clause")
        before = [key for at, key in here if at < act.span[0]]
        if before:
            found.setdefault(before[0], "unit" if level < 0 else "unit-")
        first = not found
        for n in range(act.unit - 1, -1, -1):
            if self.explicit[n]:
                gap = act.unit - n
                found.setdefault(
                    self.explicit[n][0][1], ("" if first else "-") + ("1" if gap == 1 else "2" if gap == 2 else "5" if gap < 6 else "far")
                )
                break
        return found

    # --- options

    def _option(self, members: Sequence[Place], source: str) -> Option:
        if len(members) == 1:  # most
            mention = members[0].mention
            eid = mention["entity_id"]
            return Option((eid,), (eid,), (self.entities[eid]["name"],), ((mention["start"], mention["end"]),), source)
        spans: dict[str, Span] = {}
        for p in members:
            spans.setdefault(p.mention["entity_id"], (p.mention["start"], p.mention["end"]))
        return Option(tuple(sorted(spans)), tuple(spans), tuple([self.entities[i]["name"] for i in spans]), tuple(spans.values()), source)

    def _single(self, eid: str, source: str) -> Option:
        return Option((eid,), (eid,), (self.entities[eid]["name"],), (), source)

    def options(self, act: Act) -> list[Option]:
        """Those who might act, nearest first; each set of bodies once."""
        row = self.places[act.unit]
        inside = [p for p in row if act.span[0] <= p.mention["start"] < act.span[1]]
        found = self._of_unit(act.unit)
        if len(inside) < len(row):
            near = _first(self._named_together(inside))
            found = near | found | near  # the order and the options of the nearest
        return list(found.values())

    def _of_unit(self, n: int) -> dict[Key, Option]:
        """The options of every act of unit `n`: what itself, the three units before it and the release name."""
        if n not in self._options:
            _, body = self.speakers[n]
            speaker = [self._single(body, "speaker")] if body else []
            nouns = itertools.chain.from_iterable(map(self._phrases, self.subjects(n)))
            passed = [self._passed(k) for k in range(n - 1, max(-1, n - 4), -1)]
            self._options[n] = _first(itertools.chain(self._named_together(self.places[n]), speaker, nouns, *passed, self._standing))
        return self._options[n]

    def _named_together(self, members: Sequence[Place]) -> Iterator[Option]:
        """The bodies of a stretch alone and as they stand together."""
        return itertools.starmap(self._option, _sets(members))

    def _passed(self, n: int) -> list[Option]:
        """The bodies of unit `n` and their lists, as the units after it see them; each set once."""
        if n not in self._passing:
            found: list[Option] = []
            for p in self.places[n]:
                if len(p.chain) > 1:
                    found.append(self._option(p.chain, "chain"))
                found.append(self._option([p], "named"))
            self._passing[n] = list(_first(found).values())
        return self._passing[n]

    @functools.cached_property
    def _standing(self) -> list[Option]:
        """The options of every act of the release; each set once."""
        found = [self._single(eid, "metadata") for eid in (self.home, self.issuer) if eid]
        found += [self._single(eid, "frequent") for eid, _ in self.count.most_common(_FREQUENT)]
        found += self._groups()
        found += [self._single(eid, "title") for eid in sorted(self.titled)]
        return list(_first(found).values())

    def _phrases(self, noun: Noun) -> Iterator[Option]:
        """The phrase of a noun and what is left of it without its first words: `국내 조달기업`, `조달기업`."""
        starts = [noun.start, *[m.end() for m in _BLANK.finditer(self.text, noun.start, noun.end)]]
        for back, start in enumerate(reversed(starts[-3:])):
            yield self._phrase(start, noun.end, f"noun{back}{'-all' if start == noun.start else ''}")
        if len(starts) > 3:
            yield self._phrase(noun.start, noun.end, "noun-whole")

    def _phrase(self, start: int, end: int, source: str) -> Option:
        text = self.text[start:end]
        return Option((text,), ("",), (text,), ((start, end),), source)


def _first(options: Iterable[Option]) -> dict[Key, Option]:
    """Of the options with one key the first."""
    found: dict[Key, Option] = {}
    for option in options:
        found.setdefault(option.key, option)
    return found


def _key(members: Iterable[Place]) -> Key:
    return tuple(sorted({p.mention["entity_id"] for p in members}))


def _sets(members: Sequence[Place]) -> Iterator[tuple[Sequence[Place], str]]:
    """The bodies of a stretch alone, as they are listed and with their partners; each set with its source."""
    leading = [p for p in members if p.chain[0] is p and p.role not in ("with", "joint")]
    for p in members:
        if len(p.chain) > 1:
            yield p.chain, "chain"
        if p.role == "with":
            for other in leading:
                if other.chain is not p.chain:
                    yield [*other.chain, *p.chain], "union"
        if p.role == "joint" and p.chain[-1] is p:
            for other in leading:
                if other.chain is not p.chain and other.role in ("topic", "subject", "head"):
                    yield [*other.chain, *p.chain], "with"
        yield [p], "named"
    heads = [p for p in leading if p.role in ("topic", "subject", "also", "head")]
    if len(heads) == 2:
        yield [*heads[0].chain, *heads[1].chain], "both"


def _kind(text: str, head: str) -> str:
    """The kind of a noun phrase; see `Noun`."""
    words = cues("actors")
    for kind in ("collective", "generic", "country"):
        if text.endswith(words.get(kind, ())):
            return kind
    return "self" if head in cue_sets("actors")["self"] else "other"
