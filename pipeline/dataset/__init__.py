"""Rows -> files: the dataset folder, in every format, written so that it is whole at any time.

    check_formats(formats)
    with prepare(out) as place, Spool(place.spool) as spool:
        for doc_id, text, rows in …:              # in any order
            spool.add(doc_id, text, rows)         # RowError: spool.fail(Failure(…)) instead
        written = write(spool, place, run={"dajim": version, …}, formats=formats)

The library goes without files: `pipeline.dataset.frames.frames(documents)`. Nothing heavy is imported until a format needs it.
"""

from pipeline.dataset.paths import FORMATS, text_path
from pipeline.dataset.place import OutputError, Place, prepare
from pipeline.dataset.rows import Packed, RowError, Rows
from pipeline.dataset.sinks import Notice
from pipeline.dataset.spool import Spool
from pipeline.dataset.tables import Document, Tables, gathered
from pipeline.dataset.writing import Written, check_formats, write

__all__ = [
    "FORMATS",
    "Document",
    "Notice",
    "OutputError",
    "Packed",
    "Place",
    "RowError",
    "Rows",
    "Spool",
    "Tables",
    "Written",
    "check_formats",
    "gathered",
    "prepare",
    "text_path",
    "write",
]
