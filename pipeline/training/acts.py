"""Trains what finds acts and their actors (`pipeline.commitments`) on labelled acts."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.actors import Case, Chooser
from pipeline.acts import Segmenter
from pipeline.candidates import Act
from pipeline.commitments import Commitments
from pipeline.corpus.annotation import Annotation
from pipeline.lexicon import default_lexicon, entity_id
from pipeline.schema import ACT_STATUSES, EntityData, MentionData
from pipeline.sheet import Sheet
from pipeline.training.examples import Example


def train_commitments(examples: Iterable[Example]) -> Commitments:
    """A component fitted to the examples that have acts; what other components found on their sheets is not looked at.

    Raises:
        ValueError: there is nothing to learn from.
    """
    cuts: list[tuple[Sheet, dict[int, list[tuple[tuple[int, int], str]]]]] = []
    cases: list[Case] = []
    for example in examples:
        annotation, sheet = example.labels, example.sheet
        if not annotation.acts and any(u.status in ACT_STATUSES for u in annotation.units):
            continue  # labelled for units and names alone
        gold = as_labelled(annotation, sheet)
        by_unit: dict[int, list[tuple[tuple[int, int], str]]] = {}
        ordered = sorted(annotation.acts, key=lambda a: (a.unit, a.span))
        for act in ordered:
            by_unit.setdefault(act.unit, []).append((act.span, act.status))
        acts: list[Act] = []
        for act in ordered:
            number = acts[-1].number + 1 if acts and acts[-1].unit == act.unit else 0
            acts.append(Act(act.unit, act.span, act.status, act.predicate, number, len(by_unit[act.unit])))
        cuts.append((gold, by_unit))
        cases.append((gold, acts, [act.actors for act in ordered]))
    return Commitments(Segmenter.fit(cuts), Chooser.fit(cases))


def as_labelled(annotation: Annotation, sheet: Sheet) -> Sheet:
    """A copy of the sheet with the units, names and entities of the annotation in the place of those that components found."""
    text = sheet["text"]
    lexicon = default_lexicon()
    units = [u.data() for u in annotation.units]
    entities: dict[str, EntityData] = {}
    mentions: list[MentionData] = []
    at = 0
    for m in sorted(annotation.mentions, key=lambda m: m.span):
        name, surface = m.name(text), text[slice(*m.span)]
        eid = entity_id(m.label, name)
        entry = lexicon.lookup(name, m.label)
        kind = "person" if m.label == "PERSON" else entry.type if entry else "unknown"
        entity = entities.setdefault(eid, EntityData(name=name, label=m.label, type=kind, successor="", aliases=[]))
        if surface != name and surface not in entity["aliases"]:
            entity["aliases"].append(surface)
        while at < len(units) - 1 and units[at]["end"] <= m.span[0]:
            at += 1
        mentions.append(MentionData(start=m.span[0], end=m.span[1], label=m.label, unit=at, entity_id=eid, confidence=None, method="model"))
    issuer = sheet["issuer"]
    entry = lexicon.lookup(issuer, "ORG") if issuer else None
    names = {issuer, entry.name} if entry else {issuer}
    issuer_id = next((eid for eid, e in entities.items() if e["label"] == "ORG" and issuer and names & {e["name"], *e["aliases"]}), "")
    if entry and not issuer_id:
        issuer_id = entity_id("ORG", entry.name)
        entities[issuer_id] = EntityData(name=entry.name, label="ORG", type=entry.type, successor=entry.successor, aliases=[])
    return Sheet({**sheet, "units": units, "mentions": mentions, "entities": entities, "issuer_id": issuer_id, "commitments": []})
