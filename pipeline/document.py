"""Text -> spaCy Doc: a tokenizer on Kiwi whose `doc.text` equals the text, whatever the text.

Morphemes are not tokens: they may share a syllable (`하` + `ㄴ` in `한`), tokens may not. Morphemes that overlap become one token,
which carries the joined tag (`XSV+ETM`) and lemma; the morphemes themselves stay in `doc._.morphemes`, as plain lists, so that
a Doc survives `to_bytes`. White space between tokens that spaCy cannot express as one trailing blank is a token of its own, tagged `_SP`.
"""

from __future__ import annotations

import functools
import json
import pathlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypedDict

import numpy as np
import spacy
from spacy.attrs import LEMMA, POS, TAG
from spacy.parts_of_speech import IDS
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline import layout, morphology
from pipeline.morphology import Morpheme, Settings
from pipeline.schema import Release

BATCH = 64  # texts that go to Kiwi together

# Sejong tags of Kiwi -> Universal POS, by the table of the UD Korean treebanks (Chun et al. 2018, "Building Universal Dependency
# Treebanks in Korean"), where the first morpheme of a fused token decides.
_POS = {
    "NNG": "NOUN",
    "NNP": "PROPN",
    "NNB": "NOUN",
    "NR": "NUM",
    "NP": "PRON",
    "VV": "VERB",
    "VA": "ADJ",
    "VX": "AUX",
    "VCP": "AUX",
    "VCN": "ADJ",
    "MM": "DET",
    "MAG": "ADV",
    "MAJ": "CCONJ",
    "IC": "INTJ",
    "JC": "CCONJ",
    "JKS": "ADP",
    "JKC": "ADP",
    "JKG": "ADP",
    "JKO": "ADP",
    "JKB": "ADP",
    "JKV": "ADP",
    "JKQ": "ADP",
    "JX": "ADP",
    "EP": "PART",
    "EF": "PART",
    "EC": "PART",
    "ETN": "PART",
    "ETM": "PART",
    "XPN": "PART",
    "XSN": "PART",
    "XSV": "PART",
    "XSA": "PART",
    "XSM": "PART",
    "XR": "NOUN",
    "SF": "PUNCT",
    "SP": "PUNCT",
    "SS": "PUNCT",
    "SSO": "PUNCT",
    "SSC": "PUNCT",
    "SE": "PUNCT",
    "SO": "PUNCT",
    "SW": "SYM",
    "SB": "PUNCT",
    "SL": "X",
    "SH": "X",
    "SN": "NUM",
    "_SP": "SPACE",
}


class Morphemes(TypedDict):
    """The morphemes of a Doc as parallel lists; `start` and `end` are offsets into its text.

    Tags are without Kiwi's mark of irregular verbs (`VV-I`), which the token's tag keeps.
    """

    form: list[str]
    tag: list[str]
    start: list[int]
    end: list[int]
    lemma: list[str]


class KiwiTokenizer:
    """spaCy tokenizer on Kiwi's morphemes.

    Writes `doc._.morphemes` (`Morphemes`), `doc._.blocks` (`[start, end, kind]` of `layout.blocks`) and `doc._.breaks`
    (offsets at which Kiwi begins a sentence).

    Args:
        vocab: the vocabulary to share.
        words: names for Kiwi's dictionary. They are written with the pipeline, so that it loads alike without the lexicon.
        workers: threads for a batch; 0 for one a core. Not written.
    """

    def __init__(self, vocab: Vocab, *, words: Iterable[str] = (), workers: int = 0) -> None:
        self.vocab = vocab
        self.settings = Settings(tuple(words), workers)
        self._hashes: dict[str, int] = {}  # of tags and lemmas: a look-up here is faster than in the vocabulary

    @property
    def workers(self) -> int:
        """Threads for a batch; 0 for one a core."""
        return self.settings.workers

    @workers.setter
    def workers(self, value: int) -> None:
        self.settings = Settings(self.settings.words, value)

    def __call__(self, text: str) -> Doc:
        """The Doc of one text."""
        return next(self.pipe([text]))

    def pipe(self, texts: Iterable[str], batch_size: int = BATCH) -> Iterator[Doc]:
        """The Docs of many texts, analysed in batches so that Kiwi uses every core. (`nlp.pipe` never does; see `batch`.)"""
        stream = iter(texts)
        while batch := list(islice(stream, batch_size)):
            shapes = [layout.blocks(text) for text in batch]
            spans = [[piece for b in shape for piece in morphology.cut(text, b.start, b.end)] for text, shape in zip(batch, shapes, strict=True)]
            found = morphology.analyse((text[a:b] for text, cuts in zip(batch, spans, strict=True) for a, b in cuts), self.settings)
            for text, shape, cuts in zip(batch, shapes, spans, strict=True):
                doc = _doc(self.vocab, self._hashes, text, list(zip(cuts, islice(found, len(cuts)), strict=True)))
                doc._.blocks = [[b.start, b.end, b.kind] for b in shape]
                yield doc

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The settings as JSON."""
        return json.dumps({"words": self.settings.words}, ensure_ascii=False).encode()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> KiwiTokenizer:
        """The inverse of `to_bytes`."""
        self.settings = Settings(tuple(json.loads(data)["words"]), self.settings.workers)
        self._hashes = {}  # the vocabulary was read anew as well
        return self

    def to_disk(self, path: str | pathlib.Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the settings to `path`."""
        pathlib.Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: str | pathlib.Path, *, exclude: Iterable[str] = ()) -> KiwiTokenizer:
        """Read the settings from `path`."""
        return self.from_bytes(pathlib.Path(path).read_bytes())


