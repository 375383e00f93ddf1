"""Where the labelled corpus lies and how it is read.

Two kinds of documents make it up. *Authored* releases are in our own words and lie here whole: `releases/NAME.txt` and its marked-up
twin `annotated/NAME.txt`. *Real* releases belong to others: `annotations/SPLIT.jsonl` holds their labels by offset, `splits.json` says
which is in which split, and their texts lie in a folder outside the project that may be absent.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pathlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.corpus.annotation import Annotation, sha256
from pipeline.corpus.markup import MarkupError, parse
from pipeline.corpus.standoff import CorpusError, parsed, read_file, read_standoff
from pipeline.read import read
from pipeline.resources import PACKAGE, shipped
from pipeline.schema import Release

REAL = ("train", "extra", "hard", "dev", "test")
PARTIAL = frozenset({"extra", "hard"})  # to train on; their annotations hold no acts
SINGLE = frozenset({"hard"})  # of these just some units are labelled, and no names
AUTHORED = "authored"
SPLITS = (AUTHORED, *REAL)


@dataclass(frozen=True)
class Store:
    """The corpus: a folder with the labels, and one with the texts of real releases (None where they are absent)."""

    folder: pathlib.Path
    texts: pathlib.Path | None = None

    @classmethod
    def default(cls, texts: pathlib.Path | None = None) -> Store:
        """The shipped corpus.

        Args:
            texts: folder of `*.jsonl.gz` with the real releases; `$DAJIM_SHARED/real` or, without that, `../shared/real` beside
                the clone by default.

        Raises:
            CorpusError: `texts` is no folder or holds no such file.
        """
        if texts is not None and not any(texts.glob("*.jsonl.gz")):
            raise CorpusError(f"{texts}: {'holds no *.jsonl.gz' if texts.is_dir() else 'no such folder'}; name the folder of the releases' texts")
        shared = os.environ.get("DAJIM_SHARED")
        beside = pathlib.Path(shared) / "real" if shared else PACKAGE.parents[1] / "shared" / "real"
        return cls(shipped("corpus"), texts or (beside if any(beside.glob("*.jsonl.gz")) else None))

    def path(self, split: str) -> pathlib.Path:
        """The file of the stand-off annotations of a split of real releases."""
        return self.folder / "annotations" / f"{split}.jsonl"

    def here(self) -> list[str]:
        """The splits of which there are annotations."""
        return [s for s in SPLITS if (self.names() if s == AUTHORED else self.path(s).exists())]

    @functools.cached_property
    def splits(self) -> dict[str, list[str]]:
        """The ids of the real releases by split.

        Raises:
            CorpusError: `splits.json` is broken.
        """
        path = self.folder / "splits.json"
        data: Any = parsed(read_file(path), str(path))
        whole = set(REAL) - PARTIAL
        if not isinstance(data, dict) or not whole <= set(data) <= set(REAL):
            raise CorpusError(f"{path}: not an object with the keys {', '.join(s for s in REAL if s in whole)}")
        for split, ids in data.items():
            if not isinstance(ids, list) or not all(isinstance(i, str) and i for i in ids):
                raise CorpusError(f"{path}: `{split}` is no list of ids")
            if len(set(ids)) < len(ids):
                raise CorpusError(f"{path}: `{split}` names {next(i for i in ids if ids.count(i) > 1)} twice")
        return {split: data[split] for split in REAL if split in data}

    def documents(self, split: str) -> Iterator[tuple[Annotation, str | None]]:
        """The annotations of a split, each with its text where that is at hand.

        Raises:
            CorpusError: a file is broken or missing, or a text is not the one that was labelled.
        """
        if split == AUTHORED:
            yield from (self.authored(name) for name in self.names())
            return
        for annotation in read_standoff(self.path(split)):
            text = self.real.get(annotation.id)
            if text is not None and sha256(text) != annotation.sha256:
                raise CorpusError(f"{self.path(split)}: the text of {annotation.id} in {self.texts} is not the one that was labelled")
            yield annotation, text

    def labelled(self, split: str) -> Iterator[tuple[Annotation, Release | None]]:
        """As `documents`, but with the release as `dajim run` reads it: title, date and issuer are there for the components.

        Raises:
            CorpusError: a file is broken or missing, or a text is not the one that was labelled.
        """
        for annotation, text in self.documents(split):
            if split == AUTHORED:
                yield annotation, self._release(self.folder / "releases" / annotation.id)
            else:
                yield annotation, None if text is None else self.real_releases[annotation.id]

    def digest(self, split: str) -> str:
        """SHA-256 over names and contents of the annotation files of a split, in hexadecimal.

        Raises:
            CorpusError: there are none, or one cannot be read.
        """
        files = sorted((self.folder / "annotated").glob("*.txt")) if split == AUTHORED else [self.path(split)]
        if not files:
            raise CorpusError(f"{self.folder / 'annotated'} holds no annotated releases")
        found = hashlib.sha256()
        for file in files:
            try:
                found.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
            except OSError as error:
                raise CorpusError(f"{file}: cannot be read: {error.strerror}") from error
        return found.hexdigest()

    def find(self, doc_id: str) -> tuple[str, Annotation, str | None]:
        """A document by its id (of an authored one also without `.txt`): its split, annotation and text.

        Raises:
            CorpusError: there is none.
        """
        for split in self.here():
            for annotation, text in self.documents(split):
                if annotation.id in (doc_id, f"{doc_id}.txt" if split == AUTHORED else doc_id):
                    return split, annotation, text
        raise CorpusError(f"no document {doc_id} in the corpus; the ids stand in {self.folder / 'splits.json'}")

    # --- authored releases

    def names(self) -> list[str]:
        """The names of the authored releases: files in `annotated/`, and in `releases/`."""
        return sorted({p.name for part in ("annotated", "releases") for p in (self.folder / part).glob("*.txt")})

    def authored(self, name: str) -> tuple[Annotation, str]:
        """An authored release; its id is what `dajim run` calls it, the name of its file.

        Raises:
            CorpusError: one of the twins is missing or broken, or they differ.
        """
        text, markup = self._text(self.folder / "releases" / name), self._text(self.folder / "annotated" / name)
        try:
            _, annotation = parse(markup, doc_id=name, source=text)
        except MarkupError as error:
            raise CorpusError(f"{self.folder / 'annotated'}: {error}") from error
        return annotation, text

    def _text(self, path: pathlib.Path) -> str:
        return self._release(path).text

    def _release(self, path: pathlib.Path) -> Release:
        if not path.exists():
            raise CorpusError(f"{path} is missing; a release and its marked-up twin bear the same name")
        return next(_releases([path]))

    # --- texts of real releases

    @functools.cached_property
    def real_releases(self) -> dict[str, Release]:
        """By id, the real releases that are in the corpus and at hand. Read once."""
        wanted = {i for ids in self.splits.values() for i in ids}
        return {release.doc_id: release for release in self._all() if release.doc_id in wanted}

    @functools.cached_property
    def real(self) -> dict[str, str]:
        """Texts by id, of the real releases that are in the corpus and at hand."""
        return {doc_id: release.text for doc_id, release in self.real_releases.items()}

    def releases(self) -> Iterator[tuple[str, str]]:
        """Ids and texts of all real releases at hand, labelled or not."""
        return ((release.doc_id, release.text) for release in self._all())

    def _all(self) -> Iterator[Release]:
        return _releases(sorted(self.texts.glob("*.jsonl.gz"))) if self.texts else iter(())


def _releases(paths: Iterable[pathlib.Path]) -> Iterator[Release]:
    # Through the door of `pipeline.read`, so that what a text is has one definition.
    for each in read([str(path) for path in paths]):
        if not isinstance(each, Release):
            raise CorpusError(each.message)
        yield each


def to_gold(annotation: Annotation, text: str) -> dict[str, Any]:
    """The document as the scorer takes it: one item of its GOLD.json.

    The sum of an act is its first, as an act of the dataset has one.

    >>> from pipeline.corpus.markup import parse
    >>> text, labels = parse("@@ sentence planned welfare\\n⟦O|새날시⟧는 ⟦G|온기 쉼터⟧를 연다.\\n>> 새날시 | 열다 | prog=온기 쉼터", doc_id="a")
    >>> to_gold(labels, text)["acts"]
    [{'unit': 0, 'actors': ['새날시'], 'programs': ['온기 쉼터'], 'status': 'planned', 'category': 'welfare', 'deadline': '', 'krw': ''}]
    """
    return {
        "id": annotation.id,
        "units": [{"span": list(u.span), "status": u.status, "category": u.category, "secondary": list(u.secondary)} for u in annotation.units],
        "mentions": [[*m.span, m.label] for m in annotation.mentions],
        "acts": [
            {
                "unit": act.unit,
                "actors": list(act.actors),
                "programs": [text[slice(*annotation.mentions[p].span)] for p in act.programs],
                "status": act.status,
                "category": act.category,
                "deadline": act.deadline.value if act.deadline else "",
                "krw": act.amounts[0].value if act.amounts else "",
            }
            for act in annotation.acts
        ],
    }
