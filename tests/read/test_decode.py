"""Encodings are told by content: long texts, short ones, and what is no text."""

import codecs
import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.decode import decode, encoding_of
from pipeline.read.problems import ReadError

TEXTS = [
    "새날시는 내년 상반기에 청년 쉼터 세 곳을 연다고 5일 밝혔다.\n\n□ 김새날 시장은 “쉼터를 더 늘리겠다”고 말했다.\n  ○ 예산: 3억 원(’24.~’25.)\n",
    "보도자료\r\n배포일시: 2024. 3. 5.(화)\r\n\r\n새날구, 나무 1,000그루 심는다\r\n",
    "숲길 300km를 정비한다.",
    "AI·SW 인재 100명",
    "새날구",
    "환호",
    "회화 청호",
    "쉼터",
    "숲",
]
CODECS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp949", "euc_kr"]
READS_AS = {"euc_kr": "cp949"}
# One or two syllables in UTF-16 without a mark are as good a CP949 or UTF-8 text; a blank, digit or line end decides.
TOO_SHORT = {(text, codec) for text in ("새날구", "환호", "쉼터", "숲") for codec in ("utf-16-le", "utf-16-be")} | {("숲", "cp949"), ("숲", "euc_kr")}
SENTENCE = st.lists(
    st.sampled_from(["새날시", "청년", "나무", "1,000그루", "심는다.", "확대", "지원", "□", "·", "「숲길」", "추진할", "계획이다", "협약", "3억원"]),
    min_size=3,
).map(" ".join)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_round_trip(text: str, codec: str) -> None:
    if (text, codec) in TOO_SHORT:
        pytest.skip("undecidable")
    try:
        data = text.encode(codec)
    except UnicodeEncodeError:
        pytest.skip("not encodable")
    found, name = decode(data, "a.txt")
    assert found.removeprefix("\ufeff") == text
    assert name == READS_AS.get(codec, codec)
    assert data.decode(name) == text


@given(SENTENCE, st.sampled_from(CODECS))
def test_sentences(text: str, codec: str) -> None:
    assert decode(text.encode(codec), "a.txt")[0].removeprefix("\ufeff") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain ASCII, 3 lines\n",
        "café",
        "naïve Köln",
        "±3°C",
        "AI·SW",
        "A × B",
        "Привет",
        "αβγ",
        "25㎡",
        "©2024",
        "çé",
        "大韓民國",
        "こんにちは",
        "🌿",
        "\x1a끝",
    ],
)
def test_utf8_stays_utf8(text: str) -> None:
    assert decode(text.encode(), "a.txt") == (text, "utf-8")


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8])
def test_a_lone_mark_is_an_empty_text(mark: bytes) -> None:
    assert decode(mark, "a.txt")[0] == "\ufeff"


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.xml", "<a/>")
    return stream.getvalue()


BINARY = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "zip": _zip(),
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "gzip": gzip.compress("새날시".encode()),
    "rtf": b"{\\rtf1\\ansi}",
    "nul": "새날\0시는 쉼터를 연다".encode(),
    "nuls": bytes(100),
    "counting": bytes(range(256)) * 4,
    "floats": b"\0\0\x80?\0\0\0@\0\0@@\0\0\x80@" * 8,
    "controls": b"\x01\x02\x03\x04 abc",
    "controls, no encoding": b"\x01\x02\x03\xff\xfe\xff\x80\x80" * 9,
}


@pytest.mark.parametrize("name", BINARY)
def test_binary(name: str) -> None:
    with pytest.raises(ReadError) as caught:
        decode(BINARY[name], "a.txt")
    assert caught.value.error == "binary"
    assert caught.value.message.startswith("a.txt: ")
    assert "save" in caught.value.message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("새날시는 쉼터를 연다.\n둘째 ".encode() + b"\xff" + " 줄".encode(), "byte 38 (0xFF, line 2) is no UTF-8"),
        ("새날시는 쉼터를 연다.".encode()[:-2], "is no UTF-8"),
        ("새날시".encode("cp949") + b"\xff" + "는 쉼터를 연다.".encode("cp949"), "byte 6 (0xFF, line 1) is no CP949"),
        (codecs.BOM_UTF8 + "새날시".encode("cp949"), "byte 3"),
        ("새날시는 쉼터를 연다.".encode("utf-16")[:-1], "UTF-16"),
        ("새날시는 쉼터를 연다.".encode("utf-16-le")[:-1], "byte 22"),
        ("쉼터 ".encode("utf-16-le") + b"\x00\xd8" + "나무 열 그루".encode("utf-16-le"), "byte 6"),
        (b"caf\xe9 is not Korean", "byte 3"),
        ("こんにちは、世界。東京です".encode("shift_jis"), "is no"),
        ("我们今天在北京开会讨论经济问题".encode("gbk"), "is no"),
    ],
)
def test_undecodable(data: bytes, said: str) -> None:
    with pytest.raises(ReadError) as caught:
        decode(data, "a.txt")
    assert caught.value.error == "undecodable"
    assert said in caught.value.message
    assert "save it again as UTF-8" in caught.value.message


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_an_error(data: bytes) -> None:
    try:
        text, name = decode(data, "x")
    except ReadError as error:
        assert error.error in ("binary", "undecodable")
    else:
        assert data.decode(name) == text.removeprefix("\ufeff")


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("cut", range(200, 208))
def test_a_table_is_known_by_a_head_that_ends_anywhere(codec: str, cut: int) -> None:
    assert encoding_of((TEXTS[0] * 5).encode(codec)[:cut], "a.csv", whole=False) == READS_AS.get(codec, codec)


def test_a_damaged_table_has_the_nearest_encoding() -> None:
    assert encoding_of("id,text\n1,새날시\n2,".encode() + b"\xff", "a.csv", whole=True) == "utf-8"
    assert encoding_of("id,text\n1,새날시는 쉼터를 연다\n2,".encode("cp949") + b"\xff", "a.csv", whole=True) == "cp949"
