"""Who acts: for each act one of several options (`candidates`), chosen by a trained model.

What speaks for an option (the particle after it, how far it stands from the act, whether the release is its own …) are columns of small codes; the
model weighs them and their combinations. Each act is decided by itself: with who acted before among the columns the model leant on it too
much, and one wrong answer drew on the next (0.711 of 880 acts right against 0.740 without; a second model on the answers of the first gained nothing).
"""

from __future__ import annotations

import pathlib
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipeline.candidates import Act, Key, Option, Reader
from pipeline.learn.arrays import WeightsError, read, write
from pipeline.learn.choice import Choice, Floats, Ints, fit, probabilities
from pipeline.learn.coded import Coded, Values
from pipeline.learn.templates import Codebook, Codes, Template, template
from pipeline.lexicon import normalise
from pipeline.roles import Place
from pipeline.sheet import Sheet

ACT_COLUMNS = ("subject", "outside", "kind", "status", "place", "lemma", "voice", "lead", "topic")  # columns of the act, alike for all its options
OPTION_COLUMNS = (
    "role", "order", "role_unit", "role_before", "near", "whose", "frequency", "type", "size", "speaker", "source", "part", "head", "self", "number",
    "rule", "opening",
)  # fmt: skip
COLUMNS = (*ACT_COLUMNS, *OPTION_COLUMNS)


def _templates() -> tuple[Template, ...]:
    many = [c for c in OPTION_COLUMNS if c not in ("order", "head")]
    pairs: list[tuple[str, ...]] = [(c,) for c in OPTION_COLUMNS]
    pairs += [(a, c) for c in many for a in ("subject", "outside", "kind", "status", "place", "voice", "lead")]
    pairs += [(a, c) for c in ("role", "whose", "near", "size", "type") for a in ("lemma", "topic")]
    pairs += combinations(("role", "role_unit", "near", "whose", "frequency", "size", "part", "speaker"), 2)
    pairs += [("head", "role"), ("lemma", "source"), *(("rule", c) for c in ("role", "source", "whose", "size"))]
    pairs += [("role", "order", "size"), ("role", "part", "size"), ("kind", "subject", "whose"), ("outside", "role_unit", "size")]
    pairs += [("voice", "speaker", "role_unit"), *(("opening", c) for c in ("role", "rule", "size")), ("opening", "subject", "rule")]
    pairs += [("rule", "subject", "voice"), ("rule", "speaker", "voice"), ("subject", "voice", "role", "speaker")]
    return tuple(template(*((c, 0) for c in columns)) for columns in pairs)


TEMPLATES = _templates()
PENALTY, STEPS, LEAST = 20.0, 100, 3

_MANY = {"양": 2, "두": 2, "세": 3, "네": 4, "3개": 3, "4개": 4, "5개": 5}
_NEVER = 999  # a unit beyond all others: the first that names a body which the release never names
_SUBJECT = re.compile(r"[’'”」]?(?:\s?\([^()]*\))?[’'”」]?(?:은|는|이|가)\s")
_RANK = {"topic": 0, "head": 1, "subject": 2, "also": 3, "with": 4, "joint": 4, "place": 5, "and": 6, "by": 7, "of": 8}


Roles = dict[str, tuple[str, tuple[str, ...]]]  # body -> the best of its roles, and the bodies of its list


@dataclass(slots=True)
class Question:
    """Who acts in an act: the options, the values of `ACT_COLUMNS` and, one line an option, of `OPTION_COLUMNS`."""

    options: list[Option]
    act: Values
    rows: list[Values]

    def values(self) -> list[Values]:
        """The values of `COLUMNS`, one line an option."""
        return [(*self.act, *row) for row in self.rows]


@dataclass(slots=True)
class _Known:
    """What of bodies is the same for every act: unit that first names the last of them, and values of columns."""

    bodies: frozenset[str]
    first: int
    whose: str
    frequency: str
    type: str
    size: str
    opening: str


@dataclass(slots=True)
class _View:
    """What bears on the options of one act.

    Attributes:
        here: roles in the clause. `around`: in the rest of its unit. `before`: one unit before.
        near: how far before the act -> the bodies that are named there, nearest first.
        order: number of each body of the clause. `partners`: those of them that are partners.
        many: how many a collective subject counts, 0 where it does not. `short`: the short form of a body that is the subject.
        quoted: whether the act stands in quotation marks. `speaker`, `last_speaker`: body whose person speaks in its unit, and in the one before.
        rule: what a simple rule would say.
    """

    here: Roles
    around: Roles
    before: Roles
    near: tuple[tuple[str, frozenset[str]], ...]
    order: dict[str, int]
    partners: frozenset[str]
    many: int
    short: str
    quoted: bool
    speaker: str
    last_speaker: str
    rule: dict[Key, str]


