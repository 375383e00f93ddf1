"""Who acts: for each act one of several options (`candidates`), chosen by a trained model.

What speaks for an option (the particle after it, how far it stands from the act, whether the release is its own …) are columns of small codes; the
model weighs them and their combinations. Each act is decided by itself: with who acted before among the columns the model leant on it too
much, and one wrong answer drew on the next (0.711 of 880 acts right against 0.743 without; a second model on the answers of the first gained nothing).
"""

from __future__ import annotations

import pathlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipeline.candidates import Act, Noun, Option, Reader
from pipeline.learn.arrays import WeightsError, read, write
from pipeline.learn.choice import Choice, Floats, fit, probabilities
from pipeline.learn.coded import Coded, Row
from pipeline.learn.templates import Template, template
from pipeline.lexicon import cue_sets, cues, normalise
from pipeline.roles import Place
from pipeline.sheet import Sheet

COLUMNS = (
    # of the act
    "subject", "outside", "kind", "status", "place", "lemma", "voice", "lead", "topic",
    # of the option
    "role", "order", "role_unit", "role_before", "near", "whose", "frequency", "type", "size", "speaker", "source", "part", "head", "self", "number", "rule", "opening",
)  # fmt: skip


def _templates() -> tuple[Template, ...]:
    own = COLUMNS[COLUMNS.index("role") :]
    many = [c for c in own if c not in ("order", "head")]
    pairs: list[tuple[str, ...]] = [(c,) for c in own]
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
_RANK = {"topic": 0, "head": 1, "subject": 2, "also": 3, "with": 4, "joint": 4, "place": 5, "and": 6, "by": 7, "of": 8}


