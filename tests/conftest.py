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
def rules_folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A model folder of rules and word lists alone (acts and actors as shipped), for tests of what rules do."""
    from pipeline.engine import load_engine
    from pipeline.model import assemble, save

    folder = tmp_path_factory.mktemp("rules") / "ko"
    save(assemble(trained={"dajim_commitments": load_engine().components["dajim_commitments"]}), folder)
    return folder


@pytest.fixture(scope="session")
def rules(rules_folder: pathlib.Path):
    """The pipeline of rules and word lists alone."""
    import pipeline

    return pipeline.load(rules_folder)


@pytest.fixture(scope="session")
def rule_engine(rules_folder: pathlib.Path):
    """The same without spaCy."""
    from pipeline.engine import load_engine

    return load_engine(rules_folder)


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
