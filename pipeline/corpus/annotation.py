"""One labelled release: units, mentions and acts, by offset.

The stand-off form (`to_json`, `from_json`) holds offsets and labels but never the text: it names the text by its
id and SHA-256, so that labels of other people's releases can be shipped without their words. Offsets count Unicode
code points of Text as `dataset.md` defines it; a span is `(start, end)`, end-exclusive.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.schema import UnitData

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text. `entity` is the canonical name; empty where the surface is the canonical name."""

    span: Span
    label: str
    entity: str = ""

    def name(self, text: str) -> str:
        """Canonical name of the entity that this mention resolves to."""
        return self.entity or text[self.span[0] : self.span[1]]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the document. `section` is the index of the heading unit that it stands under, or None."""

    span: Span
    kind: str
    status: str = "none"
    category: str = "none"
    secondary: tuple[str, ...] = ()
    section: int | None = None

    def data(self) -> UnitData:
        """The unit as a component would write it; labels have no confidence."""
        return UnitData(
            start=self.span[0],
            end=self.span[1],
            kind=self.kind,
            section=self.section,
            status=self.status,
            status_confidence=None,
            category=self.category,
            category_confidence=None,
            secondary=list(self.secondary),
            speaker="",
        )


@dataclass(frozen=True, slots=True)
class Quantity:
    """A deadline, sum or count: where it stands (None where only its value is known) and what it is worth.

    `value` is `START..END` of ISO dates for a deadline, an integer of won (or empty) for a sum, `1000 개사` for a count.
    """

    span: Span | None
    value: str


@dataclass(frozen=True, slots=True)
class Act:
    """One actor-act of a unit (codebook, section 5). `programs` are indices of mentions of the document."""

    unit: int
    span: Span
    predicate: str
    status: str
    category: str
    actors: tuple[str, ...]
    programs: tuple[int, ...] = ()
    beneficiary: Span | None = None
    deadline: Quantity | None = None
    amounts: tuple[Quantity, ...] = ()
    counts: tuple[Quantity, ...] = ()
    speaker: Span | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """All labels of one release, in order of position."""

    id: str
    sha256: str
    units: tuple[Unit, ...]
    mentions: tuple[Mention, ...]
    acts: tuple[Act, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready dict; keys that hold nothing are left out."""
        data = asdict(self)
        for part in ("units", "mentions", "acts"):
            data[part] = [{k: v for k, v in item.items() if v not in (None, "", (), [])} for item in data[part]]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Annotation:
        """The inverse of `to_json`. Raises KeyError or TypeError where a key is missing or unknown."""
        return cls(
            id=data["id"],
            sha256=data["sha256"],
            units=tuple(Unit(**{**u, "span": _span(u["span"]), "secondary": tuple(u.get("secondary", ()))}) for u in data["units"]),
            mentions=tuple(Mention(**{**m, "span": _span(m["span"])}) for m in data["mentions"]),
            acts=tuple(_act(a) for a in data["acts"]),
        )


def sha256(text: str) -> str:
    """SHA-256 of Text as UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _span(value: list[int] | tuple[int, int]) -> Span:
    start, end = value
    return start, end


def _quantity(value: dict[str, Any]) -> Quantity:
    span = value.get("span")
    return Quantity(_span(span) if span else None, value["value"])


def _act(a: dict[str, Any]) -> Act:
    return Act(
        unit=a["unit"],
        span=_span(a["span"]),
        predicate=a["predicate"],
        status=a["status"],
        category=a["category"],
        actors=tuple(a["actors"]),
        programs=tuple(a.get("programs", ())),
        beneficiary=_span(a["beneficiary"]) if "beneficiary" in a else None,
        deadline=_quantity(a["deadline"]) if "deadline" in a else None,
        amounts=tuple(map(_quantity, a.get("amounts", ()))),
        counts=tuple(map(_quantity, a.get("counts", ()))),
        speaker=_span(a["speaker"]) if "speaker" in a else None,
    )
