"""Which part a name has in its sentence: topic, subject, possessor, partner; who is listed with it; whose words a quotation holds.

What is read here is surface: the particle after the name, what joins it to the next, the quotation marks around it. Nothing is decided;
`actors` weighs it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from pipeline.lexicon import cues
from pipeline.schema import MentionData, UnitData
from pipeline.sheet import Morphemes, Sheet

Span = tuple[int, int]
QUOTED = re.compile(r"“[^“”]*(?:”|$)|\"[^\"]*(?:\"|$)")
_ASIDE = r"(?:\s?[*†]+)?(?:\s?\([^()]{0,80}\))?\s?[*]*"
_TITLE = (
    r"(?:\s?(?:제?[12]|신임|전)?\s?[가-힣A-Za-z·]{0,14}(?:장관|차관|처장|청장|차장|국장|실장|과장|팀장|원장|소장|센터장|본부장|단장|관장|이사장|사장|회장|총재|행장|"
    r"대표이사|대표|위원장|총장|교수|시장|군수|구청장|도지사|지사|교육감|대변인|정책관|기획관|심의관|조정관|관|장|감|위원|이사|박사|의원|총리|대통령|대사))"
)
_PERSON_TITLE = re.compile(_TITLE)
_AFTER = re.compile(rf"(?:㈜|\(주\)|社)?{_ASIDE}(?P<officer>(?:\s?[가-힣]{{2,4}})?{_TITLE}(?:\([^()]*\))?)?[’']?(?P<particle>[가-힣]+|,|$)?")
_PARTICLES = {
    "은": "topic", "는": "topic", "께서는": "topic", "에서는": "topic", "에서도": "topic", "도": "also", "이": "subject", "가": "subject",
    "께서": "subject", "에서": "place", "와": "and", "과": "and", "의": "of", "을": "object", "를": "object", "에": "to", "에게": "to", "로": "by",
    "으로": "by", "와의": "of", "과의": "of", "및": "and", "등": "and", ",": "comma",
}  # fmt: skip
_LINK = re.compile(
    rf"(?:㈜|\(주\))?{_ASIDE}(?:\s?[가-힣]{{2,3}})?{_TITLE}?(?:\([^()]*\))?\s?(?:등\s)?(?:와|과|및|·|ㆍ|‧|•|,|-|/|하고|과\s?함께|와\s?함께|,?\s?그리고)\s?(?:㈜|\([주사재]\))?\s?"
)
_PARTNER = re.compile(rf"(?:㈜|\(주\))?{_ASIDE}\s?(?:등\s?)?(?:와|과)\s?(.{{0,14}})")
_JOINT = re.compile(r"협약|양해각서|MOU|MoU|공동|함께|협력|협정|계약|손잡|합의|논의|회담|협의|맺")
_FAR = re.compile(r"[은는이가을를의에,.”\"]\s|[“”\"]")


@dataclass(slots=True)
class Place:
    """A body's name where it stands.

    Attributes:
        mention: the name. `unit`: index of its unit.
        role: by the particle after it: `topic`, `subject`, `with` (a partner), `joint` (one perhaps) … , `noun` where another noun follows, `head` of a headline.
        officer: whether a title follows (`새날부 장관은`), so that the particle is the officer's.
        relative: whether the next verb after it is adnominal (`새날부가 지은 쉼터`).
        quoted: whether it stands in quotation marks.
        chain: the names that are listed together with it, itself included, in order; one list shared by all of them.
    """

    mention: MentionData
    unit: int
    role: str
    officer: bool
    relative: bool
    quoted: bool
    chain: list[Place]


def quotations(text: str, unit: UnitData) -> list[Span]:
    """Where somebody is quoted at length in the unit; a mark that is not closed quotes to the unit's end."""
    start, end = unit["start"], unit["end"]
    if text.find("“", start, end) < 0 and text.find('"', start, end) < 0:  # most units
        return []
    return [m.span() for m in QUOTED.finditer(text, start, end)]


def places(sheet: Sheet) -> list[list[Place]]:
    """The bodies' names of each unit."""
    text, morphemes = sheet["text"], sheet["morphemes"]
    found: list[list[Place]] = []
    named = [m for m in sheet["mentions"] if m["label"] == "ORG"]
    starts = [m["start"] for m in named]
    for n, unit in enumerate(sheet["units"]):
        row: list[Place] = []
        found.append(row)
        bodies = named[bisect_left(starts, unit["start"]) : bisect_left(starts, unit["end"])]
        if not bodies:
            continue
        quotes = quotations(text, unit)
        # `새날부(이하 새부)와`: the short name is no item of a list.
        bodies = [m for i, m in enumerate(bodies) if not (i and m["entity_id"] == bodies[i - 1]["entity_id"] and _aside(text, bodies[i - 1], m))]
        for i, m in enumerate(bodies):
            quoted = any(a < m["start"] < b for a, b in quotes)
            role, officer, at = _role(text, m, unit, bodies[i + 1]["start"] if i + 1 < len(bodies) else unit["end"])
            relative = role in ("subject", "place", "noun") and adnominal(morphemes, at, unit["end"])
            place = Place(m, n, role, officer, relative, quoted, [])
            if row and row[-1].quoted == quoted and _LINK.fullmatch(text, row[-1].mention["end"], m["start"]):
                place.chain = row[-1].chain
            place.chain.append(place)
            row.append(place)
        for place in row:  # the particle after the last name of a list is that of all
            last = place.chain[-1]
            if place is last and (closed := _closed(text, place.chain[0].mention, last.mention, named)):
                place.role, _, at = _role(text, closed, unit, unit["end"])
                place.relative = place.role in ("subject", "place", "noun") and adnominal(morphemes, at, unit["end"])
        for place in row:
            place.role, place.relative = place.chain[-1].role, place.chain[-1].relative
    return found


