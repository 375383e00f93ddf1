"""Names in a release: ORG, PROGRAM, PERSON.

The rule baseline: what the lexicon knows, what the release itself defines (`X(장관 …)`, `X(이하 Y)`, `X(ABC)`), what its form gives
away (suffixes of bodies, heads of programmes, titles beside persons), and the same name found again in the same release. Where
candidates overlap, the longest wins, then the surer method. Spans are exact offsets.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.component import Component
from pipeline.lexicon import Entry, Lexicon, code_points, cue_pattern, cue_sets, fold
from pipeline.schema import MentionData
from pipeline.sheet import Morphemes, Sheet

_NOMINAL = frozenset({"NNG", "NNP", "NNB", "NR", "SN", "SL", "SH", "XPN", "XSN", "XR"})
_OPENING = _NOMINAL | {"MM", "SW", "SSO", "W_EMOJI", "SO"}  # what a name of the lexicon may begin with
_PARTICLE = ("J", "VCP", "XSV", "S", "EC", "EF", "E")
_RANK = {"lexicon": 3, "definition": 2, "pattern": 1, "repeat": 0}
_OPEN, _CLOSE = "「『｢《<〈‘“'\"", "」』｣》>〉’”'\""
_QUOTED = re.compile(
    r"「([^「」\n]{2,60})」|『([^『』\n]{2,60})』|｢([^｢｣\n]{2,60})｣|《([^《》\n]{2,60})》|‘([^‘’\n]{2,50})’|“([^“”\n]{2,50})”|'([^'\n]{2,50})'|\"([^\"\n]{2,50})\""
)
_LAW = re.compile(r"[「｢『]")
_ALIAS = re.compile(
    r"\(\s*이하\s*[,:]?\s*[‘'“\"「｢]?\s*((?:[^()‘’'“”\"「」｢｣]|\([^()]{1,12}\)){2,30}?)\s*[’'”\"」｣]?\s*(?:이?라\s*(?:한다|함|칭함))?\s*\)"
)
_HEADED = re.compile(
    r"\(([가-힣]{0,12}?(?:장관|처장|청장|차장|원장|소장|이사장|사장|회장|총재|행장|대표이사|대표|위원장|총장|시장|군수|구청장|도지사|교육감|본부장|단장|관장|센터장|의장|지사|서장|지청장|병원장|직무대행|직무대리))\s*:?\s*([가-힣]{2,4})(?=[\s,)·])"
)
_COMPANY = re.compile(
    r"(?:㈜|\(주\)|（주）|주식회사 )\s?([가-힣A-Za-z0-9&.\-]{2,20}?)(?=(?:은|는|이|가|을|를|와|과|의|에|로|도|으로|에서)?(?:[\s,()·ㆍ]|$))|([가-힣A-Za-z0-9&.\-]{2,20})(?:㈜|\(주\)|（주）)"
)
_ACTING = {"정부": "대한민국 정부", "우리 정부": "대한민국 정부", "경찰": "경찰청"}
_TAIL = re.compile(r"장?(?:은|는|이|가|과|와|을|를|의|도|에|에서|에게|으로|로|에서는|에는|까지|부터|만|측|등)(?=\W|$)|장(?=\W|$)")
_ABBREVIATION = re.compile(r"\s?\((?:[A-Z][A-Za-z' ]{3,60}, ?)?([A-Z][A-Za-z0-9&.·\-]{1,14})\*{0,2}\)")
_EDITION = re.compile(r"^(?:제?\s?\d+\s?(?:회|차|기)|\d{4}\s?년?(?:도)?\s)|\d{4}$")
_VERBAL = re.compile(r"(?:다|자|요|까|세요|하라|해야|한다|된다|이다|입니다|습니다|하고|하며|위해|위한|대한)[.!?~]*$")
_PREDICATE_INSIDE = re.compile(r"(?:다|요)[.,!?]\s|[은는을를이가]\s\S+(?:다|요)$")

_NONE: dict[str, tuple[int, ...]] = {"": ()}
_SOLID = np.array([not chr(n).isspace() for n in range(0x3002)])  # by code point; beyond it there are no blanks


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may be a name; `entity` is the canonical name where it is known, `confidence` a model's (rules have none)."""

    start: int
    end: int
    label: str
    method: str
    entity: str = ""
    confidence: float | None = None


@functools.lru_cache(maxsize=64)  # rules and tagger ask for the same texts, batch by batch
def squeeze(text: str) -> tuple[str, npt.NDArray[np.intp]]:
    """The folded text without blanks, and the offset of each of its characters."""
    folded = fold(text)
    return "".join(folded.split()), np.flatnonzero(_SOLID[np.minimum(code_points(folded), len(_SOLID) - 1)])


