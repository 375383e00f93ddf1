"""Names of text files: one a document, on every file system, never outside `text/`."""

import pathlib
import unicodedata
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dataset import text_path


@pytest.mark.parametrize(
    ("doc_id", "path"),
    [
        ("156753088", "text/156753088.txt"),
        ("../../etc/passwd", "text/%2E.%2F..%2Fetc%2Fpasswd.txt"),
        ("/etc/passwd", "text/%2Fetc%2Fpasswd.txt"),
        ("..", "text/%2E..txt"),
        (".", "text/%2E.txt"),
        ("CON", "text/%43%4F%4E.txt"),
        ("con", "text/%63on.txt"),
        ("nul.2", "text/%6Eul.2.txt"),
        ("lpt1", "text/%6Cpt1.txt"),
        ("lpt10", "text/lpt10.txt"),
        ("console", "text/console.txt"),
        ("a ", "text/a%20.txt"),
        ("a\\b", "text/a%5Cb.txt"),
        ("a:b", "text/a%3Ab.txt"),
        ("a\0b", "text/a%00b.txt"),
        ("새날#1", "text/새날%231.txt"),
        ("ㅋ", "text/%E3%85%8B.txt"),
        ("%41", "text/%2541.txt"),
        ("🌱", "text/%F0%9F%8C%B1.txt"),
        ("\udcff", "text/%ED%B3%BF.txt"),
    ],
)
def test_names(doc_id: str, path: str) -> None:
    assert text_path(doc_id) == path


def test_no_id_no_name() -> None:
    with pytest.raises(ValueError, match="needs an id"):
        text_path("")


@pytest.mark.parametrize("doc_id", ["x" * 151, "가" * 51, "가" * 5000, "A" * 100, "%" * 60, "x" * 150 + "/"])
def test_long_names_are_cut_and_hashed(doc_id: str) -> None:
    name = text_path(doc_id).removeprefix("text/")
    assert len(name.encode()) <= 154
    assert "~" in name
    assert text_path(doc_id) != text_path(doc_id + "x")
    urllib.parse.unquote(name, errors="strict")  # no escape is split


def test_what_just_fits_is_kept() -> None:
    assert text_path("가" * 50) == f"text/{'가' * 50}.txt"


def folded(path: str) -> str:
    """What the least exact file system compares."""
    return unicodedata.normalize("NFC", path).casefold()


@given(
    st.lists(
        st.text(st.one_of(st.sampled_from("aAbBſK./\\%~con가\u1100\u1161 ①Å"), st.characters()), min_size=1, max_size=12),
        min_size=2,
        max_size=12,
        unique=True,
    )
)
def test_two_ids_never_share_a_file(ids: list[str]) -> None:
    paths = [text_path(i) for i in ids]
    assert len({folded(p) for p in paths}) == len(ids)
    for doc_id, path in zip(ids, paths, strict=True):
        assert pathlib.PurePosixPath(path).parent == pathlib.PurePosixPath("text")
        assert pathlib.PureWindowsPath(path).parent == pathlib.PureWindowsPath("text")
        assert not pathlib.PurePosixPath(path).name.startswith(".")
        name = path.removeprefix("text/").removesuffix(".txt")
        assert "~" in name or urllib.parse.unquote(name, errors="surrogatepass") == doc_id