_CLOSING = re.compile(r"\s?(?:등)?(?:\s?\d+\s?개?\s?[가-힣]{1,4})?\s?\)")


def _closed(text: str, first: MentionData, last: MentionData, named: list[MentionData]) -> MentionData | None:
    """For the names in `제조업체 두 곳(새날식품, 가람우유)은`, which say whom the noun before means: the last one, up to the bracket's end."""
    closing = _CLOSING.match(text, last["end"])
    before = first["start"] - 1
    if closing is None or text[before : before + 1] != "(" or not text[before - 1 : before].isalnum():
        return None
    if any(m["start"] < before <= m["end"] for m in named):  # `새날부(가람청)`: the body before the bracket acts
        return None
    return MentionData({**last, "end": closing.end()})


def _aside(text: str, one: MentionData, other: MentionData) -> bool:
    """Whether `other` stands in a parenthesis right after `one`."""
    between = text[one["end"] : other["start"]]
    return between.lstrip(" *†")[:1] == "(" and ")" not in between


def _role(text: str, m: MentionData, unit: UnitData, after: int) -> tuple[str, bool, int]:
    """Role, whether an officer's title follows, and the offset after the particle; `after` is where the next body's name begins."""
    end = unit["end"]
    match = _AFTER.match(text, m["end"], min(end, m["end"] + 120))
    if match is None:
        return "noun", False, m["end"]
    if match["officer"] and match.end("officer") > after:  # the title's end is that of another body: `새날부 소속 가람생물관은`
        return "noun", False, m["end"]
    officer, particle, at = bool(match["officer"]), match["particle"] or "", match.end()
    if not particle:
        return ("end" if at >= end else "noun" if text[at : at + 1].isspace() else "mark"), officer, at
    partner = _PARTNER.match(text, m["end"], min(end, m["end"] + 100))
    if partner and partner[1].lstrip().startswith(tuple(cues("actors")["together"])):
        return "with", officer, at
    role = _PARTICLES.get(particle, "noun")
    if role == "and" and particle in ("와", "과") and _JOINT.search(text, at, min(end, at + 160)):
        return "joint", officer, at
    if (role == "comma" and not text[unit["start"] : m["start"]].strip("-–▷□◇■○ㅇ<《[·“‘'\" ")) or (role == "comma" and unit["kind"] == "title"):
        role = "head"
    return role, officer, at


def adnominal(morphemes: Morphemes, at: int, end: int) -> bool:
    """Whether the next predicate after `at` is adnominal (`A가 투자한 기업`), so that its subject is not the sentence's."""
    i, stop = bisect_left(morphemes["start"], at), bisect_left(morphemes["start"], end)
    tags, forms = morphemes["tag"], morphemes["form"]
    for j in range(i, stop - 1):
        if tags[j] in ("VV", "VA", "XSV", "XSA", "VCP"):
            k = j + 1
            while k < stop and tags[k] in ("EP", "VX", "EC"):
                k += 1
            if k >= stop or tags[k] != "ETM":
                return False
            return k + 1 >= stop or forms[k + 1] not in ("계획", "예정", "방침", "것", "바", "구상", "한편", "가운데")
    return False


class Speakers:
    """Who speaks for which body, as far as a release has been read."""

    def __init__(self, sheet: Sheet) -> None:
        self.text = sheet["text"]
        self.mentions = sheet["mentions"]
        self.starts = [m["start"] for m in self.mentions]
        self.people = [m["start"] for m in self.mentions if m["label"] == "PERSON"]
        self.body_of: dict[str, str] = {}  # person -> body

    def read(self, unit: UnitData) -> tuple[Span | None, str]:
        """Where the person who is the unit's subject stands, and the id of the body that he speaks for; None and empty where there is none."""
        if bisect_left(self.people, unit["start"]) == bisect_left(self.people, unit["end"]):
            return None, ""
        inside = self.mentions[bisect_left(self.starts, unit["start"]) : bisect_left(self.starts, unit["end"])]
        people = [m for m in inside if m["label"] == "PERSON"]
        bodies = [m for m in inside if m["label"] == "ORG"]
        beside = {p["start"]: self._beside(p, bodies) for p in people}
        for person in people:
            body = beside[person["start"]]
            if body:
                self.body_of.setdefault(person["entity_id"], body["entity_id"])
        quotes = quotations(self.text, unit)
        for person in people:
            if any(a <= person["start"] < b for a, b in quotes):
                continue
            title = _PERSON_TITLE.match(self.text, person["end"], unit["end"])
            after = title.end() if title else person["end"]
            if not re.match(r"\s?(?:은|는|이|가|도|께서)", self.text[after : after + 4]):
                continue
            body = beside[person["start"]]
            begin = body["start"] if body and 0 <= person["start"] - body["end"] <= 24 else person["start"]
            return (begin, after), body["entity_id"] if body else self.body_of.get(person["entity_id"], "")
        return None, ""

    def _beside(self, person: MentionData, bodies: list[MentionData]) -> MentionData | None:
        """The body in the noun phrase of a person: `새날부 김한결 국장`, `김한결 새날부 국장`, `새날부(장관 김한결)`."""
        for m in bodies:
            between = self.text[m["end"] : person["start"]] if m["end"] <= person["start"] else self.text[person["end"] : m["start"]]
            if len(between) <= 24 and not _FAR.search(between):
                return m
        return None
