"""The strict reader, and what the shipped lexicon must hold."""

import pathlib

import pytest

from pipeline.lexicon import LexiconError, cues, default_lexicon, entity_id, fold, normalise, read_lexicon, read_table

HEADER = "name\ttype\taliases\thomonyms\tsuccessor\tstart\tend\n"


def folder(tmp_path: pathlib.Path, organisations: str, programmes: str = "") -> pathlib.Path:
    for part, text in (("organisations", organisations), ("programmes", programmes)):
        (tmp_path / part).mkdir()
        if text:
            (tmp_path / part / "a.tsv").write_text(text, encoding="utf-8")
    return tmp_path


def test_reads(tmp_path: pathlib.Path) -> None:
    lexicon = read_lexicon(
        folder(tmp_path, HEADER + "새날부\tministry\t새날|날부\t새날\t\t\t\n# 설명\n\n가람청\tagency\t\t\t새날부\t2020-01-01\t2025-01-01\n")
    )
    assert lexicon.lookup("날 부", "ORG") == lexicon.entries["ORG", "새날부"]
    assert "날부" in lexicon.sure
    assert "새날" in lexicon.homonyms and "새날" not in lexicon.sure
    assert lexicon.entries["ORG", "가람청"].successor == "새날부"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\ttype\n", r"a\.tsv:1: columns are"),
        (HEADER + "새날부\tministry\n", r"a\.tsv:2: 2 cells, expected 7"),
        (HEADER + " 새날부\tministry\t\t\t\t\t\n", r"a\.tsv:2: name ' 새날부' has outer blanks"),
        (HEADER + "새날부\tplanet\t\t\t\t\t\n", r"a\.tsv:2: unknown type 'planet'"),
        (HEADER + "\tministry\t\t\t\t\t\n", r"a\.tsv:2: name is empty"),
        (HEADER + "새날부\tministry\t\t\t\t\t\n새날 부\tagency\t\t\t\t\t\n", r"a\.tsv:3: form '새날부' of '새날 부' stands already at .*a\.tsv:2"),
        (HEADER + "새날부\tministry\t\t새날\t\t\t\n", r"a\.tsv:2: homonyms \['새날'\] are neither name nor alias"),
        (HEADER + "새날부\tministry\t\t\t가람부\t\t\n", r"successor '가람부' of '새날부' is no entry"),
        (HEADER + "새날부\tministry\t\t\t\t\t\n".replace("새", "\u1109\u1162"), r"is not NFC"),
    ],
)
def test_refuses(tmp_path: pathlib.Path, text: str, message: str) -> None:
    with pytest.raises(LexiconError, match=message):
        read_lexicon(folder(tmp_path, text))


def test_a_table_may_have_its_columns_in_any_order(tmp_path: pathlib.Path) -> None:
    (tmp_path / "t.tsv").write_text("form\tkind\n가\tx\n", encoding="utf-8")
    assert list(read_table(tmp_path / "t.tsv", ("kind", "form"))) == [(2, {"form": "가", "kind": "x"})]


@pytest.mark.parametrize(
    ("one", "other"),
    [("㈜새날", "(주) 새날"), ("한·미 재단", "한ㆍ미재단"), ("KAIST", "ｋａｉｓｔ"), ("‘새날’", "새날"), ("새날 온누리 재단", "새날온누리재단")],
)
def test_spelling_variants_are_one(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)
    assert entity_id("ORG", one) == entity_id("ORG", other)


def test_labels_keep_their_ids_apart() -> None:
    assert entity_id("ORG", "새날") != entity_id("PROGRAM", "새날")


def test_fold_keeps_every_offset() -> None:
    text = "İ㎏ﬁ한ㆍ미–ＡＢＣ“가”"
    assert len(fold(text)) == len(text)


def test_shipped_lexicon() -> None:
    lexicon = default_lexicon()
    bodies = [e for e in lexicon.entries.values() if e.label == "ORG"]
    programmes = [e for e in lexicon.entries.values() if e.label == "PROGRAM"]
    assert len(bodies) >= 3_000
    assert sum(len(e.aliases) for e in bodies) >= 5_000
    assert len(programmes) >= 800
    assert sum(e.type == "municipality" for e in bodies) >= 226
    assert lexicon.lookup("과기정통부", "ORG") == lexicon.entries["ORG", "과학기술정보통신부"]
    assert lexicon.entries["ORG", "국가보훈처"].successor == "국가보훈부"
    for word in ("다음", "대상", "라인"):
        assert word not in lexicon.sure


@pytest.mark.parametrize("name", ["actors", "amounts", "categories", "issuers", "mentions", "times", "verbs"])
def test_shipped_cues(name: str) -> None:
    assert all(cues(name).values())
