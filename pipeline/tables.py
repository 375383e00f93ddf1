"""Sheet -> rows: the only place that turns what the components wrote into the tables of the contract.

Pure: no file is read or written. Rows are plain dicts keyed by the columns of `schema.TABLES`, so that they pass between processes.
"""

from __future__ import annotations

import datetime
from collections import Counter

from pipeline.corpus.annotation import sha256
from pipeline.dataset import Rows, text_path
from pipeline.evidence import completed
from pipeline.schema import OPEN_STATUSES, CommitmentData, EntityData, MentionData, Release, Row, UnitData
from pipeline.sheet import Sheet


def rows(sheet: Sheet, release: Release) -> Rows:
    """All rows of one analysed release, each table in order of position.

    `entities` holds the document's share (aliases and counts seen here); they are merged where the dataset is written.
    """
    units: list[UnitData] = sheet["units"]
    mentions: list[MentionData] = sheet["mentions"]
    commitments: list[CommitmentData] = sheet["commitments"]
    entities: dict[str, EntityData] = sheet["entities"]
    text, doc_id = sheet["text"], release.doc_id
    numbers = Counter(m["entity_id"] for m in mentions)
    ids = _commitment_ids(doc_id, commitments)
    return {
        "documents": [
            {
                "doc_id": doc_id,
                "source": release.source,
                "text_path": text_path(doc_id),
                "sha256": sha256(text),
                "media_type": release.media_type,
                "encoding": release.encoding,
                "title": release.title,
                "issuer": release.issuer,
                "issuer_id": sheet["issuer_id"] or "",
                "published": release.published,
                "url": release.url,
                "n_sentences": len(units),
                "n_commitments": sum(c["status"] in OPEN_STATUSES for c in commitments),
                "duplicate_of": "",
                "warnings": list(release.warnings),
            }
        ],
        "sentences": [_sentence(doc_id, n, u, units, text) for n, u in enumerate(units)],
        "mentions": [
            {
                "doc_id": doc_id,
                "sent_id": m["unit"],
                "mention_id": n,
                "start": m["start"],
                "end": m["end"],
                "text": text[m["start"] : m["end"]],
                "label": m["label"],
                "entity_id": m["entity_id"],
                "confidence": m["confidence"],
                "method": m["method"],
            }
            for n, m in enumerate(mentions)
        ],
        "entities": [
            {
                "entity_id": eid,
                "name": e["name"],
                "label": e["label"],
                "type": e["type"],
                "aliases": list(e["aliases"]),
                "successor": e["successor"],
                "n_documents": 1,
                "n_mentions": numbers[eid],
            }
            for eid, e in entities.items()
        ],
        "commitments": [_commitment(doc_id, cid, c) for cid, c in zip(ids, commitments, strict=True)],
        "evidence": [
            {
                "commitment_id": cid,
                "field": e["field"],
                "start": e["start"],
                "end": e["end"],
                "text": text[e["start"] : e["end"]],
                "method": e["method"],
            }
            for cid, c in zip(ids, commitments, strict=True)
            for e in completed(sheet, c)
        ],
    }


def _commitment_ids(doc_id: str, commitments: list[CommitmentData]) -> list[str]:
    seen: Counter[int] = Counter()
    ids = []
    for c in commitments:
        ids.append(f"{doc_id}:{c['unit']}:{seen[c['unit']]}")
        seen[c["unit"]] += 1
    return ids


def _sentence(doc_id: str, n: int, unit: UnitData, units: list[UnitData], text: str) -> Row:
    section = units[unit["section"]] if unit["section"] is not None else None
    return {
        "doc_id": doc_id,
        "sent_id": n,
        "kind": unit["kind"],
        "start": unit["start"],
        "end": unit["end"],
        "text": text[unit["start"] : unit["end"]],
        "section": text[section["start"] : section["end"]] if section else "",
        "status": unit["status"],
        "status_confidence": unit["status_confidence"],
        "category": unit["category"],
        "category_confidence": unit["category_confidence"],
        "secondary": list(unit["secondary"]),
        "speaker": unit["speaker"],
    }


def _commitment(doc_id: str, cid: str, c: CommitmentData) -> Row:
    def day(value: str) -> datetime.date | None:
        return datetime.date.fromisoformat(value) if value else None

    return {
        "commitment_id": cid,
        "doc_id": doc_id,
        "sent_id": c["unit"],
        "start": c["start"],
        "end": c["end"],
        "actors": list(c["actors"]),
        "actor_ids": list(c["actor_ids"]),
        "action": c["action"],
        "action_lemma": c["action_lemma"],
        "programs": list(c["programs"]),
        "program_ids": list(c["program_ids"]),
        "beneficiary": c["beneficiary"],
        "deadline_text": c["deadline_text"],
        "deadline_start": day(c["deadline_start"]),
        "deadline_end": day(c["deadline_end"]),
        "amount_text": c["amount_text"],
        "amount_krw": c["amount_krw"],
        "counts": list(c["counts"]),
        "speaker": c["speaker"],
        "status": c["status"],
        "category": c["category"],
        "confidence": c["confidence"],
        "follows": c["follows"],
    }
