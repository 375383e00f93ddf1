"""What tests share. No model is loaded on import."""

import os
import pathlib

import pytest


@pytest.fixture(scope="session")
def nlp():
    """The shipped pipeline."""
    import pipeline

    return pipeline.load()


@pytest.fixture(scope="session")
def engine():
    """The same components without spaCy."""
    from pipeline.engine import load_engine

    return load_engine()


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """The folder of real releases; tests that use it are skipped where it is absent."""
    here = pathlib.Path(os.environ.get("DAJIM_SHARED", pathlib.Path(__file__).resolve().parents[2] / "shared"))
    if not (here / "real").is_dir():
        pytest.skip("no real releases on this machine")
    return here


@pytest.fixture(scope="session")
def test_split(shared: pathlib.Path) -> frozenset[str]:
    """Ids of the test split: read by their labellers alone."""
    return frozenset((shared / "real" / "to_annotate.txt").read_text(encoding="utf-8").split()[:80])
