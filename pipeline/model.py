"""The pipeline as a whole: put together from its components, and loaded as one folder of `models/`.

`assemble` builds a spaCy Language from the shipped word lists and trained components, `save` writes it; `models/ko` is what `load` reads.
`dajim train` makes it; after a change to word lists alone `python -m pipeline.model` renews it with the weights it has. A test holds
word lists and model together.
"""

from __future__ import annotations

import pathlib
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import spacy
from spacy.language import Language

from pipeline import factories, morphology  # noqa: F401  (importing the factories registers them)
from pipeline.component import Trained
from pipeline.document import KiwiTokenizer, sheet_of
from pipeline.engine import COMPONENTS, Engine, ModelError, checked, digest, load_engine
from pipeline.learn.arrays import WeightsError, seal, verify
from pipeline.lexicon import Lexicon, default_lexicon
from pipeline.morphology import Morpheme
from pipeline.resources import shipped
from pipeline.schema import Release
from pipeline.sheet import Sheet

_WORD = re.compile(r"[가-힣]{3,15}")


# Tags of the morphemes that a name may consist of.
_NOMINAL = frozenset({"NNG", "NNP", "NNB", "NR", "XPN", "XSN", "XR", "SN", "SL"})
_FRAMES = ("{}은 내년에 돕는다.", "이에 {}와 함께 한다.")


def words(lexicon: Lexicon) -> tuple[str, ...]:
    """Names that Kiwi is to be told of: unambiguous forms of bodies, in Hangul, without blanks, that it cuts wrongly by itself.

    Those that it cuts at their ends anyway would only slow it down (12,000 words by 15 to 40 %).
    """
    forms = sorted(form for form, entry in lexicon.sure.items() if entry.label == "ORG" and _WORD.fullmatch(form))
    texts = [(form, frame.index("{}"), frame.format(form)) for form in forms for frame in _FRAMES]
    found = morphology.analyse(text for _, _, text in texts)
    return tuple(dict.fromkeys(form for (form, at, _), ms in zip(texts, found, strict=True) if not _cut(ms, at, at + len(form))))


def _cut(morphemes: list[Morpheme], start: int, end: int) -> bool:
    """Whether `start:end` is a run of whole nominal morphemes."""
    inside = [(a, b, tag) for _, tag, a, b, *_ in morphemes if a < end and b > start]
    return inside[0][0] == start and inside[-1][1] == end and all(tag in _NOMINAL for _, _, tag in inside)


def assemble(lexicon: Lexicon | None = None, trained: Mapping[str, Trained[Any]] | None = None) -> Language:
    """A new pipeline on the shipped word lists.

    Args:
        lexicon: the lexicon; the shipped one where it is None.
        trained: trained components by factory name; without them the pipeline is the rule baseline.
    """
    trained = trained or {}
    nlp = spacy.blank("ko", config={"nlp": {"tokenizer": {"@tokenizers": "dajim.KiwiTokenizer.v1"}}})
    nlp.tokenizer = KiwiTokenizer(nlp.vocab, words=words(lexicon or default_lexicon()))
    for name, make in COMPONENTS.items():
        if name in trained or not isinstance(make(), Trained):
            step = nlp.add_pipe(name)
            step.component = trained.get(name, step.component)  # type: ignore[attr-defined]
    nlp.meta["name"] = "dajim"
    nlp.meta["description"] = "Commitments in Korean press releases: Kiwi's morphemes, a lexicon, and models trained on labelled releases"
    return nlp


def save(nlp: Language, folder: pathlib.Path) -> str:
    """Write a pipeline to an absent or earlier model folder, sealed with the hashes of its files; returns its digest.

    Raises:
        ModelError: the folder holds something else.
        OSError: it cannot be written.
    """
    writable(folder)
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    nlp.to_disk(new)
    seal(new)
    if folder.exists():
        shutil.rmtree(folder)
    new.rename(folder)
    digest.cache_clear()
    return digest(folder)


def writable(folder: pathlib.Path) -> None:
    """Refuse a folder that holds something else than a model.

    Raises:
        ModelError: it does.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        try:
            checked(folder)
        except ModelError:
            raise ModelError(f"{folder} holds something that is no model; name an empty or new folder") from None


def load(path: str | pathlib.Path | None = None) -> Language:
    """Load a pipeline folder.

    Args:
        path: the folder; the shipped `models/ko` where it is None.

    Raises:
        ModelError: there is no such folder, or it is none of a pipeline.
    """
    folder = pathlib.Path(path or shipped("models", "ko"))
    try:
        verify(folder)
        return spacy.load(folder)
    except (OSError, ValueError, KeyError, WeightsError) as error:
        raise ModelError(f"no model at {path or 'models/ko'}: {error}") from error


class SpacyEngine:
    """Runs a pipeline that holds components of others: on Docs, by spaCy."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp

    def analyse(self, releases: Iterable[Release]) -> list[Sheet]:
        """The annotated sheets of releases, in order."""
        known = list(releases)
        docs = [self.nlp.make_doc(r.text) for r in known]
        for doc, release in zip(docs, known, strict=True):
            doc._.title, doc._.issuer = release.title, release.issuer
            doc._.published = release.published.isoformat() if release.published else ""
        return [sheet_of(doc) for doc in self.nlp.pipe(docs)]


def refreshed(folder: pathlib.Path) -> Language:
    """The pipeline that `assemble` makes now, with the weights of the model in `folder`."""
    old = load_engine(folder)
    if not isinstance(old, Engine) or not old.components.keys() <= COMPONENTS.keys():
        raise ModelError(f"{folder} holds components of others or under other names; renew it with spaCy")
    return assemble(trained={name: c for name, c in old.components.items() if isinstance(c, Trained)})


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "models/ko")
    print(f"{target}: {save(refreshed(target), target)}")
