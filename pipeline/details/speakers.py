"""Who says an act: name with title and body, or a title alone (`산림청 김한결 과장`, `산림청 관계자`), where the unit reports or quotes."""

from __future__ import annotations

import functools
import re

from pipeline.details.scene import Act, Scene
from pipeline.lexicon import cue_pattern

Span = tuple[int, int]
_PARTICLE = r"(?:은|는|이|가|도|께서는|께서)(?=[\s“\"‘'])|,(?=\s?[“\"])"
_WORDS = r"[가-힣A-Za-z0-9·㈜()&.]"
_BEFORE = re.compile(rf"(?:{_WORDS}{{1,20}}\s){{0,4}}{_WORDS}{{0,18}}$")
_QUOTE = re.compile(r"[“\"]")


@functools.cache
def _subject() -> re.Pattern[str]:
    return re.compile(rf"(?P<title>{cue_pattern('details', 'title')})(?:\s?\([^()]{{0,40}}\))?(?:{_PARTICLE})")


@functools.cache
def _report() -> re.Pattern[str]:
    return re.compile(rf"(?:{cue_pattern('details', 'says')})")


def speaker(scene: Scene, act: Act) -> Span | None:
    """Offsets of who says the act, or None."""
    start, end = scene.span(act.unit)
    text = scene.text
    quote = _QUOTE.search(text, start, end)
    if not quote and not _report().search(text, max(start, end - 30), end):
        return None
    for match in _subject().finditer(text, start, end):
        if match.start() >= act.end or (
            quote and match.start() > quote.start() and text.count("“", start, match.start()) > text.count("”", start, match.start())
        ):
            continue
        before = _BEFORE.search(text, max(start, match.start() - 70), match.start())
        return _trimmed(scene, before.start() if before else match.start(), match.end("title"))
    return None


def _trimmed(scene: Scene, begin: int, end: int) -> Span:
    """The phrase from its body or name on, without what stands before it."""
    text = scene.text
    firsts = [m["start"] for label in ("PERSON", "ORG") for m in scene.inside(begin, end, label)]
    if firsts:
        return min(firsts), end
    words = text[begin:end].split(" ")
    while len(words) > 2 or (len(words) == 2 and re.search(r"(?:[은는이가을를에의도]|으로|에서|[,”])$", words[0])):
        begin += len(words.pop(0)) + 1
    return begin, end
