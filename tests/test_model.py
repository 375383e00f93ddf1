"""The pipeline folder that ships."""

import pathlib

import pytest
import spacy

from pipeline import model
from pipeline.resources import shipped


def test_it_is_what_the_word_lists_make(tmp_path: pathlib.Path) -> None:
    model.assemble().to_disk(tmp_path / "ko")
    assert model.digest(tmp_path / "ko") == model.digest(shipped("models", "ko")), "run: python -m pipeline.model models/ko"


def test_spacy_loads_it_alike(nlp: spacy.Language) -> None:
    text = "환경부는 2027년까지 충전소 100곳을 지을 계획이다."
    assert spacy.load(shipped("models", "ko"))(text)._.commitments == nlp(text)._.commitments


def test_components_are_registered_with_what_they_need() -> None:
    nlp = model.assemble()
    assert nlp.analyze_pipes()["problems"] == {name: [] for name in model.COMPONENTS}


@pytest.mark.parametrize("content", [None, "{}"])
def test_no_model(tmp_path: pathlib.Path, content: str | None) -> None:
    if content:
        (tmp_path / "meta.json").write_text(content, encoding="utf-8")
    with pytest.raises(model.ModelError):
        model.load(tmp_path)
    with pytest.raises(model.ModelError):
        model.checked(tmp_path)