def text_of(doc: Doc) -> str:
    """`doc.text`, which spaCy joins anew from the tokens at every access, as the tokenizer kept it."""
    return doc._.raw if doc._.raw is not None else doc.text


def from_releases(tokenizer: KiwiTokenizer, releases: Iterable[Release]) -> Iterator[Doc]:
    """The Docs of releases, with the metadata that the components read."""
    known = list(releases)
    for doc, release in zip(tokenizer.pipe(r.text for r in known), known, strict=True):
        doc._.title, doc._.issuer = release.title, release.issuer
        doc._.published = release.published.isoformat() if release.published else ""
        yield doc


@spacy.registry.tokenizers("dajim.KiwiTokenizer.v1")
def create_tokenizer(workers: int = 0) -> Callable[[Any], KiwiTokenizer]:
    """Factory for `config.cfg`: `[nlp.tokenizer] @tokenizers = "dajim.KiwiTokenizer.v1"`."""
    return lambda nlp: KiwiTokenizer(nlp.vocab, workers=workers)


def _doc(vocab: Vocab, hashes: dict[str, int], text: str, pieces: list[tuple[tuple[int, int], list[Morpheme]]]) -> Doc:
    words: list[str] = []
    spaces: list[bool] = []
    tags: list[str] = []
    lemmas: list[str] = []
    morphemes = Morphemes(form=[], tag=[], start=[], end=[], lemma=[])
    breaks: list[int] = []
    at = 0  # end of what the tokens cover
    for (offset, _), found in pieces:
        if not found:
            continue
        # Columns first: appending morpheme by morpheme takes as long as all the rest.
        ordered = sorted(found, key=_place) if _unsorted(found) else found
        forms, piece_tags, firsts, lasts, bases, sentences = zip(*ordered, strict=True)
        starts = [offset + i for i in firsts]
        ends = [offset + i for i in lasts]
        morphemes["form"] += forms
        morphemes["tag"] += map(_plain, piece_tags)
        morphemes["start"] += starts
        morphemes["end"] += ends
        morphemes["lemma"] += bases
        number = -1
        for tag, start, end, lemma, sentence in zip(piece_tags, starts, ends, bases, sentences, strict=True):
            if start < at or start == end:  # shares a syllable with what came before, or has no extent: one token with it
                if words:
                    tags[-1] += f"+{tag}"
                    lemmas[-1] += f"+{lemma}"
                    if end > at:
                        words[-1] += text[at:end]
                        at = end
                continue
            if start > at:
                if text[at:start] == " " and words and not spaces[-1]:
                    spaces[-1] = True
                else:
                    _gap(text, at, start, words, spaces, tags, lemmas)
            if sentence != number:
                number = sentence
                breaks.append(start)
            words.append(text[start:end])
            spaces.append(False)
            tags.append(tag)
            lemmas.append(lemma)
            at = end
    _gap(text, at, len(text), words, spaces, tags, lemmas)

    doc = Doc(vocab, words=words, spaces=spaces)
    values = np.empty((len(words), 3), dtype=np.uint64)
    for new in {*tags, *lemmas} - hashes.keys():
        hashes[new] = vocab.strings.add(new)
    values[:, 0] = [hashes[tag] for tag in tags]
    values[:, 1] = [hashes[lemma] for lemma in lemmas]
    values[:, 2] = [_pos(tag) for tag in tags]
    doc.from_array([TAG, LEMMA, POS], values)
    doc._.morphemes, doc._.breaks, doc._.raw = morphemes, breaks, text
    return doc


def _gap(text: str, at: int, end: int, words: list[str], spaces: list[bool], tags: list[str], lemmas: list[str]) -> None:
    """Cover what stands between two tokens: a blank, other white space, or characters that Kiwi gave no morpheme."""
    if at < end and text[at] == " " and words and not spaces[-1]:
        spaces[-1] = True
        at += 1
    while at < end:
        blank = text[at].isspace()
        stop = at + 1
        while stop < end and text[stop].isspace() == blank:
            stop += 1
        words.append(text[at:stop])
        spaces.append(False)
        tags.append("_SP" if blank else "SW")
        lemmas.append(text[at:stop])
        at = stop


def _place(morpheme: Morpheme) -> tuple[int, int]:
    return morpheme[2], morpheme[3]


def _unsorted(morphemes: list[Morpheme]) -> bool:
    last = 0
    for morpheme in morphemes:
        if morpheme[2] < last:
            return True
        last = morpheme[2]
    return False


@functools.lru_cache(maxsize=4_096)
def _plain(tag: str) -> str:
    """A tag without Kiwi's mark of irregular verbs."""
    return tag.partition("-")[0]


@functools.lru_cache(maxsize=4_096)
def _pos(tag: str) -> int:
    """Number of the part of speech of a tag; the first morpheme of a fused token decides."""
    return int(IDS[_POS.get(tag.partition("+")[0].partition("-")[0], "X")])


def _token_morphemes(token: Any) -> list[tuple[str, str]]:
    """`(form, tag)` of the morphemes of a token."""
    m: Morphemes = token.doc._.morphemes
    a, b = token.idx, token.idx + len(token)
    return [(m["form"][i], m["tag"][i]) for i in range(len(m["form"])) if a <= m["start"][i] < b]


for _name in ("raw", "morphemes", "blocks", "breaks", "units", "mentions", "commitments"):
    Doc.set_extension(_name, default=None, force=True)
Doc.set_extension("entities", default=None, force=True)
for _name in ("title", "published", "issuer", "issuer_id"):  # of the release, where its source gives them; `published` in ISO form
    Doc.set_extension(_name, default="", force=True)
spacy.tokens.Token.set_extension("morphemes", getter=_token_morphemes, force=True)
