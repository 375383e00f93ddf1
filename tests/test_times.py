"""Times: `cases/times.txt`."""

from __future__ import annotations

import datetime

import pytest
from casebook import cases, params
from marked import marked

from pipeline.lexicon import cues, read_table
from pipeline.resources import shipped
from pipeline.schema import Release
from pipeline.times import Period, find


def shown(period: Period) -> str:
    return f"{period.first or ''}..{period.last or ''} {period.kind}"


def check(published: str, text: str, expected: str, *, bare: bool = False) -> None:
    plain, spans = marked(text)
    found = find(plain, published=datetime.date.fromisoformat(published) if published != "-" else None, bare=bare)
    assert [plain[p.start : p.end] for p in found] == [plain[a:b] for a, b in spans]
    assert [(p.start, p.end) for p in found] == spans
    assert [shown(p) for p in found] == [e for e in expected.split("; ") if e]


def rows(*, negative: bool, about: str = "", other_than: tuple[str, ...] = ()) -> list[object]:
    return params([c for c in cases("times", about=about, other_than=other_than) if c.negative == negative])


@pytest.mark.parametrize(("published", "text", "expected"), rows(negative=False, other_than=("bare days", "of an act")))
def test_found(published: str, text: str, expected: str) -> None:
    check(published, text, expected)


@pytest.mark.parametrize("text", [*rows(negative=True, other_than=("bare days", "of an act")), ""])
@pytest.mark.parametrize("published", ["-", "2025-10-21"])
def test_not_found(published: str, text: str) -> None:
    check(published, text, "")


@pytest.mark.parametrize(("published", "text", "expected"), rows(negative=False, about="bare days"))
def test_bare_days(published: str, text: str, expected: str) -> None:
    check(published, text, expected, bare=True)
    check(published, text.translate({ord("⟦"): None, ord("⟧"): None}), "")


@pytest.mark.parametrize("text", rows(negative=True, about="bare days"))
def test_no_bare_days(text: str) -> None:
    check("2026-03-02", text, "", bare=True)


@pytest.mark.parametrize(("text", "expected"), rows(negative=False, about="of an act"))
def test_when_the_act_happens(engine, text: str, expected: str) -> None:
    plain, spans = marked(text)
    (sheet,) = engine.analyse([Release("a", plain, "a", published=datetime.date(2026, 3, 2))])
    found = [c for c in sheet["commitments"] if c["deadline_text"]]
    assert [c["deadline_text"] for c in found] == [plain[a:b] for a, b in spans]
    assert [f"{c['deadline_start']}..{c['deadline_end']}" for c in found] == [expected]


@pytest.mark.parametrize("text", rows(negative=True, about="of an act"))
def test_no_time_of_the_act(engine, text: str) -> None:
    (sheet,) = engine.analyse([Release("a", text, "a", published=datetime.date(2026, 3, 2))])
    assert sheet["commitments"]
    assert [c["deadline_text"] for c in sheet["commitments"] if c["deadline_text"]] == []


def test_only_the_stretch_is_read() -> None:
    text = "3월부터 심사하고 5월까지 마친다."
    at = text.index("5월")
    assert [(text[p.start : p.end]) for p in find(text, at)] == ["5월까지"]
    assert [(text[p.start : p.end]) for p in find(text, 0, at)] == ["3월부터"]
    assert find(text, at, at) == []


def test_an_absolute_time_needs_no_release() -> None:
    text = "2026년 3월 1일부터 5월 31일까지 받는다."
    assert find(text) == find(text, published=datetime.date(2020, 1, 1))


def test_offsets_survive_odd_characters() -> None:
    text = "🎉\u00a0새날시는 2026년 3월부터 연다."
    assert [text[p.start : p.end] for p in find(text)] == ["2026년 3월부터"]


@pytest.mark.parametrize("text", ["3월" * 2000, "2026. " * 2000, "12.12(일)-" * 1000, "1" * 5000, "오는 " * 3000])
def test_long_repetition_ends(text: str) -> None:
    find(text, published=datetime.date(2025, 10, 21))


def test_every_year_has_both_feasts() -> None:
    days = [(row["holiday"], row["date"]) for _, row in read_table(shipped("corpus", "lexicon", "cues", "times_holidays.tsv"), ("holiday", "date"))]
    years = {name: [int(date[:4]) for n, date in days if n == name] for name in ("seollal", "chuseok")}
    assert years == {name: list(range(2015, 2036)) for name in years}
    assert all(date[5:7] in (("01", "02") if name == "seollal" else ("09", "10")) for name, date in days)


def test_word_table_is_read_strictly() -> None:
    kinds = cues("times")
    assert "내년" in kinds["year+1"]
    assert len(kinds["particle"]) > 20


def test_broken_markup_is_refused() -> None:
    with pytest.raises(ValueError, match="broken markup"):
        marked("⟦3월까지 연다")