class Scene(Reader):
    """One release, with what speaks for each option of its acts."""

    def rows(self, act: Act, options: Sequence[Option]) -> Iterator[dict[str, str]]:
        """The columns of each option of an act; empty values are left out."""
        unit = self.units[act.unit]
        quoted = any(a < act.span[1] - 1 <= b for a, b in self.quotes[act.unit])
        here = self._roles(p for p in self.places[act.unit] if act.span[0] <= p.mention["start"] < act.span[1])
        around = self._roles(p for p in self.places[act.unit] if not act.span[0] <= p.mention["start"] < act.span[1])
        before = self._roles(self.places[act.unit - 1]) if act.unit else {}
        two = self._roles(self.places[act.unit - 2]) if act.unit > 1 else {}
        subject, topic, many, own = self._subject(act.unit, *act.span)
        outside = self._subject(act.unit, unit["start"], act.span[0])[0] if act.span[0] - unit["start"] > 3 else ""
        _, body = self.speakers[act.unit]
        last_body = self.speakers[act.unit - 1][1] if act.unit else ""
        voice = "speech" if quoted and body else "quoted" if quoted else "person" if body else "open"
        common = {
            "subject": subject,
            "outside": outside,
            "kind": unit["kind"],
            "status": act.status,
            "place": f"{min(act.number, 2)}/{min(act.count, 3)}",
            "lemma": act.lemma,
            "voice": voice,
            "lead": str(min(act.unit, 4)) if act.unit < 4 else "later",
            "topic": topic,
        }
        plain = self._plain(act)
        order = {eid: n for n, eid in enumerate(here)}
        partners = {eid for eid, (role, _) in here.items() if role.startswith("with")}
        for option in options:
            row = dict(common)
            key = option.key
            named = bool(option.ids[0])
            if named:
                roles = [here.get(e, ("", ()))[0] for e in option.ids]
                row["role"] = "+".join(sorted(set(roles)))
                row["role_unit"] = "+".join(sorted({around.get(e, ("", ()))[0] for e in option.ids}))
                row["role_before"] = "+".join(sorted({before.get(e, ("", ()))[0] for e in option.ids}))
                row["order"] = str(min(min(order.get(e, 9) for e in option.ids), 4))
                chain = next((here[e][1] for e in option.ids if e in here), ())
                part = "less" if set(chain) - set(option.ids) else "more" if set(option.ids) - set(chain) and chain else "whole" if chain else ""
                row["part"] = part + ("-" if partners - set(option.ids) else "")
                near = "0" if all(e in here for e in option.ids) else "0u" if all(e in here or e in around for e in option.ids) else ""
                near = near or ("1" if all(e in before for e in option.ids) else "2" if all(e in two for e in option.ids) else "far")
                row["near"] = near if all(self.first.get(e, 999) <= act.unit for e in option.ids) else near + "later"
                row["frequency"] = str(min(min(self.rank.get(e, 9) for e in option.ids), 5))
                row["type"] = self.entities[option.ids[0]]["type"]
                if len(key) == 1:
                    if own and self.entities[key[0]]["name"].endswith(own):
                        row["self"] = "yes"
                    row["speaker"] = "this" if key[0] == body else "last" if key[0] == last_body else ""
                row["number"] = ("same" if len(key) == many else "other") if many else ""
                flags = ("H" if self.home in key else "") + ("I" if self.issuer in key else "") + ("T" if self.titled & set(key) else "")
                row["whose"] = flags or "none"
            else:
                noun = next((x for x in self.subjects(act.unit) if option.spans and option.spans[0][1] == x.end), None)
                if noun:
                    inside = act.span[0] <= noun.start < act.span[1]
                    row["role"] = f"noun-{noun.role}{'-r' if noun.relative else ''}{'-q' if noun.quoted != quoted else ''}{'' if inside else '-out'}"
                    row["head"] = noun.head
                    row["self"] = self._kind(noun)
                row["whose"] = "text"
            row["opening"] = self.openings.get(key, "")
            row["rule"] = plain.get(key, "")
            row["size"] = str(min(len(option.ids), 4))
            row["source"] = option.source
            yield row

    def _roles(self, found: Iterable[Place]) -> dict[str, tuple[str, tuple[str, ...]]]:
        """By body: the best of its roles, and the bodies of its list."""
        best: dict[str, tuple[str, tuple[str, ...]]] = {}
        for p in found:
            role = p.role + ("-o" if p.officer else "") + ("-r" if p.relative else "") + ("-q" if p.quoted else "")
            eid = p.mention["entity_id"]
            if eid not in best or (_RANK.get(p.role, 9), p.relative) < (_RANK.get(best[eid][0].split("-")[0], 9), "-r" in best[eid][0]):
                best[eid] = role, tuple(c.mention["entity_id"] for c in p.chain) if len(p.chain) > 1 else ()
        return best

    def _kind(self, noun: Noun) -> str:
        text = self.text[noun.start : noun.end]
        sets = cue_sets("actors")
        for kind in ("collective", "generic", "country"):
            if any(text.endswith(w) for w in cues("actors").get(kind, ())):
                return kind
        return "self" if noun.head in sets["self"] else "other"

    def _subject(self, n: int, start: int, end: int) -> tuple[str, str, int, str]:
        """What is the subject in `text[start:end]`: its kind, its head noun, how many a collective counts, the short form of a body."""
        for p in self.places[n]:
            if start <= p.mention["start"] < end and p.role in ("topic", "subject", "head", "also") and not p.relative:
                return f"body-{p.role}", "", 0, ""
        for noun in self.subjects(n):
            if not start <= noun.start < end or noun.relative:
                continue
            kind = self._kind(noun)
            if kind in ("collective", "generic", "self", "country"):
                text = self.text[noun.start : noun.end]
                many = next((v for k, v in _MANY.items() if text.startswith(k)), 0) if kind == "collective" else 0
                return kind, noun.head, many, noun.head if kind == "self" else ""
        for m in self.sheet["mentions"][bisect_left(self.starts, start) : bisect_left(self.starts, end)]:
            if m["label"] == "PROGRAM" and re.match(r"[’'”」]?(?:\s?\([^()]*\))?[’'”」]?(?:은|는|이|가)\s", self.text[m["end"] : m["end"] + 60]):
                return "program", "", 0, ""
        for noun in self.subjects(n):
            if start <= noun.start < end and not noun.relative:
                return f"noun-{noun.role}", noun.head, 0, ""
        return "", "", 0, ""


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
        asked = [(scene, act) for sheet, acts in releases if (scene := Scene(sheet)) for act in acts]
        options = [scene.options(act) for scene, act in asked]
        rows = [list(scene.rows(act, found)) for (scene, act), found in zip(asked, options, strict=True) if found]
        starts = np.cumsum([0, *map(len, rows)])[:-1].astype(np.int64)
        chances = probabilities(self.model.scores(self.features.features(rows)), starts) if rows else np.zeros(0)
        parts = iter(np.split(chances, starts[1:]))
        answers = iter([_best(found, next(parts)) if found else Chosen(_NOBODY, 0.0) for found in options])
        return [[next(answers) for _ in acts] for _, acts in releases]

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
        questions = [q for case in cases for q in _questions(case)]
        rows = [q[0] for q in questions]
        features = Coded.fit(rows, COLUMNS, TEMPLATES, at_least=LEAST)
        starts = np.cumsum([0, *map(len, rows)])[:-1].astype(np.int64)
        right = np.array([ok for q in questions for ok in q[1]], bool)
        return cls(features, fit(features.features(rows), right, starts, size=len(features.index), penalty=PENALTY, steps=STEPS))


def _best(options: Sequence[Option], chances: Floats) -> Chosen:
    best = int(chances.argmax())
    return Chosen(options[best], float(chances[best]))


Case = tuple[Sheet, Sequence[Act], Sequence[tuple[str, ...]]]  # a release, its acts, and the names of those who act in each
Question = tuple[list[Row], list[bool]]  # the options of an act, and which is right


def _questions(case: Case) -> Iterator[Question]:
    """The acts of a release with a right option."""
    sheet, acts, names = case
    scene = Scene(sheet)
    for act, who in zip(acts, names, strict=True):
        options = scene.options(act)
        right = [is_right(sheet, option, who) for option in options]
        if any(right):
            yield list(scene.rows(act, options)), right


def is_right(sheet: Sheet, option: Option, names: Sequence[str]) -> bool:
    """Whether an option is those of the given names: canonical ones, or surfaces that the release has."""
    if len(option.names) != len(names):
        return False
    known = []
    for name, eid in zip(option.names, option.ids, strict=True):
        aliases = sheet["entities"][eid]["aliases"] if eid else ()
        known.append({normalise(n) for n in (name, *aliases)})
    return all(any(normalise(name) in each for each in known) for name in names)
