"""Units and mentions -> commitments: one row an actor-act (codebook, section 5).

For each unit whose status is planned, ongoing or completed: look through the reporting frame, cut coordinated clauses, and for each
find who acts (subject, list, speaker's body, what was said before, at last the issuer), in which programme, for whom, by when, how
much. Every cell keeps the offsets it was read from.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.component import Component
from pipeline.details import DetailsReader
from pipeline.lexicon import cue_pattern, cue_sets, cues
from pipeline.predicates import clauses, outer, predicate, trim
from pipeline.schema import ACT_STATUSES, CommitmentData, EntityData, EvidenceData, MentionData, UnitData
from pipeline.sentences import category_of, morpheme_range, status_of
from pipeline.sheet import Morphemes, Sheet

_SHUT = re.compile(r"“[^“”]*”|‘[^‘’]*’|「[^「」]*」|\([^()]*\)|\"[^\"]*\"")
_SUBJECT = re.compile(r"(?:\s?[*†]+)?(?:\s?\([^()]{0,80}\))?\s?[*]*(?P<particle>은|는|이|가|도|께서는|께서|에서는|에서도|에서)(?=[\s,])")
_HEADLINE = re.compile(r"(?:\s?\([^()]{0,40}\))?,\s")  # `새날시, 쉼터 연다`
_LINK = re.compile(r"(?:\s?\([^()]{0,60}\))?\s?(?:와|과|및|·|ㆍ|‧|,|하고|과\s?함께|와\s?함께)\s?")
_PARTNER = re.compile(r"(?:\s?\([^()]{0,80}\))?\s?(?:와|과)\s?(.{0,14})")
_SPEECH = re.compile(r"[“\"](?P<said>[^“”\"]+)[”\"]?")
_TITLE = re.compile(
    r"\s?[가-힣A-Za-z·]{0,14}(?:장관|차관|처장|청장|차장|국장|실장|과장|팀장|원장|소장|센터장|본부장|단장|관장|이사장|사장|회장|총재|행장|대표이사|대표|위원장|총장|교수|시장|군수|구청장|도지사|지사|교육감|대변인|정책관|기획관|심의관|조정관|관|장|감|위원|이사|박사|의원|총리|대통령|대사)"
)


@functools.cache
def _without_name(kind: str) -> re.Pattern[str]:
    """Words of `cues/actors.tsv` that are a topic or subject."""
    return re.compile(rf"(?<![가-힣])(?:{cue_pattern('actors', kind)})(?=(?:은|는|이|가|도)\s)")


@dataclass(slots=True)
class _Actors:
    """Who acts in a clause: entity ids or text, with the spans it was read from."""

    ids: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    spans: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, name: str, eid: str, start: int, end: int, method: str = "rule") -> None:
        if name not in self.names:
            self.names.append(name)
            self.ids.append(eid)
        self.spans.append((start, end, method))


class Commitments(Component[list[CommitmentData]]):
    """Assembles commitments.

    Reads `units`, `mentions`, `entities`, `published`, `issuer_id`; writes `commitments`. In spaCy: `doc._.commitments` and so on.

    >>> import pipeline
    >>> doc = pipeline.load()("보건복지부는 돌봄 인력을 늘리고 국민건강보험공단은 상담소 20곳을 열 계획이다.")
    >>> [(c["actors"], c["action_lemma"], c["counts"]) for c in doc._.commitments]
    [(['보건복지부'], '늘리다', []), (['국민건강보험공단'], '열다', ['20 곳'])]
    """

    def predict(self, sheets: Sequence[Sheet]) -> list[list[CommitmentData]]:
        """The commitments of each release, in order of position."""
        return [list(_Reader(sheet).commitments()) for sheet in sheets]

    def set_annotations(self, sheets: Sequence[Sheet], predictions: Sequence[list[CommitmentData]]) -> None:
        """Write `commitments`, and the speakers of `units`."""
        for sheet, found in zip(sheets, predictions, strict=True):
            sheet["commitments"] = found
            units: list[UnitData] = sheet["units"]
            for commitment in found:
                units[commitment["unit"]]["speaker"] = commitment["speaker"]


class _Reader:
    """Reads one Doc from top to bottom, remembering who acted last."""

    def __init__(self, sheet: Sheet) -> None:
        self.text = sheet["text"]
        self.morphemes: Morphemes = sheet["morphemes"]
        self.units: list[UnitData] = sheet["units"]
        self.mentions: list[MentionData] = sheet["mentions"]
        self.starts = [m["start"] for m in self.mentions]
        self.entities: dict[str, EntityData] = sheet["entities"]
        self.details = DetailsReader(sheet)
        self.last, self.last_unit = _Actors(), -2
        self.group = _Actors()  # the last bodies named together, for `양 기관`
        self.body_of: dict[str, str] = {}  # person -> body, as far as read
        self.home = ""
        self.home = self._home(sheet["issuer_id"] or "")

    def commitments(self) -> Iterator[CommitmentData]:
        for n, unit in enumerate(self.units):
            if unit["kind"] in ("boilerplate", "table"):
                continue
            self._remember(unit)
            if unit["status"] in ACT_STATUSES:
                yield from self._acts(n, unit)
            elif unit["status"] == "none" and unit["kind"] != "title":
                subject = self._subject(unit["start"], unit["end"])
                if any(subject.ids):
                    self.last, self.last_unit = subject, n

    def _home(self, issuer: str) -> str:
        """The body whose release it is: the issuer where the text names it, else the first body that is a topic, else the issuer."""
        if issuer and any(m["entity_id"] == issuer for m in self.mentions):
            return issuer
        for unit in self.units[:12]:
            if unit["kind"] in ("sentence", "bullet"):
                first = next((i for i in self._subject(unit["start"], unit["end"]).ids if i), "")
                if first:
                    return first
        return issuer

    def _inside(self, start: int, end: int) -> list[MentionData]:
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def _name(self, eid: str) -> str:
        return self.entities[eid]["name"]

    def _remember(self, unit: UnitData) -> None:
        """Note which bodies stand together and which person belongs to which body."""
        orgs: list[MentionData] = []
        for m in self._inside(unit["start"], unit["end"]):
            if m["label"] == "ORG":
                linked = bool(orgs) and self._linked(orgs[-1], m)
                orgs = [*orgs, m] if linked else [m]
                if len({o["entity_id"] for o in orgs}) >= 2:
                    self.group = _Actors()
                    for o in orgs:
                        self.group.add(self._name(o["entity_id"]), o["entity_id"], o["start"], o["end"])
            elif m["label"] == "PERSON":
                body = self._body_beside(m, unit)
                if body:
                    self.body_of.setdefault(m["entity_id"], body)

    def _body_beside(self, person: MentionData, unit: UnitData) -> str:
        """The body in the noun phrase of a person: `새날부 김한결 국장`, `김한결 새날부 국장`, `새날부(장관 김한결)`."""
        for m in self._inside(unit["start"], unit["end"]):
            if m["label"] != "ORG":
                continue
            between = self.text[m["end"] : person["start"]] if m["end"] <= person["start"] else self.text[person["end"] : m["start"]]
            if len(between) <= 24 and not re.search(r"[은는이가을를의에,.”\"]\s|[“”\"]", between):
                return m["entity_id"]
        return ""

    def _acts(self, n: int, unit: UnitData) -> Iterator[CommitmentData]:
        start, end = unit["start"], unit["end"]
        first, stop = trim(self.morphemes, *morpheme_range(self.morphemes, start, end))
        if first >= stop:
            return
        shut = [(m.start() + start, m.end() + start) for m in _SHUT.finditer(self.text[start:end]) if m[0][0] not in '“"']
        inner_first, inner_stop = outer(self.morphemes, first, stop)
        pieces = list(clauses(self.morphemes, inner_first, inner_stop, shut)) or [(first, stop)]
        labelled = [(a, b, self._clause_status(a, b, unit, last=i == len(pieces) - 1)) for i, (a, b) in enumerate(pieces)]
        kept = [(a, b, s) for a, b, s in labelled if s in ACT_STATUSES]
        if not kept or unit["status"] not in {s for _, _, s in kept}:
            kept = [(first, stop, unit["status"])]
        speaker, spoken = self._speaker(unit)
        whole = self._subject(start, end)
        previous = _Actors()
        for a, b, status in kept:
            alone = len(kept) == 1
            clause = self.morphemes["start"][a], self._clause_end(b, end)
            span = (start, end) if alone else clause
            actors = self._subject(*clause)
            if not actors.names:
                actors = previous if previous.names else whole if any(whole.ids) else previous
            if spoken and (not actors.names or actors is whole):
                actors = spoken
            if not actors.names:
                actors = self._elided(n, unit)
            previous = actors
            if any(actors.ids) and unit["kind"] != "title":
                self.last, self.last_unit = actors, n
            yield self._row(n, unit, span, (a, b), status, actors, speaker, alone=alone)

    def _clause_end(self, b: int, end: int) -> int:
        """End of the clause that stops before morpheme `b`, with a closing full stop where it is the last."""
        at = self.morphemes["end"][b - 1]
        rest = self.text[at:end]
        return end if len(rest) <= 3 and not any(c.isalnum() for c in rest) else at

    def _clause_status(self, a: int, b: int, unit: UnitData, *, last: bool) -> str:
        found = predicate(self.morphemes, a, b)
        if last or found is None:
            return unit["status"] if last else "none"
        status = status_of(found, nominal=False)
        if status == "planned" or (status == "none" and not re.search(r"(?:었|았|였)/EP", found.tail)):
            # A bare connective has the tense of what follows, as far as its verb does something.
            base = found.lemma.removesuffix("다")
            base = base.removesuffix("되") + "하" if base.endswith("되") else base
            return unit["status"] if base in cue_sets("verbs")["act"] else "none"
        return status

    def _subject(self, start: int, end: int) -> _Actors:
        """Bodies (or generic actors) that are the topic or subject of `text[start:end]`."""
        found = _Actors()
        inside = [m for m in self._inside(start, end) if m["label"] == "ORG"]
        for m in inside:
            if (_HEADLINE.match(self.text, m["end"]) and not self.text[start : m["start"]].strip("-–▷□ “‘'\"")) or self._listed_first(
                inside, m, start
            ):
                self._with_list(found, inside, m)
                return found
            match = _SUBJECT.match(self.text, m["end"])
            if not match or match.end() > end:
                continue
            if match["particle"] in ("이", "가", "에서") and self._relative(match.end(), end):
                continue
            self._with_list(found, inside, m)
            self._with_partners(found, inside, m, end)
            return found
        return self._collective(start, end)

    def _linked(self, one: MentionData, other: MentionData) -> bool:
        """Whether only what joins the items of a list stands between two mentions."""
        return _LINK.fullmatch(self.text, one["end"], other["start"]) is not None

    def _listed_first(self, inside: list[MentionData], m: MentionData, start: int) -> bool:
        """Whether a headline opens with a list of bodies that ends in `m` (`새날시·누리은행, …`)."""
        first = inside[0]
        between = self.text[first["start"] : m["start"]]
        return (
            first is not m
            and not self.text[start : first["start"]].strip("-–▷□ ")
            and len(between) < 80
            and bool(_HEADLINE.match(self.text, m["end"]))
            and not re.search(r"[은는이가]\s", between)
        )

    def _with_list(self, found: _Actors, inside: list[MentionData], last: MentionData) -> None:
        """`last` and the bodies that are listed with it, in order."""
        chain = [last]
        for m in reversed(inside[: inside.index(last)]):
            if self._linked(m, chain[0]):
                chain.insert(0, m)
            else:
                break
        for m in chain:
            found.add(self._name(m["entity_id"]), m["entity_id"], m["start"], m["end"])

    def _with_partners(self, found: _Actors, inside: list[MentionData], subject: MentionData, end: int) -> None:
        """`A는 B와 함께 …`: B acts too."""
        together = tuple(cues("actors")["together"])
        later = inside[inside.index(subject) + 1 :]
        for m in reversed(later):
            match = _PARTNER.match(self.text, m["end"], min(end, m["end"] + 100))
            if match and match[1].lstrip().startswith(together):
                self._with_list(found, later, m)

    def _relative(self, at: int, end: int) -> bool:
        """Whether the next predicate after `at` is adnominal (`A가 투자한 기업`), so that its subject is not the sentence's."""
        i, stop = bisect_left(self.morphemes["start"], at), bisect_left(self.morphemes["start"], end)
        for j in range(i, stop - 1):
            if self.morphemes["tag"][j] in ("VV", "VA", "XSV", "XSA", "VCP"):
                following = self.morphemes["tag"][j + 1]
                if following == "EP" and j + 2 < stop:
                    following = self.morphemes["tag"][j + 2]
                noun = self.morphemes["form"][j + 2] if j + 2 < stop else ""
                return following == "ETM" and noun not in ("계획", "예정", "방침", "것", "바", "구상")
        return False

    def _collective(self, start: int, end: int) -> _Actors:
        found = _Actors()
        for kind in ("collective", "self", "generic"):
            match = _without_name(kind).search(self.text[start:end])
            if not match:
                continue
            if kind == "self":
                if not self._is_home(match[0]):
                    continue
                found.add(self._name(self.home), self.home, start + match.start(), start + match.end())
                return found
            if kind == "collective" and self.group.names:
                for name, eid in zip(self.group.names, self.group.ids, strict=True):
                    found.add(name, eid, start + match.start(), start + match.end())
            else:
                found.add(match[0], "", start + match.start(), start + match.end())
            return found
        return found

    def _is_home(self, word: str) -> bool:
        """Whether `시`, `재단`, `회사` … alone means the body whose release it is."""
        if not self.home:
            return False
        name = self._name(self.home)
        return name.endswith(word) or (word == "회사" and (self.entities[self.home]["type"] == "company" or name.startswith(("㈜", "(주)"))))

    def _speaker(self, unit: UnitData) -> tuple[tuple[int, int] | None, _Actors | None]:
        """Who is quoted in the unit, and the body that the speaker speaks for."""
        start, end = unit["start"], unit["end"]
        quote = _SPEECH.search(self.text, start, end)
        if not quote:
            return None, None
        people = [m for m in self._inside(start, end) if m["label"] == "PERSON" and not quote.start() <= m["start"] < quote.end()]
        for person in people:
            tail = _TITLE.match(self.text, person["end"], end)
            after = tail.end() if tail else person["end"]
            if not re.match(r"\s?(?:은|는|이|가|도|께서)", self.text[after : after + 4]):
                after = person["end"]
                if not _SUBJECT.match(self.text, after):
                    continue
            body = self._body_beside(person, unit) or self.body_of.get(person["entity_id"], "")
            begin = person["start"]
            for m in self._inside(start, end):
                if m["entity_id"] == body and m["end"] <= person["start"] and person["start"] - m["end"] <= 24:
                    begin = min(begin, m["start"])
            actors = _Actors()
            if body:
                actors.add(self._name(body), body, begin, after)
            return (begin, after), actors if body else None
        return None, None

    def _elided(self, n: int, unit: UnitData) -> _Actors:
        """Who acts where nobody is named: who acted in the unit before, else the issuer, whose release it is."""
        near = unit["kind"] != "title" and n - self.last_unit <= 1
        if self.last.names and (near or not self.home):
            return self.last
        actors = _Actors()
        if self.home:
            actors.add(self._name(self.home), self.home, -1, -1, "metadata")
        return actors

    def _row(
        self,
        n: int,
        unit: UnitData,
        span: tuple[int, int],
        morphs: tuple[int, int],
        status: str,
        actors: _Actors,
        speaker: tuple[int, int] | None,
        *,
        alone: bool,
    ) -> CommitmentData:
        start, end = span
        found = predicate(self.morphemes, *morphs)
        evidence = [EvidenceData(field="actor", start=a, end=b, method=m) for a, b, m in actors.spans if a >= 0]
        evidence.append(EvidenceData(field="action", start=start, end=end, method="rule"))
        details = self.details.read(n, start, end, status)
        evidence += details.evidence()
        speaker = details.speaker
        ids = list(dict.fromkeys(m["entity_id"] for m in details.programs))
        who, when, main = details.beneficiary, details.deadline, details.main
        if speaker:
            evidence.append(EvidenceData(field="speaker", start=speaker[0], end=speaker[1], method="rule"))
        category = unit["category"]
        if not alone:
            named = category_of(self.text[start:end])
            category = named[0] if named else category
        return CommitmentData(
            unit=n,
            start=start,
            end=end,
            actors=list(actors.names),
            actor_ids=list(actors.ids),
            action=self.text[start:end],
            action_lemma=found.lemma if found else "",
            programs=[self._name(i) for i in ids],
            program_ids=ids,
            beneficiary=self.text[who[0] : who[1]] if who else "",
            deadline_text=self.text[when.start : when.end] if when else "",
            deadline_start=when.first.isoformat() if when and when.first else "",
            deadline_end=when.last.isoformat() if when and when.last else "",
            amount_text=self.text[main.start : main.end] if main else "",
            amount_krw=main.krw if main else None,
            counts=[f"{c.number} {c.unit}" for c in details.counts],
            speaker=self.text[speaker[0] : speaker[1]] if speaker else "",
            status=status,
            category=category,
            confidence=None,
            follows="",
            evidence=evidence,
        )
