"""The tokenizer: exact text, fused tokens, and every way a spaCy pipeline travels."""

import gzip
import json
import pathlib
import pickle
import subprocess
import sys

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.document import KiwiTokenizer

ODD = [
    "",
    " ",
    "\n\n",
    "돕는다",
    "  두 칸  띄어  쓴  글.  ",
    "탭\t과\t표\n구분\t값\n",
    "이모지 👍🏽 와 가족 👩‍👩‍👧 그리고 깃발 🇰🇷",
    "한자 漢字 𠀀 와 옛글 ᄒᆞᆫ글",
    "가운뎃점 한·미ㆍ일‧중・러•호",
    "줄\r\n바꿈\r과 \x0b 세로 탭 \x0c 쪽 나눔 \x85 다음 줄",
    "너비 없는\u200b칸과 \ufeff 표시, 단단한\u00a0칸, 전각\u3000칸",
    "제어\x00\x07문자",
    "㈜새날은 3.5% 올린 U.S. 달러로 갚는다.",
    "ㅋㅋㅋ 했습니다ㅠㅠ 추진ㄴ다",
    "끝에 빈칸 ",
    "\n 앞에 줄바꿈",
    "\ue000 사용자 정의 \uf0a8 글머리",
]


@pytest.mark.parametrize("text", ODD)
def test_text_is_kept(nlp: spacy.Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert "".join(t.text_with_ws for t in doc) == text


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(alphabet=st.one_of(st.sampled_from("가나다라한 \n\t.,“”()·-012abc했는다고"), st.characters(exclude_categories=["Cs"])), max_size=80)
)
def test_text_is_kept_whatever_it_is(nlp: spacy.Language, text: str) -> None:
    assert nlp.tokenizer(text).text == text


def test_morphemes_that_share_a_syllable_are_one_token(nlp: spacy.Language) -> None:
    doc = nlp.tokenizer("시장은 일을 했다.")
    fused = next(t for t in doc if t.text == "했")
    assert fused.tag_ == "VV+EP"
    assert fused.lemma_.startswith("하다")
    assert [tag for _, tag in fused._.morphemes] == ["VV", "EP"]
    assert [t.text for t in doc] == ["시장", "은", "일", "을", "했", "다", "."]


def test_names_of_the_lexicon_reach_kiwi(nlp: spacy.Language) -> None:
    """Those that it cuts wrongly by itself; it is not burdened with the others."""
    assert "휴켐스" in nlp.tokenizer.settings.words
    assert "보건복지부" not in nlp.tokenizer.settings.words
    assert next(t.text for t in nlp.tokenizer("휴켐스는 공장을 짓는다.")) == "휴켐스"


SENTENCE = "환경부는 2027년까지 충전소 100곳을 지을 계획이다. 행사에는 30명이 왔다."


def facts(doc: Doc) -> tuple[object, ...]:
    return (
        [t.text for t in doc],
        [t.tag_ for t in doc],
        [(e.text, e.label_, e.kb_id_) for e in doc.ents],
        doc._.units,
        doc._.mentions,
        doc._.commitments,
    )


def test_saved_and_loaded_it_is_the_same(nlp: spacy.Language, tmp_path: pathlib.Path) -> None:
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    assert again.pipe_names == nlp.pipe_names
    assert facts(again(SENTENCE)) == facts(nlp(SENTENCE))


def test_pickled_it_is_the_same(nlp: spacy.Language) -> None:
    assert facts(pickle.loads(pickle.dumps(nlp))(SENTENCE)) == facts(nlp(SENTENCE))


def test_docs_survive_bytes(nlp: spacy.Language) -> None:
    doc = nlp(SENTENCE)
    assert facts(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == facts(doc)


FORKED = """
import pipeline
nlp = pipeline.load()
texts = [{sentence!r}, "산림청은 숲길을 늘린다."] * 3
alone = [nlp(t)._.commitments for t in texts]  # the parent's Kiwi exists before the fork
together = [d._.commitments for d in nlp.pipe(texts, n_process=2, batch_size=2)]
assert alone == together and all(alone)
"""


def test_forked_workers() -> None:
    """In a process of its own: other tests leave threads behind, and a fork beside threads may hang."""
    subprocess.run([sys.executable, "-c", FORKED.format(sentence=SENTENCE)], check=True, timeout=120)


def test_forked_workers_of_the_command(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": SENTENCE}, ensure_ascii=False) + "\n" for _ in range(300)), encoding="utf-8")
    for workers in ("1", "2"):
        command = [sys.executable, "-m", "pipeline", "run", "a.jsonl", "-o", f"out{workers}", "--workers", workers]
        subprocess.run(command, check=True, timeout=120, cwd=tmp_path, capture_output=True)
    for name in ("commitments.csv", "entities.csv", "sentences.csv"):
        assert (tmp_path / "out1" / name).read_bytes() == (tmp_path / "out2" / name).read_bytes()


SPAWNED = """
import multiprocessing
import pipeline

def child(text):
    return [t.text for t in pipeline.load()(text)]

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(child, ({sentence!r},)) == child({sentence!r})
"""


def test_spawned_workers(tmp_path: pathlib.Path) -> None:
    """From a script: a spawned child must be able to import what it is to run."""
    (tmp_path / "script.py").write_text(SPAWNED.format(sentence=SENTENCE), encoding="utf-8")
    subprocess.run([sys.executable, "script.py"], check=True, timeout=120, cwd=tmp_path)


def test_batches_are_alike(nlp: spacy.Language) -> None:
    texts = [*ODD, SENTENCE]
    assert [[t.text for t in d] for d in nlp.tokenizer.pipe(texts * 20)] == [[t.text for t in nlp.tokenizer(t)] for t in texts] * 20


def test_a_very_long_paragraph_goes_in_pieces(nlp: spacy.Language) -> None:
    text = "새날시는 물길을 고치고 둑을 쌓아 큰비에 대비한다. " * 2_000 + "가" * 9_000
    doc = nlp.tokenizer(text)
    assert doc.text == text


def test_settings_are_written_without_the_machine(nlp: spacy.Language) -> None:
    tokenizer = KiwiTokenizer(nlp.vocab, words=["새날누리"], workers=7)
    again = KiwiTokenizer(nlp.vocab).from_bytes(tokenizer.to_bytes())
    assert again.settings.words == ("새날누리",)
    assert again.settings.workers == 0


@pytest.mark.real
def test_real_releases_are_kept(nlp: spacy.Language, shared: pathlib.Path, test_split: frozenset[str]) -> None:
    with gzip.open(shared / "real" / "releases-2023.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:400]
    texts = [row["text"] for row in rows if row["id"] not in test_split]
    for text, doc in zip(texts, nlp.tokenizer.pipe(texts), strict=True):
        assert doc.text == text