class _Text:
    """A Doc seen by the rules: text, morphemes by offset, and the text without blanks."""

    def __init__(self, sheet: Sheet) -> None:
        self.text = sheet["text"]
        m: Morphemes = sheet["morphemes"]
        self.form, self.tag, self.start, self.end = m["form"], m["tag"], m["start"], m["end"]
        self.ends = frozenset(self.end)

    def openings(self, lexicon: Lexicon) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Where a name of the lexicon may begin: the morpheme, its place in the folded text and the lengths to try there."""
        squeezed, offsets = squeeze(self.text)
        starts = np.array(self.start, np.intp)
        places = np.searchsorted(offsets, starts)
        visible = np.append(offsets, -1)[places] == starts
        for i in np.flatnonzero(visible & lexicon.heads.at(squeezed, places)).tolist():
            if self.tag[i] in _OPENING:
                at = int(places[i])
                thirds = lexicon.lengths.get(squeezed[at : at + 2], _NONE)
                if lengths := thirds.get(squeezed[at + 2 : at + 3]) or thirds[""]:
                    yield i, at, lengths

    def at(self, offset: int) -> int:
        """Index of the first morpheme that starts at or after `offset`."""
        return bisect_left(self.start, offset)

    def before(self, offset: int) -> int:
        """Index of the last morpheme that ends at or before `offset`, -1 where there is none."""
        return bisect_right(self.start, offset - 1) - 1

    def free_after(self, end: int, fused: frozenset[str]) -> bool:
        """Whether a name may end at `end`: a blank, a mark, a particle or a word that may be fused to a name follows."""
        if end >= len(self.text) or not self.text[end].isalnum():
            return True
        i = self.at(end)
        if i >= len(self.start) or self.start[i] != end:
            return bool(_TAIL.match(self.text, end))  # Kiwi cut an unknown name elsewhere, or `의료원장` not at all
        if self.tag[i].startswith(_PARTICLE):
            return True
        return self.text.startswith(tuple(fused), end)


@dataclass(frozen=True, slots=True)
class Known:
    """A stretch of text that the lexicon knows; `sure` where it means one thing wherever it stands."""

    start: int
    end: int
    entry: Entry
    sure: bool


def known_names(sheet: Sheet, lexicon: Lexicon) -> Iterator[Known]:
    """Everything that the lexicon knows, homonyms and places included, the longest at each morpheme; what is a name is not decided here."""
    text = _Text(sheet)
    squeezed, offsets = squeeze(text.text)
    sure, homonyms = lexicon.sure, lexicon.homonyms
    reached = -1
    for i, at, lengths in text.openings(lexicon):
        start = text.start[i]
        if start < reached:
            continue
        for length in lengths:
            form = squeezed[at : at + length]
            entry = sure.get(form) or homonyms.get(form)
            if entry is None or len(form) < length:
                continue
            end = int(offsets[at + length - 1]) + 1
            if "\n" not in text.text[start:end]:
                yield Known(start, end, entry, form in sure)
                reached = end if length > 2 else reached
                break


def find(text: _Text, lexicon: Lexicon) -> list[Candidate]:
    """All names of a release, in order, without overlap."""
    words = cue_sets("mentions")
    found = [*_from_lexicon(text, lexicon, words), *_from_suffix(text, words), *_from_quotes(text, words)]
    found = [_with_abbreviation(text, c) for c in _resolve(found)]
    found += _from_definitions(text, found)
    found += _persons(text, words)
    found = _resolve(found)
    return _resolve([*found, *_repeats(text, found, words)])


def _with_abbreviation(text: _Text, c: Candidate) -> Candidate:
    """`X(ABC)` is one span."""
    match = _ABBREVIATION.match(text.text, c.end)
    if not match or c.label == "PERSON":
        return c
    return Candidate(c.start, match.end(), c.label, c.method, c.entity or text.text[c.start : c.end])


def _from_lexicon(text: _Text, lexicon: Lexicon, words: dict[str, frozenset[str]]) -> Iterator[Candidate]:
    squeezed, offsets = squeeze(text.text)
    fused, places, not_peeled = words["fused"], tuple(words["after_place"]), tuple(words["not_peeled"])
    for match in _acting().finditer(text.text):
        yield Candidate(match.start(), match.end(), "ORG", "lexicon", _ACTING.get(match[0], match[0]))
    previous = -1
    for i, at, lengths in text.openings(lexicon):
        start = text.start[i]
        if start < previous:
            continue
        if start and text.text[start - 1].isalnum() and i and text.tag[i - 1] not in ("NNP", "NNG", "SN", "XPN"):
            continue
        for length in lengths:
            entry = lexicon.sure.get(squeezed[at : at + length])
            if entry is None or at + length > len(squeezed):
                continue
            end = int(offsets[at + length - 1]) + 1
            if (end not in text.ends and length < 3) or not text.free_after(end, fused) or "\n" in text.text[start:end]:
                continue
            if start and text.text[start - 1].isalnum() and i and text.end[i - 1] == start and length < 4:
                continue  # the tail of a compound
            if entry.type in ("province", "municipality") and not _acts(text, end, places):
                continue
            if text.text.startswith(not_peeled, start):
                continue
            yield Candidate(start, end, entry.label, "lexicon", entry.name)
            previous = end
            break


@functools.cache
def _acting() -> re.Pattern[str]:
    """`정부`, `국회` and the like where they act: a particle follows, no country stands before."""
    return re.compile(rf"(?<![가-힣] )(?<![가-힣])(?:{cue_pattern('mentions', 'acting')})(?=[은는가이]\s|[와과의]\s|에서[는 ]|,)")


def _acts(text: _Text, end: int, places: tuple[str, ...]) -> bool:
    """Whether a place name stands for its administration: a subject, in a list of bodies, or with its head in parentheses."""
    rest = text.text[end : end + 14]
    if re.match(
        r"\s?(?:[은는이가]\s|[와과]\s|\((?:시장|도지사|지사|군수|구청장|특별자치도지사)|에\s?따르면|[시도군구]?(?:장|지사)\s|교육청|의회|관계자)",
        rest,
    ):
        return True
    return bool(re.match(r"[·ㆍ‧,]\s?[가-힣]", rest)) and not rest.lstrip(" ·,").startswith(places)


def _runs(text: _Text) -> Iterator[tuple[int, int]]:
    """`[first, stop)` of the runs of nominal morphemes without blanks; none begins with a bound noun."""
    first = reached = -1
    for i, (tag, start, end) in enumerate(zip(text.tag, text.start, text.end, strict=True)):
        nominal = tag in _NOMINAL
        if first >= 0 and not (nominal and start == reached):
            yield first, i
            first = -1
        if first < 0 and nominal and tag != "NNB":
            first = i
        reached = end
    if first >= 0:
        yield first, len(text.tag)


def _from_suffix(text: _Text, words: dict[str, frozenset[str]]) -> Iterator[Candidate]:
    for first, stop in _runs(text):
        if text.end[stop - 1] - text.start[first] >= 4:
            yield from _body(text, first, stop, words)
    for match in _COMPANY.finditer(text.text):
        yield Candidate(match.start(), match.end(), "ORG", "definition")


def _body(text: _Text, i: int, stop: int, words: dict[str, frozenset[str]]) -> Iterator[Candidate]:
    """The longest part of the run `i:stop` that has the form of a body's name."""
    begin = text.start[i]
    suffixes = words["suffix"]
    for last in range(stop, i, -1):
        end = text.end[last - 1]
        surface = text.text[begin:end]
        if len(surface) < 4:
            return
        strong = any(surface[-n:] in suffixes for n in _suffix_lengths().get(surface[-1], ()) if n <= len(surface) - 2)
        weak = last - i >= 2 and len(text.form[last - 1]) >= 2 and text.form[last - 1] in words["suffix_weak"]
        if not (strong or weak) or surface in words["generic"] or surface[1:] in words["generic"]:
            continue
        proper = any(t in ("NNP", "SL") for t in text.tag[i:last]) or surface.startswith(("국립", "한국", "대한", "서울", "경기", "중앙"))
        if (proper or (strong and last - i >= 3)) and text.free_after(end, words["fused"]):
            yield Candidate(begin, end, "ORG", "pattern")
            return


