"""The pipeline as a whole: put together from its components, and loaded as one folder of `models/`.

`assemble` builds a spaCy Language from the shipped word lists; `python -m pipeline.model` writes it to `models/ko`, which is what
`load` reads. A test holds the two together.
"""

from __future__ import annotations

import pathlib
import re
import sys
from collections.abc import Iterable

import spacy
from spacy.language import Language

from pipeline import factories, morphology  # noqa: F401  (importing the factories registers them)
from pipeline.document import KiwiTokenizer, sheet_of
from pipeline.engine import COMPONENTS, ModelError, digest
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


def assemble(lexicon: Lexicon | None = None) -> Language:
    """A new pipeline on the shipped word lists."""
    nlp = spacy.blank("ko", config={"nlp": {"tokenizer": {"@tokenizers": "dajim.KiwiTokenizer.v1"}}})
    nlp.tokenizer = KiwiTokenizer(nlp.vocab, words=words(lexicon or default_lexicon()))
    for name in COMPONENTS:
        nlp.add_pipe(name)
    nlp.meta["name"] = "dajim"
    nlp.meta["description"] = "Commitments in Korean press releases: rules on Kiwi's morphemes and a lexicon"
    return nlp


def load(path: str | pathlib.Path | None = None) -> Language:
    """Load a pipeline folder.

    Args:
        path: the folder; the shipped `models/ko` where it is None.

    Raises:
        ModelError: there is no such folder, or it is none of a pipeline.
    """
    try:
        return spacy.load(path or shipped("models", "ko"))
    except (OSError, ValueError, KeyError) as error:
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


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "models/ko")
    assemble().to_disk(target)
    print(f"{target}: {digest(target)}")
