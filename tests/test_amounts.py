"""Money and counts: `cases/amounts.txt`."""

from __future__ import annotations

import datetime

import pytest
from casebook import cases, params
from marked import marked

from pipeline.amounts import Amount, Count, find_counts, find_money
from pipeline.lexicon import cues
from pipeline.schema import Release


def shown(found: Amount | Count) -> str:
    if isinstance(found, Count):
        return f"{found.number} {found.unit}"
    return " ".join(filter(None, ("foreign" if found.krw is None else str(found.krw), found.per and f"/{found.per}", found.bound)))


def check(found: list[Amount] | list[Count], plain: str, spans: list[tuple[int, int]], expected: str) -> None:
    assert [plain[f.start : f.end] for f in found] == [plain[a:b] for a, b in spans]
    assert [(f.start, f.end) for f in found] == spans
    assert [shown(f) for f in found] == [e for e in expected.split("; ") if e]


def rows(about: str, *, negative: bool) -> list[object]:
    return params([c for c in cases("amounts", about=about) if c.negative == negative])


@pytest.mark.parametrize(("text", "expected"), rows("money", negative=False))
def test_money(text: str, expected: str) -> None:
    plain, spans = marked(text)
    check(find_money(plain), plain, spans, expected)


@pytest.mark.parametrize("text", [*rows("money", negative=True), ""])
def test_no_money(text: str) -> None:
    assert find_money(text) == []


@pytest.mark.parametrize(("text", "expected"), rows("counts", negative=False))
def test_counts(text: str, expected: str) -> None:
    plain, spans = marked(text)
    check(find_counts(plain), plain, spans, expected)


@pytest.mark.parametrize("text", [*rows("counts", negative=True), ""])
def test_no_counts(text: str) -> None:
    assert find_counts(text) == []


@pytest.mark.parametrize("text", rows("of an act", negative=True))
def test_no_amount_of_the_act(engine, text: str) -> None:
    (sheet,) = engine.analyse([Release("a", text, "a", published=datetime.date(2026, 3, 2))])
    assert sheet["commitments"]
    assert [(c["amount_text"], c["counts"]) for c in sheet["commitments"]] == [("", [])] * len(sheet["commitments"])


def test_only_the_stretch_is_read() -> None:
    text = "3곳에 5억 원, 7곳에 9억 원을 쓴다."
    at = text.index("7곳")
    assert [a.krw for a in find_money(text, at)] == [900000000]
    assert [a.krw for a in find_money(text, 0, at)] == [500000000]
    assert [c.number for c in find_counts(text, at)] == ["7"]
    assert [c.number for c in find_counts(text, 0, at)] == ["3"]


def test_offsets_survive_odd_characters() -> None:
    text = "🎉\u00a0상금 5천만원, 3곳"
    assert [text[a.start : a.end] for a in find_money(text)] == ["5천만원"]
    assert [text[c.start : c.end] for c in find_counts(text)] == ["3곳"]


@pytest.mark.parametrize("text", ["1억 " * 3000, "3만 5천" * 2000, "1,000" * 3000, "9" * 5000 + "원", "9" * 5000 + "개", "10~20" * 2000])
def test_long_repetition_ends(text: str) -> None:
    find_money(text)
    find_counts(text)


def test_word_table_is_read_strictly() -> None:
    kinds = cues("amounts")
    assert {"unit", "unit_big", "unit_huge", "measure", "currency"} <= set(kinds)
    assert not set(kinds["unit"]) & set(kinds["unit_huge"])


def test_broken_markup_is_refused() -> None:
    with pytest.raises(ValueError, match="broken markup"):
        marked("⟦3곳을 연다")
