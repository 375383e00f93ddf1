"""dajim (다짐): who promised what, in Korean press releases.

    import pipeline

    nlp = pipeline.load()                   # a spaCy Language
    data = pipeline.extract(["releases/"])  # pandas frames: data.commitments, data.sentences, …

What flows through the package, top to bottom, and nothing flows back:

    schema        names things: releases, labels, tables
    resources     finds shipped data        lexicon      reads word lists
    read          bytes -> Release          corpus       labelled releases: formats, checks, exchange
    layout        Text -> blocks, by shape  morphology   Kiwi: pieces -> morphemes
    times         dates and periods         amounts      money and counts
    sheet         what is known of one release on its way through the components
    units         blocks -> sentences, bullets, headings …
    mentions      proposes names            tokens       what names are made of, coded
    spans         what may be a name, as the whole release shows it; span_classifier, tagger decide
    entities      name -> body, programme, person
    predicates    what is said last         sentences    status and category
    details       the programmes, beneficiary, deadline, sums, counts and speaker of an act, chosen by weights
    roles         subject, partner, speaker
    points        where a clause may end                acts         a unit -> its acts, each with its status
    candidates    who might act                         actors     who does
    commitments   who does what, for whom, by when      evidence     where status, category and silent actors come from
    engine        the components in order   document, factories, model   the same as a spaCy pipeline
    dataset       rows -> files and frames  links        near-duplicates; which commitment carries on which
    tables        sheet -> rows
    batch         many releases -> rows, in one process or several
    training      labels -> weights
    evaluation    the labelled corpus -> scores, intervals, floors
    library, run, timeline, explain, show, cli    what users call
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