class Scene(Reader):
    """One release, with what speaks for each option of its acts."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet)
        self._roles_of: dict[int, Roles] = {}
        self._of_release: dict[tuple[str, ...], _Known] = {}

    def question(self, act: Act) -> Question:
        """The options of an act, and what speaks for each."""
        options = self.options(act)
        if not options:
            return Question([], (), [])
        view, common = self._look(act)
        rows = [self._of_bodies(act, view, option) if option.ids[0] else self._of_noun(act, view, option) for option in options]
        return Question(options, common, rows)

    def _look(self, act: Act) -> tuple[_View, Values]:
        """What bears on the options of an act, and the values of `ACT_COLUMNS`."""
        n, (start, end) = act.unit, act.span
        unit, row = self.units[n], self.places[n]
        here = _roles([p for p in row if start <= p.mention["start"] < end])
        around = _roles([p for p in row if not start <= p.mention["start"] < end]) if start > unit["start"] or end < unit["end"] else {}
        quoted = any(a < end - 1 <= b for a, b in self.quotes(n))
        subject, topic, many, short = self._subject(n, start, end)
        outside = self._subject(n, unit["start"], start)[0] if start - unit["start"] > 3 else ""
        body = self.speakers[n][1]
        before, two = self._unit_roles(n - 1), self._unit_roles(n - 2)
        view = _View(
            here=here,
            around=around,
            before=before,
            near=(("0", frozenset(here)), ("0u", frozenset((*here, *around))), ("1", frozenset(before)), ("2", frozenset(two))),
            order={eid: k for k, eid in enumerate(here)},
            partners=frozenset(eid for eid, (role, _) in here.items() if role.startswith("with")),
            many=many,
            short=short,
            quoted=quoted,
            speaker=body,
            last_speaker=self.speakers[n - 1][1] if n else "",
            rule=self._plain(act),
        )
        place = f"{min(act.number, 2)}/{min(act.count, 3)}"
        voice = "speech" if quoted and body else "quoted" if quoted else "person" if body else "open"
        lead = str(n) if n < 4 else "later"
        return view, (subject, outside, unit["kind"], act.status, place, act.lemma, voice, lead, topic)

    def _of_bodies(self, act: Act, view: _View, option: Option) -> Values:
        """The values of `OPTION_COLUMNS` of bodies."""
        key, known = option.key, self._of_release.get(option.ids) or self._known(option)
        bodies = known.bodies
        role, order, part = _in_clause(view, option.ids, bodies)
        speaker = short = ""
        if len(key) == 1:
            speaker = "this" if key[0] == view.speaker else "last" if key[0] == view.last_speaker else ""
            short = "yes" if view.short and self.entities[key[0]]["name"].endswith(view.short) else ""
        near = _near(view, bodies) + ("" if known.first <= act.unit else "later")
        around = _joined(view.around, bodies) if view.around else ""
        before = _joined(view.before, bodies) if view.before else ""
        number = ("same" if len(key) == view.many else "other") if view.many else ""
        rule = view.rule.get(key, "")
        whose, frequency, kind, size, opening = known.whose, known.frequency, known.type, known.size, known.opening
        return role, order, around, before, near, whose, frequency, kind, size, speaker, option.source, part, "", short, number, rule, opening

    def _known(self, option: Option) -> _Known:
        """What the release says of the bodies of an option, asked for the first time."""
        ids, bodies = option.ids, frozenset(option.ids)
        whose = ("H" if self.home in bodies else "") + ("I" if self.issuer in bodies else "") + ("" if self.titled.isdisjoint(bodies) else "T")
        known = self._of_release[ids] = _Known(
            bodies=bodies,
            first=max(self.first.get(e, _NEVER) for e in ids),
            whose=whose or "none",
            frequency=str(min(5, *(self.rank.get(e, 5) for e in ids))),
            type=self.entities[ids[0]]["type"],
            size=str(min(len(ids), 4)),
            opening=self.openings.get(option.key, ""),
        )
        return known

    def _of_noun(self, act: Act, view: _View, option: Option) -> Values:
        """The values of `OPTION_COLUMNS` of a noun."""
        role = head = kind = ""
        noun = next((x for x in self.subjects(act.unit) if option.spans and option.spans[0][1] == x.end), None)
        if noun:
            inside = act.span[0] <= noun.start < act.span[1]
            role = f"noun-{noun.role}{'-r' if noun.relative else ''}{'-q' if noun.quoted != view.quoted else ''}{'' if inside else '-out'}"
            head, kind = noun.head, noun.kind
        rule, opening = view.rule.get(option.key, ""), self.openings.get(option.key, "")
        return role, "", "", "", "", "text", "", "", str(min(len(option.ids), 4)), "", option.source, "", head, kind, "", rule, opening

    def _unit_roles(self, n: int) -> Roles:
        """The roles in unit `n`; none where there is no such unit."""
        if n not in self._roles_of:
            self._roles_of[n] = _roles(self.places[n]) if n >= 0 else {}
        return self._roles_of[n]

    def _subject(self, n: int, start: int, end: int) -> tuple[str, str, int, str]:
        """What is the subject in `text[start:end]`: its kind, its head noun, how many a collective counts, the short form of a body."""
        for p in self.places[n]:
            if start <= p.mention["start"] < end and p.role in ("topic", "subject", "head", "also") and not p.relative:
                return f"body-{p.role}", "", 0, ""
        for noun in self.subjects(n):
            if not start <= noun.start < end or noun.relative:
                continue
            if noun.kind != "other":
                many = next((v for k, v in _MANY.items() if self.text.startswith(k, noun.start)), 0) if noun.kind == "collective" else 0
                return noun.kind, noun.head, many, noun.head if noun.kind == "self" else ""
        for m in self.sheet["mentions"][bisect_left(self.starts, start) : bisect_left(self.starts, end)]:
            if m["label"] == "PROGRAM" and _SUBJECT.match(self.text, m["end"], m["end"] + 60):
                return "program", "", 0, ""
        for noun in self.subjects(n):
            if start <= noun.start < end and not noun.relative:
                return f"noun-{noun.role}", noun.head, 0, ""
        return "", "", 0, ""


def _roles(found: Sequence[Place]) -> Roles:
    """By body: the best of its roles, and the bodies of its list."""
    best: dict[str, Place] = {}
    for p in found:
        eid = p.mention["entity_id"]
        if eid not in best or _rank(p) < _rank(best[eid]):
            best[eid] = p
    return {eid: (_shown(p), tuple(c.mention["entity_id"] for c in p.chain) if len(p.chain) > 1 else ()) for eid, p in best.items()}


def _rank(p: Place) -> tuple[int, bool]:
    return _RANK.get(p.role, 9), p.relative


def _shown(p: Place) -> str:
    return p.role + ("-o" if p.officer else "") + ("-r" if p.relative else "") + ("-q" if p.quoted else "")


def _joined(roles: Roles, bodies: frozenset[str]) -> str:
    """The roles of bodies, each once."""
    found = [roles[e][0] for e in bodies if e in roles]
    if len(found) == len(bodies) == 1 or not found:  # most
        return found[0] if found else ""
    return "+".join(sorted({*found, ""} if len(found) < len(bodies) else {*found}))


def _in_clause(view: _View, ids: Sequence[str], bodies: frozenset[str]) -> tuple[str, str, str]:
    """What the clause says of bodies: their roles, the order of the first, and whether they are all of those that are listed together."""
    partners = "" if view.partners <= bodies else "-"
    if bodies.isdisjoint(view.here):
        return "", "4", partners
    chain = next(view.here[e][1] for e in ids if e in view.here)
    part = ("less" if set(chain) - bodies else "more" if bodies - set(chain) else "whole") if chain else ""
    return _joined(view.here, bodies), str(min(4, *(view.order.get(e, 4) for e in ids))), part + partners


def _near(view: _View, bodies: frozenset[str]) -> str:
    """How far before the act the bodies are named, all of them."""
    for far, named in view.near:
        if bodies <= named:
            return far
    return "far"


_NOBODY = Option((), (), ())


@dataclass
class Chosen:
    """Who acts in an act, and how probable the model finds it."""

    option: Option
    confidence: float


class Chooser:
    """The model: `fit` on acts whose actors are known, `choose` for others.

    Attributes:
        features: of rows of `COLUMNS`.
        model: weighs them.
    """

    def __init__(self, features: Coded, model: Choice) -> None:
        self.features, self.model = features, model

    def choose(self, releases: Sequence[tuple[Sheet, Sequence[Act]]]) -> list[list[Chosen]]:
        """Who acts in each act of each release; an act without any option has one without names."""
        asked = [scene.question(act) for sheet, acts in releases if acts and (scene := Scene(sheet)) for act in acts]
        questions = [q for q in asked if q.options]
        chances = self._chances(questions) if questions else iter(())
        answers = iter([_best(q.options, next(chances)) if q.options else Chosen(_NOBODY, 0.0) for q in asked])
        return [[next(answers) for _ in acts] for _, acts in releases]

    def _chances(self, questions: Sequence[Question]) -> Iterator[Floats]:
        """The probabilities of the options of each question."""
        starts = _starts(questions)
        scores = self.model.scores(self.features.index.features(codes_of(self.features.book, questions)))  # no template looks beyond its row
        return iter(np.split(probabilities(scores, starts), starts[1:]))

    def to_disk(self, folder: pathlib.Path) -> None:
        """Write the weights."""
        arrays, data = self.features.arrays()
        write(folder, {**arrays, "weights": self.model.weights.astype(np.float16)}, data)

    @classmethod
    def from_disk(cls, folder: pathlib.Path) -> Chooser:
        """Read what `to_disk` wrote.

        Raises:
            WeightsError: it is missing, broken or of another version.
        """
        arrays, data = read(folder)
        features = Coded.of(arrays, data, COLUMNS, folder)
        if len(arrays.get("weights", ())) != len(features.index):
            raise WeightsError(f"{folder}: the weights do not fit their features; train the model anew (`dajim train`)")
        return cls(features, Choice(arrays["weights"].astype(np.float32)))

    @classmethod
    def fit(cls, cases: Sequence[Case]) -> Chooser:
        """Fit a model on the acts that have a right option."""
        asked = [each for case in cases for each in _asked(case)]
        questions = [q for q, _ in asked]
        rows = [q.values() for q in questions]
        features = Coded.fit(rows, COLUMNS, TEMPLATES, at_least=LEAST)
        right = np.array([ok for _, each in asked for ok in each], bool)
        size = len(features.index)
        return cls(features, fit(features.features(rows), right, _starts(questions), size=size, penalty=PENALTY, steps=STEPS))


def _starts(questions: Sequence[Question]) -> Ints:
    """The row of the first option of each question."""
    return np.cumsum([0, *(len(q.options) for q in questions)])[:-1].astype(np.int64)


def codes_of(book: Codebook, questions: Sequence[Question]) -> Codes:
    """The codes of all options, options x `COLUMNS`; what an act has in common for all of them is looked up once."""
    sizes = [len(q.options) for q in questions]
    codes = np.empty((sum(sizes), len(COLUMNS)), np.int32)
    acts, options = zip(*(q.act for q in questions), strict=True), zip(*(row for q in questions for row in q.rows), strict=True)
    for n, (column, values) in enumerate(zip(ACT_COLUMNS, acts, strict=True)):
        codes[:, n] = np.repeat(book.many(column, values), sizes)
    for n, (column, values) in enumerate(zip(OPTION_COLUMNS, options, strict=True), len(ACT_COLUMNS)):
        codes[:, n] = book.many(column, values)
    return codes


def _best(options: Sequence[Option], chances: Floats) -> Chosen:
    best = int(chances.argmax())
    return Chosen(options[best], float(chances[best]))


Case = tuple[Sheet, Sequence[Act], Sequence[tuple[str, ...]]]  # a release, its acts, and the names of those who act in each


def _asked(case: Case) -> Iterator[tuple[Question, list[bool]]]:
    """The acts of a release with a right option: the options, and which is right."""
    sheet, acts, names = case
    scene = Scene(sheet)
    for act, who in zip(acts, names, strict=True):
        question = scene.question(act)
        right = [is_right(sheet, option, who) for option in question.options]
        if any(right):
            yield question, right


def is_right(sheet: Sheet, option: Option, names: Sequence[str]) -> bool:
    """Whether an option is those of the given names: canonical ones, or surfaces that the release has."""
    if len(option.names) != len(names):
        return False
    known = []
    for name, eid in zip(option.names, option.ids, strict=True):
        aliases = sheet["entities"][eid]["aliases"] if eid else ()
        known.append({normalise(n) for n in (name, *aliases)})
    return all(any(normalise(name) in each for each in known) for name in names)
