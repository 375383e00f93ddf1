"""Names that a tagger meets in unlabelled releases: what it found in one place by its context helps the next tagger in another.

Self-training (Scudder 1965; for names Collins and Singer 1999) with the form alone as what is passed on: a name counts where the tagger
marked it in two releases or more, and the next tagger learns from labelled releases how far to trust that.
"""

from __future__ import annotations

import pathlib
from collections import defaultdict
from collections.abc import Iterable

from pipeline.learn.arrays import WeightsError, read, write
from pipeline.lexicon import fold
from pipeline.sheet import Sheet
from pipeline.tokens import Seen

LONGEST = 23  # characters: longer forms would be text of the release more than names
_LEAST = 2  # releases
_MANY = (4, 10)  # releases from which a form counts as met often, and very often
_SURE = 0.7  # mean confidence


def collect(sheets: Iterable[Sheet]) -> Seen:
    """The names in tagged sheets, ORG and PROGRAM, each counted once a release."""
    met: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for sheet in sheets:
        best: dict[tuple[str, str], float] = {}
        for m in sheet["mentions"]:
            form = "".join(fold(sheet["text"][m["start"] : m["end"]]).split())
            if m["label"] != "PERSON" and 2 <= len(form) <= LONGEST:
                best[form, m["label"]] = max(best.get((form, m["label"]), 0.0), m["confidence"] or 0.0)
        for key, confidence in best.items():
            met[key].append(confidence)
    return seen({key: (len(found), sum(found)) for key, found in met.items()})


def seen(met: dict[tuple[str, str], tuple[int, float]]) -> Seen:
    """The names worth keeping.

    Args:
        met: form and label -> number of releases, sum of confidence. Of two labels of a form the commoner one is kept.

    >>> seen({("온기쉼터", "PROGRAM"): (4, 3.6), ("온기쉼터", "ORG"): (2, 1.2), ("새날", "ORG"): (1, 1.0)}).forms
    {'온기쉼터': 'PROGRAM2h'}
    """
    found: dict[str, tuple[int, str]] = {}
    for (form, label), (many, total) in sorted(met.items()):
        if many >= _LEAST and many > found.get(form, (0, ""))[0]:
            often = 1 + sum(many >= bound for bound in _MANY)
            found[form] = many, f"{label}{often}{'h' if total / many >= _SURE else 'l'}"
    return Seen({form: value for form, (_, value) in found.items()})


def write_seen(found: Seen, folder: pathlib.Path) -> None:
    """Write the names to a folder."""
    write(folder, {}, {"forms": dict(sorted(found.forms.items()))})


def read_seen(folder: pathlib.Path) -> Seen:
    """Read what `write_seen` wrote.

    Raises:
        WeightsError: it is missing or broken.
    """
    _, data = read(folder)
    if "forms" not in data:
        raise WeightsError(f"{folder}: forms.json is missing; write the names anew (`dajim seen`)")
    return Seen(data["forms"])
