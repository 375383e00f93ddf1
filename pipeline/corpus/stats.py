"""Counts of the corpus, by split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.corpus.annotation import Annotation
from pipeline.corpus.store import Store
from pipeline.lexicon import Lexicon, default_lexicon, entity_id
from pipeline.schema import ACT_STATUSES, CATEGORIES, KINDS, LABELS, STATUSES

Counts = dict[str, int | None]  # None: cannot be told without the texts
FIELDS = ("deadline", "amounts", "counts", "programs", "beneficiary", "speaker")  # of an act


def stats(store: Store) -> dict[str, Counts]:
    """What each split that is at hand holds, and the sum of all; see `counts` for the keys.

    Raises:
        CorpusError: the corpus is broken.
    """
    held = {split: list(store.documents(split)) for split in store.here()}
    found = {split: counts(documents) for split, documents in held.items()}
    return {**found, "all": counts([d for documents in held.values() for d in documents])}


def counts(documents: Iterable[tuple[Annotation, str | None]]) -> Counts:
    """Counts of annotations, each with its text or None; keys such as `units, planned` in a fixed order.

    Distinct entities are those of names that differ after normalisation. A mention without a canonical name is named by its
    surface, so they are None where a text is missing.

    >>> from pipeline.corpus.markup import parse
    >>> text, labels = parse("@@ sentence planned welfare\\n⟦O|새날시⟧는 쉼터를 연다.\\n>> 새날시 | 열다", doc_id="a")
    >>> found = counts([(labels, text)])
    >>> found["documents"], found["units, planned"], found["mentions, ORG"], found["acts, welfare"], found["acts with deadline"]
    (1, 1, 1, 1, 0)
    """
    pairs = list(documents)
    units = [u for a, _ in pairs for u in a.units]
    mentions = [m for a, _ in pairs for m in a.mentions]
    acts = [x for a, _ in pairs for x in a.acts]
    found: Counts = {"documents": len(pairs), "characters": _characters(pairs)}
    kinds, statuses, categories = Counter(u.kind for u in units), Counter(u.status for u in units), Counter(u.category for u in units)
    found |= {"units": len(units), **{f"units, {k}": kinds[k] for k in KINDS}, **{f"units, {s}": statuses[s] for s in STATUSES}}
    found |= {f"units, {c}": categories[c] for c in CATEGORIES[:-1]} | {"units with secondary": sum(bool(u.secondary) for u in units)}
    labels = Counter(m.label for m in mentions)
    found |= {"mentions": len(mentions), **{f"mentions, {x}": labels[x] for x in LABELS}, **{f"entities, {x}": _entities(pairs, x) for x in LABELS}}
    statuses, categories = Counter(x.status for x in acts), Counter(x.category for x in acts)
    found |= {"acts": len(acts), **{f"acts, {s}": statuses[s] for s in ACT_STATUSES}, **{f"acts, {c}": categories[c] for c in CATEGORIES[:-1]}}
    return found | {f"acts with {name.removesuffix('s')}": sum(bool(getattr(x, name)) for x in acts) for name in FIELDS}


def _characters(pairs: list[tuple[Annotation, str | None]]) -> int | None:
    return None if any(text is None for _, text in pairs) else sum(len(text or "") for _, text in pairs)


def _entities(pairs: list[tuple[Annotation, str | None]], label: str) -> int | None:
    found: set[str] = set()
    for annotation, text in pairs:
        for mention in annotation.mentions:
            if mention.label == label:
                if text is None and not mention.entity:
                    return None
                found.add(entity_id(label, mention.name(text or "")))
    return len(found)


def lexicon_stats(lexicon: Lexicon | None = None) -> Counts:
    """Sizes of the lexicon: bodies, programmes, and the further forms that mean them."""
    entries = (lexicon or default_lexicon()).entries.values()
    found: Counts = {}
    for label, name in (("ORG", "bodies"), ("PROGRAM", "programmes")):
        own = [e for e in entries if e.label == label]
        found |= {name: len(own), f"{name}, aliases": sum(len(e.aliases) for e in own), f"{name}, homonyms": sum(len(e.homonyms) for e in own)}
    return found
