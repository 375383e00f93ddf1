"""What ties documents together, known only when all have come: near-duplicates, and which commitment carries on which.

with Spool(folder) as spool:
    …                     # every document is added
    link(spool)           # duplicate_of and follows are filled
    write(spool, place, …)
"""

from pipeline.dataset.spool import Store
from pipeline.links.duplicates import originals
from pipeline.links.follows import follows

__all__ = ["follows", "link", "originals"]


def link(store: Store) -> None:
    """Fill `documents.duplicate_of` and `commitments.follows` of all documents in `store`.

    What is filled depends on the documents alone, not on the order in which they came.
    """
    duplicates = originals(((doc_id, store.published(doc_id)) for doc_id in store.doc_ids()), store.text)
    for doc_id, original in duplicates.items():
        store.mark_duplicate(doc_id, original)
    for commitment_id, earlier in follows(store, duplicates).items():
        store.mark_follows(commitment_id, earlier)