@functools.cache
def _suffix_lengths() -> dict[str, tuple[int, ...]]:
    """The lengths of the suffixes of bodies, longest first, by their last character."""
    found: dict[str, set[int]] = {}
    for suffix in cue_sets("mentions")["suffix"]:
        found.setdefault(suffix[-1], set()).add(len(suffix))
    return {last: tuple(sorted(lengths, reverse=True)) for last, lengths in found.items()}


def _from_quotes(text: _Text, words: dict[str, frozenset[str]]) -> Iterator[Candidate]:
    heads = tuple(words["program_head"])
    laws = tuple(words["law"])
    for match in _QUOTED.finditer(text.text):
        group = next(n for n in range(1, 9) if match[n])
        start, end = match.span(group)
        surface = match[group]
        stripped = surface.strip()
        start += len(surface) - len(surface.lstrip())
        end = start + len(stripped)
        after = text.text[match.end() : match.end() + 14].lstrip()
        if _VERBAL.search(stripped) or _PREDICATE_INSIDE.search(stripped) or not re.search(r"[가-힣A-Za-z]", stripped):
            continue
        if any(stripped.count(a) != stripped.count(b) for a, b in ("()", "[]", "「」", "‘’", "“”")):
            continue
        if any(stripped.endswith(suffix) and len(stripped) >= len(suffix) + 2 for suffix in words["quoted_body"]):
            yield Candidate(start, end, "ORG", "definition")
        elif _LAW.match(match[0]):
            yield Candidate(start, end, "PROGRAM", "definition")
        elif re.match(r"[(（]?이하", text.text[max(0, match.start() - 3) : match.start()] or " "):
            continue
        elif len(stripped) >= 4 and (stripped.endswith((*heads, *laws)) or after.startswith(heads) or _EDITION.search(stripped)):
            yield Candidate(start, end, "PROGRAM", "pattern")


