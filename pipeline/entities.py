"""Mention -> entity: which body, programme or person a name stands for.

A mention resolves by what the release defines (`이하 X`, `X(ABC)`), then by the lexicon, then by a longer name of the same release
that it shortens; a name in no list is its own entity, with an id derived from its normalised form, the same in every run. Where
an alias passed from a body to its successor, the date of the release decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.component import Component
from pipeline.lexicon import Entry, Lexicon, entity_id, normalise
from pipeline.schema import EntityData, MentionData
from pipeline.sheet import Sheet

_ABBREVIATED = re.compile(r"\s?\([A-Z][A-Za-z0-9&.·\-]{1,14}[*†]{0,3}\)$")
_LEGAL_FORM = re.compile(r"^\((?:재|사|유)\)\s?")  # of a foundation, an association, a limited company; ㈜ stays, as companies write it

Resolved = tuple[list[str], dict[str, EntityData], str]  # an id a mention, the entities by id, the issuer's id


class Entities(Component[Resolved]):
    """Resolves mentions.

    Reads `mentions`, `issuer`, `published`; writes `entity_id` of `mentions`, `entities` (`EntityData` by id) and `issuer_id`. In spaCy
    they are extensions of the Doc, and `kb_id_` of its `ents` is the id.

    Args:
        lexicon: the lexicon to look names up in.

    >>> import pipeline
    >>> doc = pipeline.load()("보건복지부(이하 복지부)는 내년에 돌봄을 늘린다. 복지부는 예산도 늘린다.")
    >>> [e["name"] for e in doc._.entities.values()]
    ['보건복지부']
    """

    def __init__(self, *, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def predict(self, sheets: Sequence[Sheet]) -> list[Resolved]:
        """Ids of the mentions and the entities of each release."""
        return [self._resolve(sheet) for sheet in sheets]

    def set_annotations(self, sheets: Sequence[Sheet], predictions: Sequence[Resolved]) -> None:
        """Write the ids and the entities."""
        for sheet, (ids, entities, issuer) in zip(sheets, predictions, strict=True):
            for mention, eid in zip(sheet["mentions"], ids, strict=True):
                mention["entity_id"] = eid
            sheet["entities"], sheet["issuer_id"] = entities, issuer

    def _resolve(self, sheet: Sheet) -> Resolved:
        text, published = sheet["text"], sheet["published"] or ""
        mentions: list[MentionData] = sheet["mentions"]
        entities: dict[str, EntityData] = {}
        names: list[str] = []
        for m in mentions:
            surface = text[m["start"] : m["end"]]
            names.append(m["entity_id"] or _LEGAL_FORM.sub("", _ABBREVIATED.sub("", surface)) or surface)
        full = self._full_names(mentions, names, text)
        ids = []
        for m, name in zip(mentions, names, strict=True):
            name = full.get((m["label"], name), name)
            eid = self._add(entities, m["label"], name, published)
            surface = text[m["start"] : m["end"]]
            if surface != entities[eid]["name"] and surface not in entities[eid]["aliases"]:
                entities[eid]["aliases"].append(surface)
            ids.append(eid)
        return ids, entities, self._issuer(entities, sheet["issuer"] or "", published)

    def _issuer(self, entities: dict[str, EntityData], name: str, published: str) -> str:
        """Id of the issuer; empty where neither the lexicon nor the text knows such a body (portals fill the field by machine)."""
        entry = self.lexicon.lookup(name, "ORG") if name else None
        known = entry is not None or entity_id("ORG", name) in entities
        return self._add(entities, "ORG", name, published) if name and known else ""

    def _full_names(self, mentions: list[MentionData], names: list[str], text: str) -> dict[tuple[str, str], str]:
        """Short names that are in no list -> the longer name of the release that they shorten."""
        found: dict[tuple[str, str], str] = {}
        for n, (m, name) in enumerate(zip(mentions, names, strict=True)):
            label = m["label"]
            if (label, name) in found or label == "PROGRAM" or self.lexicon.lookup(name, label):
                continue
            if label == "PERSON":
                # A surname alone is the last full name before it that bears it.
                if len(name) == 1:
                    before = [
                        names[i] for i in range(n - 1, -1, -1) if mentions[i]["label"] == label and len(names[i]) > 1 and names[i].startswith(name)
                    ]
                    found |= {(label, name): before[0]} if before else {}
                continue
            longer = {o for o, p in zip(names, mentions, strict=True) if p["label"] == label and len(o) > len(name) >= 3 and o.startswith(name)}
            if len(longer) == 1:
                found[label, name] = longer.pop()
        return found

    def _add(self, entities: dict[str, EntityData], label: str, name: str, published: str) -> str:
        entry = self.lexicon.lookup(name, label)
        if entry is not None:
            entry = self._by_date(entry, name, published)
            name = entry.name
        eid = entity_id(label, name)
        if eid not in entities:
            kind = "person" if label == "PERSON" else entry.type if entry else "unknown"
            entities[eid] = EntityData(name=name, label=label, type=kind, successor=entry.successor if entry else "", aliases=[])
        return eid

    def _by_date(self, entry: Entry, name: str, published: str) -> Entry:
        """The body that bore an alias on the day: the successor's where the alias outlived the body."""
        seen = {entry.name}
        while entry.end and published > entry.end and entry.successor and entry.successor not in seen and normalise(name) != normalise(entry.name):
            entry = self.lexicon.entries[entry.label, entry.successor]
            seen.add(entry.name)
        return entry
