"""`commitments_readable.csv`: the commitments for reading in Excel, all that a reader asks of one in its row."""

from __future__ import annotations

import pathlib

from pipeline.dataset.plain import BOM, csv_line
from pipeline.dataset.tables import Tables
from pipeline.schema import CATEGORY_NAMES, Row

STATUS_LABELS = {"planned": "계획", "ongoing": "진행", "completed": "완료"}

# Header -> the table and the column that it shows.
COLUMNS = {
    "기관": ("commitments", "actors"),
    "약속 내용": ("commitments", "action"),
    "사업명": ("commitments", "programs"),
    "대상": ("commitments", "beneficiary"),
    "기한": ("commitments", "deadline_text"),
    "기한 시작": ("commitments", "deadline_start"),
    "기한 끝": ("commitments", "deadline_end"),
    "금액": ("commitments", "amount_text"),
    "금액(원)": ("commitments", "amount_krw"),
    "수량": ("commitments", "counts"),
    "상태": ("commitments", "status"),
    "분야": ("commitments", "category"),
    "발언자": ("commitments", "speaker"),
    "근거 문장": ("sentences", "text"),
    "보도자료 제목": ("documents", "title"),
    "배포일": ("documents", "published"),
    "배포 기관": ("documents", "issuer"),
    "원문 주소": ("documents", "url"),
    "신뢰도": ("commitments", "confidence"),
    "앞선 약속": ("commitments", "follows"),
    "문서 번호": ("documents", "doc_id"),
    "약속 번호": ("commitments", "commitment_id"),
}
_LABELS = {"status": STATUS_LABELS, "category": CATEGORY_NAMES}
_LABELLED = [(n, _LABELS[column]) for n, (_, column) in enumerate(COLUMNS.values()) if column in _LABELS]


def write_readable(tables: Tables, path: pathlib.Path) -> None:
    """Write the file: the rules of the CSV tables, the rows of `commitments` in their order.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("xb") as file:
        file.write(BOM + csv_line(COLUMNS).encode("utf-8"))
        for doc_id in tables.doc_ids:
            if commitments := tables.of("commitments", doc_id):
                document = tables.of("documents", doc_id)[0]
                sentences = {row["sent_id"]: row for row in tables.of("sentences", doc_id)}
                file.write("".join(_line(document, sentences[row["sent_id"]], row) for row in commitments).encode("utf-8"))


def _line(document: Row, sentence: Row, commitment: Row) -> str:
    rows = {"documents": document, "sentences": sentence, "commitments": commitment}
    values = [rows[table][column] for table, column in COLUMNS.values()]
    for n, labels in _LABELLED:
        values[n] = labels[str(values[n])]
    return csv_line(values)