def _from_definitions(text: _Text, found: list[Candidate]) -> Iterator[Candidate]:
    by_end = {c.end: c for c in found}
    for match in _HEADED.finditer(text.text):
        if match.start() and text.text[match.start() - 1] not in " \n)" and match.start() not in by_end:
            start = match.start()
            while start and (text.text[start - 1].isalnum() or text.text[start - 1] in "·ㆍ&-"):
                start -= 1
            if match.start() - start >= 2 and any(c.isalpha() for c in text.text[start : match.start()]):
                by_end[match.start()] = body = Candidate(start, match.start(), "ORG", "definition")
                yield body
        yield Candidate(match.start(2), match.end(2), "PERSON", "definition")
    for match in _ALIAS.finditer(text.text):
        head = by_end.get(match.start()) or by_end.get(match.start() - 1)
        if head is None:  # `「…」 사업(이하 Y)`
            head = next(
                (c for c in found if c.end < match.start() and match.start() - c.end <= 12 and "\n" not in text.text[c.end : match.start()]), None
            )
        if head is not None and head.label != "PERSON" and match[1] not in cue_sets("mentions")["no_alias"]:
            name = head.entity or text.text[head.start : head.end]
            yield Candidate(match.start(1), match.end(1), head.label, "definition", name)
    # `X(장관 …, 이하 Y)`
    for match in re.finditer(r"\([^()]{2,40}?,\s*이하\s*[‘'“\"「｢]?\s*([^()‘’'“”\"「」｢｣]{2,20}?)\s*[’'”\"」｣]?\s*\)", text.text):
        head = by_end.get(match.start())
        if head is not None and head.label == "ORG":
            yield Candidate(match.start(1), match.end(1), "ORG", "definition", head.entity or text.text[head.start : head.end])


def _persons(text: _Text, words: dict[str, frozenset[str]]) -> Iterator[Candidate]:
    titles, surnames, stop = words["title"], words["surname"], words["no_person"]
    ends = tuple(titles)
    for i, tag in enumerate(text.tag):
        if tag not in ("NNP", "NNG"):
            continue
        start, end = text.start[i], text.end[i]
        if (tag == "NNG" and end - start > 1) or text.text[start : start + 1] not in surnames or (start and text.text[start - 1].isalnum()):
            continue
        surface = text.text[start:end]
        if len(surface) == 1 and text.text[end : end + 1] == " ":
            word = re.match(r" ([가-힣]{2,6}?)(?:[은는이가을를의과와도,.\s]|께서|에게)", text.text[end : end + 10])
            if word and word[1] in titles:
                yield Candidate(start, end, "PERSON", "pattern")
            continue
        if tag != "NNP" or not 2 <= len(surface) <= 4 or surface in stop or not surface.isalpha() or surface[0].isascii():
            continue
        if text.text[end : end + 1].isalnum() and not text.free_after(end, frozenset()):
            continue
        back = re.search(r"([가-힣]+)\s$", text.text[max(0, start - 16) : start])
        after = _phrase_after(text, i)
        titled = bool(after) and _titled(after.split()[-1], titles, ends)
        if (len(surface) == 3 and (titled or (back is not None and back[1].endswith(ends) and len(back[1]) >= 2))) or (titled and " " not in after):
            yield Candidate(start, end, "PERSON", "pattern")


