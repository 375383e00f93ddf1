"""Documents made up for the tests, with everything that is awkward to write down."""

import datetime
import hashlib
import pathlib
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest

from pipeline.dataset import Spool, Written, prepare, text_path, write
from pipeline.schema import Failure, Row


class Made(NamedTuple):
    doc_id: str
    text: str
    rows: dict[str, list[Row]]


AWKWARD = (
    "../../etc/passwd",
    "a|b",
    "CON",
    "con",
    "con.txt",
    "-1+2",
    "=id",
    "새날/보도 자료.hwp",
    unicodedata.normalize("NFD", "새날/보도 자료.hwp"),  # the same in decomposed form
    "다짐🌱.txt",
    "A",
    "a",
    "a.",
    ".a",
    "a\\b:c*?",
    "줄\n바꿈\t표",
    "아주긴" * 60,
    "아주긴" * 60 + "것",
    'b"c,d',
    "%41",
    "x" * 300,
)


def made(doc_id: str, body: str = "새날시는 2031년까지 쉼터 10곳을 연다.\n=합계 100억원, “함께” 간다.", confidence: float | None = 0.87654) -> Made:
    """A document of two units: a promise with all that a row can hold, and a line that opens like a formula."""
    first, second = body.split("\n", 1)
    one, two = (0, len(first)), (len(first) + 1, len(body))
    org, person = "org-1", f"person-{hashlib.sha256(doc_id.encode()).hexdigest()[:4]}"
    commitments: list[Row] = [
        {
            "commitment_id": f"{doc_id}:0:0",
            "doc_id": doc_id,
            "sent_id": 0,
            "start": 0,
            "end": 5,
            "actors": ["새날시", "가|나 모임"],
            "actor_ids": [org, ""],
            "action": first,
            "action_lemma": "열다",
            "programs": [],
            "program_ids": [],
            "beneficiary": "",
            "deadline_text": "2031년까지",
            "deadline_start": None,
            "deadline_end": datetime.date(2031, 12, 31),
            "amount_text": "100억원",
            "amount_krw": 10_000_000_000,
            "counts": ["10 곳"],
            "speaker": "",
            "status": "planned",
            "category": "welfare",
            "confidence": confidence,
            "follows": "",
        }
    ]
    commitments.append(
        {
            **commitments[0],
            "commitment_id": f"{doc_id}:1:0",
            "sent_id": 1,
            "start": two[0],
            "end": two[1],
            "status": "completed",
            "confidence": 0.3,
            "follows": f"{doc_id}:0:0",
        }
    )
    commitments[1] |= {"action": second, "actors": ["=SUM(A1)"], "actor_ids": [""], "amount_krw": None, "deadline_end": None, "counts": []}
    sentence: Row = {
        "doc_id": doc_id,
        "kind": "sentence",
        "section": "",
        "status_confidence": 0.5,
        "category": "welfare",
        "category_confidence": None,
        "speaker": "",
    }
    rows: dict[str, list[Row]] = {
        "documents": [
            {
                "doc_id": doc_id,
                "source": "releases.jsonl",
                "text_path": text_path(doc_id),
                "sha256": hashlib.sha256(body.encode()).hexdigest(),
                "media_type": "text/plain",
                "encoding": "utf-8",
                "title": '@새날시, "쉼터" 열어',
                "issuer": "새날시",
                "issuer_id": org,
                "published": datetime.date(2030, 5, 1),
                "url": "https://example.kr/?a=1&b=2",
                "n_sentences": 2,
                "n_commitments": 1,
                "duplicate_of": "",
                "warnings": ["첫째", "둘째|셋째"],
            }
        ],
        "sentences": [
            {**sentence, "sent_id": 1, "start": two[0], "end": two[1], "text": second, "status": "completed", "secondary": []},
            {**sentence, "sent_id": 0, "start": one[0], "end": one[1], "text": first, "status": "planned", "secondary": ["jobs", "content"]},
        ],
        "mentions": [
            {
                "doc_id": doc_id,
                "sent_id": 0,
                "mention_id": 0,
                "start": 0,
                "end": 3,
                "text": "새날시",
                "label": "ORG",
                "entity_id": org,
                "confidence": 1 / 3,
                "method": "lexicon",
            },
            {
                "doc_id": doc_id,
                "sent_id": 1,
                "mention_id": 1,
                "start": two[0],
                "end": two[0] + 1,
                "text": "=",
                "label": "PERSON",
                "entity_id": person,
                "confidence": None,
                "method": "pattern",
            },
        ],
        "entities": [
            {"entity_id": person, "name": "-이슬", "label": "PERSON", "type": "person", "aliases": [], "successor": "", "n_mentions": 1},
            {
                "entity_id": org,
                "name": "새날시",
                "label": "ORG",
                "type": "municipality",
                "aliases": ["새날", f"새날{len(doc_id) % 3}"],
                "successor": "",
                "n_mentions": 1,
            },
        ],
        "commitments": list(reversed(commitments)),
        "evidence": [
            {"commitment_id": f"{doc_id}:1:0", "field": "action", "start": two[0], "end": two[1], "text": second, "method": "rule"},
            {"commitment_id": f"{doc_id}:0:0", "field": "deadline", "start": 5, "end": 10, "text": "2031년", "method": "rule"},
            {"commitment_id": f"{doc_id}:0:0", "field": "actor", "start": 0, "end": 3, "text": "새날시", "method": "lexicon"},
        ],
    }
    return Made(doc_id, body, rows)


FAILED = (
    Failure("b.txt", "b.txt", "read", "empty", "b.txt: nothing but white space, 다시 받으십시오"),
    Failure("\udcff.txt", "", "read", "undecodable", "=no text"),
)


@pytest.fixture(scope="session")
def document() -> Callable[..., Made]:
    return made


@pytest.fixture(scope="session")
def awkward() -> list[Made]:
    return [made(doc_id) for doc_id in AWKWARD]


@pytest.fixture(scope="session")
def written() -> Callable[..., Written]:
    """Write documents to a folder, in the order given."""

    def run(out: pathlib.Path, documents: Iterable[Made], *, failed: Iterable[Failure] = FAILED, **options: Any) -> Written:
        with prepare(out) as place, Spool(place.spool) as spool:
            for each in documents:
                spool.add(each.doc_id, each.text, each.rows)
            for failure in failed:
                spool.fail(failure)
            return write(spool, place, run={"dajim": "0.0.test", "seconds": 1.5}, **options)

    return run
