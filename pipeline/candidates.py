"""Who might act in an act: the bodies near it, alone and as they are listed together, those that the release names most, nouns that are a subject.

Nothing is decided here; `actors` chooses. The options of an act are few (ten on average) and hold the right one for 96 of 100 acts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.roles import Place, Speakers, adnominal, places, quotations
from pipeline.schema import UnitData
from pipeline.sheet import Sheet

Key = tuple[str, ...]  # sorted entity ids, or a text
Span = tuple[int, int]


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
    """A noun phrase without a name that is a subject."""

    start: int
    end: int
    head: str
    role: str
    relative: bool
    quoted: bool


_NOUN = ("NNG", "NNP", "NNB", "NP", "SN", "SL", "XPN", "XSN", "XR", "NR", "SH", "MM")
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
        self.topics: Counter[str] = Counter()
        self.titled: set[str] = set()
        for row in self.places:
            for p in row:
                eid = p.mention["entity_id"]
                self.first.setdefault(eid, p.unit)
                self.topics[eid] += p.role in ("topic", "head", "subject") and not p.relative
                if self.units[p.unit]["kind"] == "title":
                    self.titled.add(eid)
        self.rank = {eid: n for n, (eid, _) in enumerate(self.count.most_common())}
        self.home = self._home()
        speakers = Speakers(sheet)
        self.speakers = [speakers.read(u) for u in self.units]
        self.quotes = [quotations(self.text, u) for u in self.units]
        self.nouns: dict[int, list[Noun]] = {}
        self.groups = list(self._groups())
        self.starts = [m["start"] for m in sheet["mentions"]]
        self.openings = self._openings()
        self.explicit = [self._named(n) for n in range(len(self.units))]

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
        if n not in self.nouns:
            self.nouns[n] = list(self._subjects(n))
        return self.nouns[n]

    def _subjects(self, n: int) -> Iterator[Noun]:
        unit, morphemes = self.units[n], self.sheet["morphemes"]
        tag, form, start, end = morphemes["tag"], morphemes["form"], morphemes["start"], morphemes["end"]
        first, stop = bisect_left(start, unit["start"]), bisect_left(start, unit["end"])
        named = [(m.mention["start"], m.mention["end"]) for m in self.places[n]]
        for i in range(first + 1, stop):
            if tag[i] not in ("JX", "JKS", "JKB") or form[i] not in _TOPIC or tag[i - 1] not in ("NNG", "NNP", "NNB", "NP", "XSN", "SL"):
                continue
            if any(a < end[i - 1] <= b for a, b in named):
                continue
            j = i - 1
            while j > first and start[i] - start[j - 1] <= 24 and (tag[j - 1] in _NOUN or (form[j - 1] in "·ㆍ‧" and start[j] == end[j - 1])):
                j -= 1
            head = form[i - 1] if tag[i - 1] != "XSN" else form[i - 2] + form[i - 1]
            quoted = any(a < start[i] < b for a, b in self.quotes[n])
            role = _TOPIC[form[i]]
            yield Noun(start[j], end[i - 1], head, role, role in ("subject", "place") and adnominal(morphemes, end[i], unit["end"]), quoted)

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
                    found.setdefault(
                        tuple(sorted({p.mention["entity_id"] for p in members})), f"{part}{seen[part]}{with_ or ('-' if partners else '')}"
                    )
            seen[part] += 1
        return found

    def _named(self, n: int) -> list[tuple[int, Key]]:
        """The bodies that are explicit subjects in unit `n`, with their partners, and where."""
        found = []
        row = self.places[n]
        for p in row:
            if p.chain[0] is p and p.role in ("topic", "subject", "head", "also") and not p.relative:
                partners = [q for q in row if q.role == "with" and q.quoted == p.quoted and q.mention["start"] > p.mention["start"]]
                found.append((p.mention["start"], tuple(sorted({q.mention["entity_id"] for q in (*p.chain, *partners)}))))
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
        ids = list(dict.fromkeys(p.mention["entity_id"] for p in members))
        spans = {p.mention["entity_id"]: (p.mention["start"], p.mention["end"]) for p in reversed(members)}
        return Option(tuple(sorted(ids)), tuple(ids), tuple(self.entities[i]["name"] for i in ids), tuple(spans[i] for i in ids), source)

    def _single(self, eid: str, source: str) -> Option:
        return Option((eid,), (eid,), (self.entities[eid]["name"],), (), source)

    def options(self, act: Act) -> list[Option]:
        """Those who might act, nearest first; each set of bodies once."""
        found: dict[Key, Option] = {}

        def add(option: Option) -> None:
            if option.key and option.key not in found:
                found[option.key] = option

        row = self.places[act.unit]
        inside = [p for p in row if act.span[0] <= p.mention["start"] < act.span[1]]
        for members in (inside, row):
            leading = [p for p in members if p.chain[0] is p and p.role not in ("with", "joint")]
            for p in members:
                if len(p.chain) > 1:
                    add(self._option(p.chain, "chain"))
                if p.role == "with":
                    for other in leading:
                        if other.chain is not p.chain:
                            add(self._option([*other.chain, *p.chain], "union"))
                if p.role == "joint" and p.chain[-1] is p:
                    for other in leading:
                        if other.chain is not p.chain and other.role in ("topic", "subject", "head"):
                            add(self._option([*other.chain, *p.chain], "with"))
                add(self._option([p], "named"))
            heads = [p for p in leading if p.role in ("topic", "subject", "also", "head")]
            if len(heads) == 2:
                add(self._option([*heads[0].chain, *heads[1].chain], "both"))
        _, body = self.speakers[act.unit]
        if body:
            add(self._single(body, "speaker"))
        for noun in self.subjects(act.unit):
            for source, start in self._phrases(noun):
                text = self.text[start : noun.end]
                add(Option((text,), ("",), (text,), ((start, noun.end),), source))
        for n in range(act.unit - 1, max(-1, act.unit - 4), -1):
            for p in self.places[n]:
                if len(p.chain) > 1:
                    add(self._option(p.chain, "chain"))
                add(self._option([p], "named"))
        for eid in (self.home, self.issuer):
            if eid:
                add(self._single(eid, "metadata"))
        for eid, _ in self.count.most_common(8):
            add(self._single(eid, "frequent"))
        for group in self.groups:
            add(group)
        for eid in sorted(self.titled):
            add(self._single(eid, "title"))
        return list(found.values())

    def _phrases(self, noun: Noun) -> Iterator[tuple[str, int]]:
        """The phrase of a noun and what is left of it without its first words: `국내 조달기업`, `조달기업`."""
        starts = [noun.start, *(noun.start + m.end() for m in re.finditer(r"\s", self.text[noun.start : noun.end]))]
        for back, start in enumerate(reversed(starts[-3:])):
            yield f"noun{back}{'-all' if start == noun.start else ''}", start
        if len(starts) > 3:
            yield "noun-whole", noun.start

    def words(self, act: Act) -> frozenset[str]:
        """The nouns of the act's clause, by which it is known again elsewhere in the release."""
        morphemes = self.sheet["morphemes"]
        first, stop = bisect_left(morphemes["start"], act.span[0]), bisect_left(morphemes["start"], act.span[1])
        pairs = zip(morphemes["form"][first:stop], morphemes["tag"][first:stop], strict=True)
        return frozenset(form for form, tag in pairs if tag in ("NNG", "NNP", "SL", "SN", "XR") and len(form) > 1)
