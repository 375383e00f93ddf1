"""The components in their order, and how a model folder becomes a list of them.

An `Engine` runs them on sheets without spaCy, which takes a second to import and a tenth of the time to fill its Docs. A model folder is
a spaCy pipeline; where it holds components that are not ours, spaCy runs it (`model.SpacyEngine`).
"""

from __future__ import annotations

import configparser
import functools
import hashlib
import json
import pathlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from threadpoolctl import ThreadpoolController

from pipeline.classifier import Classifier
from pipeline.commitments import Commitments
from pipeline.component import Component, Trained
from pipeline.entities import Entities
from pipeline.learn.arrays import WeightsError, verify
from pipeline.lexicon import default_lexicon
from pipeline.mentions import Mentions
from pipeline.morphology import Settings
from pipeline.resources import shipped
from pipeline.schema import Release
from pipeline.sentences import Sentences
from pipeline.sheet import Sheet, from_releases
from pipeline.tagger import Tagger
from pipeline.units import Units

# Factory name -> component, in the order in which they run.
COMPONENTS: dict[str, Callable[[], Component[Any]]] = {
    "dajim_units": Units,
    "dajim_mentions": lambda: Mentions(lexicon=default_lexicon()),
    "dajim_tagger": lambda: Tagger(lexicon=default_lexicon()),
    "dajim_entities": lambda: Entities(lexicon=default_lexicon()),
    "dajim_sentences": Sentences,
    "dajim_classifier": Classifier,
    "dajim_commitments": Commitments,
}


class ModelError(RuntimeError):
    """A model folder is missing or cannot be loaded."""


class Analyser(Protocol):
    """What `batch` needs of an engine."""

    def analyse(self, releases: Iterable[Release]) -> list[Sheet]:
        """The annotated sheets of releases, in order."""


class Engine:
    """Runs our components on sheets.

    Args:
        settings: of the analyser.
        components: by name, in the order in which they run.
    """

    def __init__(self, settings: Settings, components: dict[str, Component[Any]]) -> None:
        self.settings = settings
        self.components = components
        self._threads = ThreadpoolController()

    def analyse(self, releases: Iterable[Release]) -> list[Sheet]:
        """The annotated sheets of releases, in order."""
        sheets = list(from_releases(releases, self.settings))
        # Small matrices: threads of the algebra library would only wait for each other, and for those of other workers.
        with self._threads.limit(limits=1):
            for component in self.components.values():
                component.annotate(sheets)
        return sheets


def checked(path: pathlib.Path) -> pathlib.Path:
    """`path` where it is a pipeline folder, before any work is begun.

    Raises:
        ModelError: it is none.
    """
    if not (path / "meta.json").is_file() or not (path / "config.cfg").is_file():
        raise ModelError(f"{path} is no folder of a pipeline (no meta.json and config.cfg in it)")
    return path


@functools.cache
def digest(path: pathlib.Path) -> str:
    """SHA-256 over names and contents of the files of a model folder."""
    found = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        found.update(file.relative_to(path).as_posix().encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def load_engine(path: pathlib.Path | None = None, *, workers: int = 0) -> Analyser:
    """The engine of a model folder.

    Args:
        path: the folder; the shipped `models/ko` where it is None.
        workers: threads for Kiwi; 0 for one a core, 1 for none (then a forked child may go on with it).

    Raises:
        ModelError: there is no such folder, or it cannot be loaded.
    """
    folder = checked(path or shipped("models", "ko"))
    try:
        config = configparser.ConfigParser(interpolation=None)
        config.read_string((folder / "config.cfg").read_text(encoding="utf-8"))
        off = json.loads(config["nlp"].get("disabled", "[]"))
        names: Sequence[str] = [name for name in json.loads(config["nlp"]["pipeline"]) if name not in off]
        factories = [json.loads(config[f"components.{name}"]["factory"]) for name in names]
        ours = set(factories) <= COMPONENTS.keys() and json.loads(config["nlp.tokenizer"]["@tokenizers"]) == "dajim.KiwiTokenizer.v1"
        words = tuple(json.loads((folder / "tokenizer").read_text(encoding="utf-8"))["words"]) if ours else ()
    except (OSError, KeyError, ValueError, TypeError, configparser.Error) as error:
        raise ModelError(f"no model at {folder}: {error}") from error
    if not ours:
        from pipeline.model import SpacyEngine, load

        return SpacyEngine(load(folder))
    try:
        verify(folder)
        components = {name: _loaded(COMPONENTS[factory](), folder / name) for name, factory in zip(names, factories, strict=True)}
    except WeightsError as error:
        raise ModelError(str(error)) from error
    return Engine(Settings(words, workers), components)


def _loaded(component: Component[Any], folder: pathlib.Path) -> Component[Any]:
    return component.from_disk(folder) if isinstance(component, Trained) else component
