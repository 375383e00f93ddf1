"""The pipeline folder that ships."""

import pathlib

import pytest
import spacy

from pipeline import engine, model
from pipeline.component import Trained
from pipeline.learn.arrays import verify
from pipeline.read import from_texts
from pipeline.resources import shipped


def test_it_is_what_the_word_lists_make(tmp_path: pathlib.Path) -> None:
    renewed = model.save(model.refreshed(shipped("models", "ko")), tmp_path / "ko")
    assert renewed == engine.digest(shipped("models", "ko")), "run: python -m pipeline.model models/ko"


def test_spacy_loads_it_alike(nlp: spacy.Language) -> None:
    text = "환경부는 2027년까지 충전소 100곳을 지을 계획이다."
    assert spacy.load(shipped("models", "ko"))(text)._.commitments == nlp(text)._.commitments


def test_it_is_sealed() -> None:
    folder = shipped("models", "ko")
    assert (folder / "hashes.json").is_file()
    verify(folder)


def test_without_weights_it_is_the_rules() -> None:
    assert model.assemble().pipe_names == [name for name, make in engine.COMPONENTS.items() if not isinstance(make(), Trained)]


def test_components_are_registered_with_what_they_need() -> None:
    nlp = model.load()
    assert nlp.analyze_pipes()["problems"] == {name: [] for name in engine.COMPONENTS}


@pytest.mark.parametrize("content", [None, "{}"])
def test_no_model(tmp_path: pathlib.Path, content: str | None) -> None:
    if content:
        (tmp_path / "meta.json").write_text(content, encoding="utf-8")
    with pytest.raises(engine.ModelError):
        model.load(tmp_path)
    with pytest.raises(engine.ModelError):
        engine.checked(tmp_path)


TEXTS = ["환경부는 2027년까지 충전소 100곳을 지을 계획이다. 행사에는 30명이 왔다.", "  \n□ 산림청(청장 김가람)은 숲을 가꾼다.\n\n붙임 1. 지도. 끝."]


def test_with_and_without_spacy_it_is_the_same(nlp: spacy.Language) -> None:
    for release, sheet in zip(from_texts(TEXTS), engine.load_engine().analyse(from_texts(TEXTS)), strict=True):
        doc = nlp.make_doc(release.text)
        doc._.title = release.title
        assert nlp(doc).user_data["dajim"] == sheet


def test_a_pipeline_with_components_of_others_runs_on_spacy(nlp: spacy.Language, tmp_path: pathlib.Path) -> None:
    other = model.load()
    other.add_pipe("sentencizer", first=True)
    other.to_disk(tmp_path / "other")
    found = engine.load_engine(tmp_path / "other")
    assert isinstance(found, model.SpacyEngine)
    assert found.analyse(from_texts(TEXTS[:1]))[0]["commitments"] == nlp(TEXTS[0])._.commitments
