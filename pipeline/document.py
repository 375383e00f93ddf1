"""Sheet -> spaCy Doc: a tokenizer on Kiwi whose `doc.text` equals the text, whatever the text.

Morphemes are not tokens: they may share a syllable (`하` + `ㄴ` in `한`), tokens may not. Morphemes that overlap become one token,
which carries the joined tag (`XSV+ETM`) and lemma; the morphemes themselves stay in `doc._.morphemes`. White space between tokens
that spaCy cannot express as one trailing blank is a token of its own, tagged `_SP`.

What the components know of a Doc is its sheet, a plain dict in `doc.user_data`, so that a Doc survives `to_bytes`; the extensions
(`doc._.units`, `doc._.commitments`, …) are its entries.
"""

from __future__ import annotations

import functools
import json
import pathlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import spacy
from spacy.attrs import LEMMA, POS, TAG  # type: ignore[import-not-found]
from spacy.parts_of_speech import IDS  # type: ignore[import-not-found]
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

from pipeline.morphology import Settings
from pipeline.sheet import Sheet, blank, sheets

_KEY = "dajim"

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


class KiwiTokenizer:
    """spaCy tokenizer on Kiwi's morphemes.

    Args:
        vocab: the vocabulary to share.
        words: names for Kiwi's dictionary. They are written with the pipeline, so that it loads alike without the lexicon.
        workers: threads for a batch; 0 for one a core. Not written.
    """

    def __init__(self, vocab: Vocab, *, words: Iterable[str] = (), workers: int = 0) -> None:
        self.vocab = vocab
        self.settings = Settings(tuple(words), workers)
        self._hashes: dict[str, int] = {}  # of tags and lemmas: a look-up here is faster than in the vocabulary

    def __call__(self, text: str) -> Doc:
        """The Doc of one text."""
        return next(self.pipe([text]))

    def pipe(self, texts: Iterable[str]) -> Iterator[Doc]:
        """The Docs of many texts, analysed in batches so that Kiwi uses every core. (`nlp.pipe` never does: hand it these Docs.)"""
        for sheet in sheets(texts, self.settings):
            yield _doc(self.vocab, self._hashes, sheet)

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


@spacy.registry.tokenizers("dajim.KiwiTokenizer.v1")  # type: ignore[attr-defined,untyped-decorator]
def create_tokenizer(workers: int = 0) -> Callable[[Any], KiwiTokenizer]:
    """Factory for `config.cfg`: `[nlp.tokenizer] @tokenizers = "dajim.KiwiTokenizer.v1"`."""
    return lambda nlp: KiwiTokenizer(nlp.vocab, workers=workers)


def sheet_of(doc: Doc) -> Sheet:
    """The sheet of a Doc; a blank one where the Doc was not made by our tokenizer."""
    if _KEY not in doc.user_data:
        doc.user_data[_KEY] = blank(doc.text)
    found: Sheet = doc.user_data[_KEY]
    return found


def _doc(vocab: Vocab, hashes: dict[str, int], sheet: Sheet) -> Doc:
    text = sheet["text"]
    words: list[str] = []
    spaces: list[bool] = []
    tags: list[str] = []
    lemmas: list[str] = []
    at = 0  # end of what the tokens cover

    def gap(end: int) -> None:
        """Cover what stands between two tokens: a blank, other white space, or characters that Kiwi gave no morpheme."""
        nonlocal at
        if at < end and text[at] == " " and words and not spaces[-1]:
            spaces[-1] = True
            at += 1
        while at < end:
            white = text[at].isspace()
            stop = at + 1
            while stop < end and text[stop].isspace() == white:
                stop += 1
            words.append(text[at:stop])
            spaces.append(False)
            tags.append("_SP" if white else "SW")
            lemmas.append(text[at:stop])
            at = stop

    m = sheet["morphemes"]
    for tag, start, end, lemma in zip(m["tag"], m["start"], m["end"], m["lemma"], strict=True):
        if start < at or start == end:  # shares a syllable with what came before, or has no extent: one token with it
            if words:
                tags[-1] += f"+{tag}"
                lemmas[-1] += f"+{lemma}"
                if end > at:
                    words[-1] += text[at:end]
                    at = end
            continue
        if start > at:
            gap(start)
        words.append(text[start:end])
        spaces.append(False)
        tags.append(tag)
        lemmas.append(lemma)
        at = end
    gap(len(text))

    doc = Doc(vocab, words=words, spaces=spaces)
    for new in {*tags, *lemmas} - hashes.keys():
        hashes[new] = vocab.strings.add(new)
    values = np.empty((len(words), 3), dtype=np.uint64)
    values[:, 0] = [hashes[tag] for tag in tags]
    values[:, 1] = [hashes[lemma] for lemma in lemmas]
    values[:, 2] = [_pos(tag) for tag in tags]
    doc.from_array([TAG, LEMMA, POS], values)  # type: ignore[arg-type]
    doc.user_data[_KEY] = sheet
    return doc


@functools.lru_cache(maxsize=4_096)
def _pos(tag: str) -> int:
    """Number of the part of speech of a tag; the first morpheme of a fused token decides."""
    return int(IDS[_POS.get(tag.partition("+")[0], "X")])


def _token_morphemes(token: Token) -> list[tuple[str, str]]:
    """`(form, tag)` of the morphemes of a token."""
    m = sheet_of(token.doc)["morphemes"]
    return [(form, tag) for form, tag, start in zip(m["form"], m["tag"], m["start"], strict=True) if token.idx <= start < token.idx + len(token)]


def _get(name: str, doc: Doc) -> Any:
    return sheet_of(doc)[name]  # type: ignore[literal-required]


def _set(name: str, doc: Doc, value: Any) -> None:
    sheet_of(doc)[name] = value  # type: ignore[literal-required]


for _name in blank(""):
    if _name != "text":
        Doc.set_extension(_name, getter=functools.partial(_get, _name), setter=functools.partial(_set, _name), force=True)
Token.set_extension("morphemes", getter=_token_morphemes, force=True)
