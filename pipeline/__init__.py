"""dajim (다짐): who promised what, in Korean press releases.

    import pipeline

    nlp = pipeline.load()                   # a spaCy Language
    data = pipeline.extract(["releases/"])  # pandas frames: data.commitments, data.sentences, …

What flows through the package, top to bottom, and nothing flows back:

    schema        names things: releases, labels, tables
    resources     finds shipped data        lexicon      reads word lists
    read          bytes -> Release
    layout        Text -> blocks, by shape  morphology   Kiwi: pieces -> morphemes
    document      Text -> spaCy Doc         units        blocks -> sentences, bullets, headings …
    mentions      tags names                entities     name -> body, programme, person
    predicates    what is said last         sentences    status and category
    times         dates and periods         amounts      money and counts
    commitments   who does what, for whom, by when
    model         the pipeline as a whole   tables       Doc -> rows
    batch         many releases -> rows     dataset      rows -> files and frames
    show          one release, marked       cli          the command
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pathlib

    from spacy.language import Language

    from pipeline.dataset.frames import Frames

__version__ = "0.1.0"
__all__ = ["__version__", "extract", "load"]


def load(path: str | pathlib.Path | None = None) -> Language:
    """Load the pipeline as a spaCy Language; see `pipeline.model.load`.

    >>> import pipeline
    >>> doc = pipeline.load()("환경부는 내년 상반기까지 충전소 100곳을 짓기로 했다.")
    >>> [c["actors"] for c in doc._.commitments]
    [['환경부']]
    """
    from pipeline.model import load as load_model

    return load_model(path)


def extract(inputs: str | os.PathLike[str] | Iterable[Any], **options: Any) -> Frames:
    """Read releases and return the dataset as pandas frames; see `pipeline.library.extract`."""
    from pipeline.library import extract as extract_frames

    return extract_frames(inputs, **options)