def _phrase_after(text: _Text, i: int) -> str:
    """The noun phrase of at most three words that follows morpheme `i` after a blank."""
    begin = text.end[i]
    if text.text[begin : begin + 1] != " ":
        return ""
    last = i
    while (
        last + 1 < len(text.start)
        and text.tag[last + 1] in _NOMINAL
        and text.start[last + 1] - text.end[last] <= 1
        and text.text[text.end[last] : text.start[last + 1]] in ("", " ")
    ):
        last += 1
    words = text.text[begin : text.end[last]].split()
    return " ".join(words) if len(words) <= 3 else ""


def _titled(word: str, titles: frozenset[str], ends: tuple[str, ...]) -> bool:
    for cut in (0, 1, 2):
        stem = word[: len(word) - cut] if cut else word
        if len(stem) >= 2 and (stem in titles or (len(stem) >= 4 and stem.endswith(ends))):
            return True
    return False


def _repeats(text: _Text, found: list[Candidate], words: dict[str, frozenset[str]]) -> Iterator[Candidate]:
    """The same surface again, where nothing is tagged yet: a name that is defined once is a name everywhere in its release."""
    known: dict[str, Candidate] = {}
    for c in found:
        surface = text.text[c.start : c.end]
        if short := _ABBREVIATION.search(surface):
            known.setdefault(short[1], c)
            surface = surface[: short.start()]
        # Lexicon names were looked for everywhere already; short persons are too ambiguous to spread.
        if len(surface) >= (3 if c.label != "ORG" else 2) and c.method != "lexicon" and "\n" not in surface:
            known.setdefault(surface, c)
    for start, end in occurrences(text.text, known):
        i = text.at(start)
        if (start and text.text[start - 1].isalnum()) or i >= len(text.start) or text.start[i] != start:
            continue
        if text.free_after(end, words["fused"]):
            source = known[text.text[start:end]]
            yield Candidate(start, end, source.label, "repeat", source.entity)


def everywhere(text: str, form: str) -> Iterator[int]:
    """Where a form begins in a text, overlapping places included.

    >>> list(everywhere("가가가", "가가"))
    [0, 1]
    """
    start = text.find(form)
    while start >= 0:
        yield start
        start = text.find(form, start + 1)


def occurrences(text: str, forms: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where forms stand in a text, the first one first, the longest of those that begin together, without overlap.

    >>> list(occurrences("가나다 가나", ["가나", "가나다", "다"]))
    [(0, 3), (4, 6)]
    """
    reached = 0
    for start, size in sorted((start, -len(form)) for form in forms for start in everywhere(text, form)):
        if start >= reached:
            reached = start - size
            yield start, reached


def _resolve(found: list[Candidate]) -> list[Candidate]:
    """Without overlap: the longest first, then the surer method."""
    taken: list[Candidate] = []
    starts: list[int] = []
    for c in sorted(found, key=lambda c: (c.start - c.end, -_RANK[c.method], c.start)):
        n = bisect_left(starts, c.start)
        if (n < len(taken) and taken[n].start < c.end) or (n and taken[n - 1].end > c.start):
            continue
        starts.insert(n, c.start)
        taken.insert(n, c)
    return taken


class Mentions(Component[list[Candidate]]):
    """Tags ORG, PROGRAM and PERSON.

    Writes `mentions` (offsets, exact). In spaCy: `doc._.mentions`, and `doc.ents`, where a name that ends inside a token is widened to it.

    Args:
        lexicon: the lexicon to look names up in.

    >>> import pipeline
    >>> [(e.text, e.label_) for e in pipeline.load()("보건복지부는 국민건강보험공단과 함께 돌봄을 넓힌다.").ents]
    [('보건복지부', 'ORG'), ('국민건강보험공단', 'ORG')]
    """

    def __init__(self, *, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def predict(self, sheets: Sequence[Sheet]) -> list[list[Candidate]]:
        """The names of each release."""
        return [find(_Text(sheet), self.lexicon) for sheet in sheets]

    def set_annotations(self, sheets: Sequence[Sheet], predictions: Sequence[list[Candidate]]) -> None:
        """Write `mentions`."""
        for sheet, found in zip(sheets, predictions, strict=True):
            sheet["mentions"] = mention_data(sheet, found)


def mention_data(sheet: Sheet, found: Sequence[Candidate]) -> list[MentionData]:
    """Names as a sheet holds them."""
    starts = [u["start"] for u in sheet["units"]]
    return [
        MentionData(
            start=c.start,
            end=c.end,
            label=c.label,
            unit=max(0, bisect_right(starts, c.start) - 1),
            entity_id=c.entity,  # the canonical name until `entities` resolves it
            confidence=c.confidence,
            method=c.method,
        )
        for c in found
    ]
