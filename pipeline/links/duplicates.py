"""Near-duplicates: the same text issued by two bodies, under another header, or corrected.

Candidates come from MinHash signatures (Broder 1997) cut into bands (locality-sensitive hashing; Leskovec, Rajaraman, Ullman, Mining of
Massive Datasets, 3.4); each is then checked on the texts themselves, so that a signature never decides. The signatures are made by
rensa, which is imported here only.

Releases that come every week or month on one template share up to 95 % of their text and are no duplicates. What tells them apart is
the distance in time and the numbers: see `same`.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

SHINGLE = 8  # letters and digits; a changed word then costs about ten shingles
JACCARD = 0.8  # of the shingles of two texts
DAYS = 6  # between two releases at most: what comes weekly on a template never qualifies
NUMBERS = 0.9  # share of the numbers of the text with fewer of them that the other has too; one may differ in any case

_SIGNATURE, _BANDS = 128, 32  # of four values each: a pair at 0.8 is missed once in ten million
_SEED = 1
_BATCH = 256  # texts whose shingles are in memory at once
_NEAREST = 50  # documents before it that one is compared with in a band, so that thousands of copies cost no square of them
_NOT_LETTERS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Profile:
    """What two texts are compared by."""

    published: datetime.date | None
    shingles: Hashes  # sorted, each once
    numbers: Counter[str]


def profile(text: str, published: datetime.date | None) -> Profile:
    """The profile of a text."""
    import numpy as np

    return Profile(published, np.unique(_shingles(text)), Counter(_NUMBER.findall(text)))


def same(a: Profile, b: Profile) -> bool:
    """Whether two texts are one, but for a header, an issuer or small corrections.

    The shingles agree to 0.8 or more (Jaccard), the releases appeared at most six days apart, and nearly all numbers of the one are in
    the other. Where a date is unknown all numbers must be. The limits are from the 1,600 most similar pairs of 24,000 releases: at 0.8
    and within six days all were duplicates, below 0.8 reports of similar events begin.
    """
    import numpy as np

    shared = len(np.intersect1d(a.shingles, b.shingles, assume_unique=True))
    union = len(a.shingles) + len(b.shingles) - shared
    if not shared or shared < JACCARD * union:
        return False
    fewer = min(a.numbers.total(), b.numbers.total())
    lost = fewer - (a.numbers & b.numbers).total()
    if a.published is None or b.published is None:
        return not lost
    return _near(a.published, b.published) and lost <= max(1.0, (1 - NUMBERS) * fewer)


def originals(documents: Iterable[tuple[str, datetime.date | None]], text_of: Callable[[str], str]) -> dict[str, str]:
    """Near-duplicates and the first document that each repeats.

    Costs 512 bytes of memory a document. The order of `documents` does not matter.

    Args:
        documents: ids and dates.
        text_of: gives the Text of an id; asked once for each document, and again for candidates.

    Returns:
        doc_id -> doc_id of the earliest (by date, then id; a document without date is later than any with one) of its chain.

    >>> text = "새날시는 내년 삼월에 마을 도서관 세 곳을 열고 밤 아홉 시까지 문을 열어 두기로 했다."
    >>> originals([("b", None), ("a", None)], {"a": text, "b": "새소식: " + text}.__getitem__)
    {'b': 'a'}
    """
    ordered = sorted(documents, key=lambda d: (d[1] or datetime.date.max, d[0]))
    ids, dates = [d for d, _ in ordered], [p for _, p in ordered]
    if len(ids) < 2:
        return {}

    @functools.lru_cache(maxsize=_BATCH)
    def known(n: int) -> Profile:
        return profile(text_of(ids[n]), dates[n])

    first = list(range(len(ids)))  # the earliest known of each chain: a forest, as in union-find

    def root(n: int) -> int:
        while first[n] != n:
            first[n] = first[first[n]]
            n = first[n]
        return n

    for earlier, later in _candidates(ids, dates, text_of):
        one, other = sorted((root(earlier), root(later)))
        if one != other and same(known(earlier), known(later)):
            first[other] = one
    return {ids[n]: ids[root(n)] for n in range(len(ids)) if root(n) != n}


def _near(a: datetime.date | None, b: datetime.date | None) -> bool:
    return a is None or b is None or abs((a - b).days) <= DAYS


def _candidates(ids: list[str], dates: list[datetime.date | None], text_of: Callable[[str], str]) -> Iterator[tuple[int, int]]:
    """Pairs that agree in a band of their signatures, the earlier first. A pair may come more than once."""
    import numpy as np

    signatures = np.array(list(_signatures(map(text_of, ids))), dtype=np.uint32)
    width = _SIGNATURE // _BANDS
    for band in range(_BANDS):
        keys = np.ascontiguousarray(signatures[:, band * width : (band + 1) * width]).view(np.dtype((np.void, 4 * width))).ravel()
        order = np.argsort(keys, kind="stable")
        alike: list[int] = []
        for n in order.tolist():
            if alike and keys[alike[-1]] != keys[n]:
                alike.clear()
            for earlier in alike[-_NEAREST:]:
                if _near(dates[earlier], dates[n]):
                    yield earlier, n
            alike.append(n)


def _signatures(texts: Iterable[str]) -> Iterator[list[int]]:
    import rensa

    stream = iter(texts)
    while batch := list(islice(stream, _BATCH)):
        matrix: Any = rensa.RMinHash.digest_matrix_from_token_hash_sets([_shingles(text).tolist() for text in batch], _SIGNATURE, _SEED)
        yield from matrix.to_rows()


def _shingles(text: str) -> Hashes:
    """Hashes of all runs of `SHINGLE` letters and digits (of the whole, where there are fewer), as Karp and Rabin (1987) hash them."""
    import numpy as np

    letters = _NOT_LETTERS.sub("", text.lower())
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    size = min(SHINGLE, len(codes))
    if not size:
        return codes
    runs = np.zeros(len(codes) - size + 1, np.uint64)
    for i in range(size):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + codes[i : i + len(runs)]
    runs ^= runs >> np.uint64(29)  # the low bits of a product know only the low bits of its factors
    runs *= np.uint64(0xBF58476D1CE4E5B9)
    return runs ^ (runs >> np.uint64(32))
