"""A dataset with links: the same whatever the order of the input and the number of workers, and valid."""

import csv
import json
import pathlib
import random

from frictionless import Package

from pipeline import cli

PLAN = "중소벤처기업부는 3월까지 모태펀드 출자 기업을 모집할 계획이다."
DONE = "중소벤처기업부는 모태펀드 출자 기업을 선정했다."
NEWS = "{0}월 {1}일 늘봄도서관 {0}호점 서가에 새 책 {1}권을 꽂고 {2}번째 낭독 모임을 열기로 했다. 모임에는 이웃 {3}명이 온다."


def test_order_and_workers_do_not_show(tmp_path: pathlib.Path) -> None:
    long = " ".join(NEWS.format(n % 9 + 1, n % 28 + 1, n, n * 7) for n in range(5))
    releases = [
        {"id": "b", "text": PLAN, "published": "2031-01-10"},
        {"id": "a", "text": DONE, "published": "2031-04-20"},
        {"id": "y", "text": f"보도자료\n\n{long}", "published": "2031-02-02"},
        {"id": "x", "text": long, "published": "2031-02-03"},
        *({"id": f"n{n}", "text": NEWS.format(n % 12 + 1, n % 28 + 1, n, n * 3), "published": f"2031-{n % 12 + 1:02}-01"} for n in range(140)),
    ]
    written = []
    for workers in ("1", "2"):
        random.Random(workers).shuffle(releases)
        (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in releases), encoding="utf-8")
        assert cli.main(["run", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out"), "--workers", workers]) == 0
        written.append([(tmp_path / "out" / f"{name}.csv").read_bytes() for name in ("commitments", "evidence", "entities")])
        found = list(csv.DictReader((tmp_path / "out" / "documents.csv").open(encoding="utf-8-sig", newline="")))
        assert {r["doc_id"]: r["duplicate_of"] for r in found if r["doc_id"] in "abxy"} == {"a": "", "b": "", "x": "y", "y": ""}
        assert not any(r["duplicate_of"] for r in found if r["doc_id"].startswith("n"))  # one template, other news
    assert written[0] == written[1]
    rows = {r["commitment_id"]: r["follows"] for r in csv.DictReader((tmp_path / "out" / "commitments.csv").open(encoding="utf-8-sig", newline=""))}
    assert {c: f for c, f in rows.items() if f} == {"a:0:0": "b:0:0"}
    assert Package(str(tmp_path / "out" / "datapackage.json")).validate().valid
    assert "seconds_linking" in json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
