"""Files that are no text whatever they are called: their first bytes say so."""

from __future__ import annotations

# No mark that a Korean sentence could open with: `MZ` (Windows programs, but also MZ세대) and `BM` (bitmaps) are left out.
_MARKS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive (hwpx, docx, xlsx and odt are ZIPs too)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"PK\x07\x08", "a part of a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an OLE file (hwp, doc or xls)"),
    (b"HWP Document File V", "a HWP 3 document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "gzip-compressed"),
    (b"BZh91AY&SY", "bzip2-compressed"),
    (b"\xfd7zXZ\x00", "xz-compressed"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)


def kind_of(data: bytes) -> str:
    """What the first bytes say that a file is, in words, or `""` where they say nothing.

    >>> kind_of(b"%PDF-1.7"), kind_of("MZ세대".encode())
    ('a PDF', '')
    """
    return next((name for mark, name in _MARKS if data.startswith(mark)), "")
