"""The rules of Text."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.read.problems import ReadError
from pipeline.read.text import to_text

HANGUL = st.text(alphabet=st.sampled_from("새날시는 쉼터를연다.\r\n\t\ufeff\u1109\u1162\u1102\u1161\u11afＡ①·\u200b\u2028\x85\U0001f33f"))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("새날시", "새날시"),
        ("\ufeff새날시", "새날시"),
        ("\ufeff\ufeff새날시", "\ufeff새날시"),
        ("새\ufeff날", "새\ufeff날"),
        ("가\r\n나\r다\n라", "가\n나\n다\n라"),
        ("가\r\r\n나", "가\n\n나"),
        ("\r\n 가 \r\n", "\n 가 \n"),
        ("\u1109\u1162날", "새날"),
        ("①ＡＢ㈜ 1/2 ｢ ｣", "①ＡＢ㈜ 1/2 ｢ ｣"),
        ("가\u2028나\x85다\x0b라\x0c마", "가\u2028나\x85다\x0b라\x0c마"),
        ("가\u00a0나  다\t라\u3000", "가\u00a0나  다\t라\u3000"),
        ("\u212b", "\u00c5"),
        ("숲\U0001f33f길", "숲\U0001f33f길"),
    ],
)
def test_text(raw: str, text: str) -> None:
    assert to_text(raw, "a.txt") == text


@pytest.mark.parametrize(
    ("raw", "error", "said"),
    [
        ("", "empty", "a.txt"),
        (" \r\n\t\u3000\u00a0", "empty", "a.txt"),
        ("\ufeff", "empty", "a.txt"),
        ("새\ud800날", "surrogate", r"\ud800"),
        ("첫째\n둘\udfff", "surrogate", "line 2"),
        ("\ud83d 새날 \ude00", "surrogate", "character 0"),
    ],
)
def test_refused(raw: str, error: str, said: str) -> None:
    with pytest.raises(ReadError) as caught:
        to_text(raw, "a.txt")
    assert caught.value.error == error
    assert said in caught.value.message
    caught.value.message.encode("utf-8")


@given(HANGUL | st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@example("\ufeff\r")
@example("\u0340\r\n")
def test_nothing_else_changes(raw: str) -> None:
    try:
        text = to_text(raw, "x")
    except ReadError as error:
        assert error.error == "empty"
        assert not raw.removeprefix("\ufeff").strip()
        return
    assert "\r" not in text
    assert unicodedata.is_normalized("NFC", text)
    # The same characters in the same order, but for line ends and composition.
    plain = raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert unicodedata.normalize("NFD", text) == unicodedata.normalize("NFD", plain)
    assert to_text("\ufeff" + text, "x") == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.sampled_from("\ud800\udbff\udc00\udfff"), st.text(alphabet="가나 "))
def test_a_surrogate_never_passes(before: str, lone: str, after: str) -> None:
    with pytest.raises(ReadError) as caught:
        to_text(before + lone + after, "x")
    assert caught.value.error == "surrogate"
