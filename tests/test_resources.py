"""Shipped data is found in the package as well as in a clone."""

import pathlib
import shutil

import pytest

from pipeline import resources

PARTS = [("corpus", "lexicon"), ("corpus", "releases"), ("models", "ko"), ("tests", "pytest.ini")]


@pytest.mark.parametrize("parts", PARTS)
def test_this_installation_has_it(parts: tuple[str, ...]) -> None:
    assert resources.shipped(*parts).exists()


@pytest.mark.parametrize("inside", [True, False])
def test_both_places(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, inside: bool) -> None:
    package = tmp_path / "site" / "pipeline"
    home = package / "_data" if inside else package.parent
    (home / "models" / "ko").mkdir(parents=True)
    monkeypatch.setattr(resources, "PACKAGE", package)
    assert resources.shipped("models", "ko") == home / "models" / "ko"


def test_the_package_goes_first(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "pipeline"
    for home in (package / "_data", tmp_path):
        (home / "models").mkdir(parents=True)
    monkeypatch.setattr(resources, "PACKAGE", package)
    assert resources.shipped("models") == package / "_data" / "models"


def test_what_is_missing_is_named(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "PACKAGE", tmp_path / "pipeline")
    with pytest.raises(FileNotFoundError, match=r"models/ko is missing .* reinstall dajim"):
        resources.shipped("models", "ko")


def test_the_pipeline_needs_nothing_but_the_package(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model and the lexicon are read from `_data` where the package has one, as in a wheel."""
    from pipeline.lexicon import read_lexicon

    package = tmp_path / "pipeline"
    shutil.copytree(resources.shipped("corpus", "lexicon"), package / "_data" / "corpus" / "lexicon")
    monkeypatch.setattr(resources, "PACKAGE", package)
    assert read_lexicon(resources.shipped("corpus", "lexicon")).entries
