"""The readable form of a labelled release, as annotators write it.

A unit opens with `@@`, its text follows with the mentions in `⟦ ⟧`, its acts with `>>`::

    @@ sentence planned startup +innovation
    ⟦O|새날부⟧는 내년 상반기에 ⟦G|새싹 프로그램⟧으로 청년 창업가 300명을 돕기로 했다.
    >> 새날부 | 돕다 | prog=새싹 프로그램 | for=청년 창업가 | by=내년 상반기 => 2026-01-01..2026-06-30 | count=300 명

- `@@ kind status category +secondary`; status and category may be left out where they are `none`.
- `⟦O|surface⟧`, labels O (ORG), G (PROGRAM), P (PERSON); `⟦O:canonical|surface⟧` where the surface is not the
  canonical name.
- `>> actor + actor | predicate | key=value …` with the keys of `ACT_KEYS`. A value is quoted from the unit; `first…last`
  stands for everything from `first` to `last`. `=> value` gives what it is worth.
  The clause is the whole unit, its status and category those of the unit, unless said otherwise.

Only the characters that are not white space have to agree with the source, so the source's own line breaks need not
be kept; a punctuation mark may stand for one that looks alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.corpus.annotation import Act, Annotation, Mention, Quantity, Span, Unit, sha256
from pipeline.schema import CATEGORIES, KINDS, OPEN_STATUSES, STATUSES

LABELS = {"O": "ORG", "G": "PROGRAM", "P": "PERSON"}
ACT_KEYS = ("clause", "status", "category", "prog", "for", "by", "won", "count", "speaker")
_MENTION = re.compile(r"⟦([OGP])(?::([^|⟦⟧]+))?\|([^⟦⟧]+)⟧")
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?")
_PAIRS = (("(", ")"), ("[", "]"), ("「", "」"), ("『", "』"), ("‘", "’"), ("“", "”"), ("<", ">"), ("《", "》"))


class MarkupError(ValueError):
    """A marked-up release is broken. The message names the document and the line."""


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    header: str
    text: str
    acts: tuple[tuple[int, str], ...]


def parse(markup: str, *, doc_id: str, source: str | None = None) -> tuple[str, Annotation]:
    """Read one marked-up release.

    Args:
        markup: the marked-up text.
        doc_id: id of the release.
        source: the text that the offsets are to count in; without it the marked-up text, unmarked, one unit a line.

    Returns:
        the text and its annotation.

    Raises:
        MarkupError: the markup is broken or does not agree with `source`.

    >>> text, labels = parse("@@ sentence planned welfare\\n⟦O|새날시⟧는 쉼터를 연다.\\n>> 새날시 | 열다", doc_id="a")
    >>> text, labels.mentions[0].span, labels.acts[0].actors
    ('새날시는 쉼터를 연다.\\n', (0, 3), ('새날시',))
    """
    blocks = list(_blocks(markup, doc_id))
    plain = [_MENTION.sub(r"\3", b.text) for b in blocks]
    if source is None:
        source = "\n".join(plain) + "\n"
    position = _align(blocks, plain, source, doc_id)

    units: list[Unit] = []
    mentions: list[Mention] = []
    drafts: list[tuple[int, int, str]] = []
    section: int | None = None
    offset = 0
    for block, text in zip(blocks, plain, strict=True):
        size = len(_squeeze(text))
        span = (position[offset], position[offset + size - 1] + 1)
        kind, status, category, secondary = _header(block, doc_id)
        if kind == "heading":
            section = len(units)
        under = None if kind in ("title", "heading", "boilerplate") else section
        units.append(Unit(span, kind, status, category, secondary, under))
        mentions += _mentions(block, position, offset, source, doc_id)
        drafts += [(line, len(units) - 1, act) for line, act in block.acts]
        offset += size
    acts = [_act(line, unit, act, units, mentions, source, doc_id) for line, unit, act in drafts]
    _check_acts(units, acts, blocks, doc_id)
    return source, Annotation(doc_id, sha256(source), tuple(units), tuple(mentions), tuple(acts))


def notices(text: str, annotation: Annotation) -> list[str]:
    """What is not an error but is worth a second look: untagged repeats of a tagged name, actors that are no entity."""
    found: list[str] = []
    surfaces = {(text[m.span[0] : m.span[1]], m.label) for m in annotation.mentions}
    covered = [m.span for m in annotation.mentions]
    for surface, label in sorted(surfaces):
        for hit in re.finditer(rf"(?<![0-9A-Za-z가-힣]){re.escape(surface)}", text):
            if len(surface) > 1 and not any(a < hit.end() and hit.start() < b for a, b in covered):
                found.append(f"«{surface}» is tagged {label} elsewhere but not at «{text[max(0, hit.start() - 12) : hit.end() + 12]!r}»")
    known = {m.name(text) for m in annotation.mentions} | {s for s, _ in surfaces}
    unknown = Counter(a for act in annotation.acts for a in act.actors if a not in known)
    found += [f"actor «{name}» is no mention of this document ({n} acts): fine if it is text or the issuer" for name, n in sorted(unknown.items())]
    return found


def unparse(text: str, annotation: Annotation) -> str:
    """The inverse of `parse`, for reading and for correction by hand."""
    out: list[str] = []
    short = {v: k for k, v in LABELS.items()}

    def quote(span: Span | None) -> str:
        return " ".join(text[span[0] : span[1]].split()) if span else ""

    for i, unit in enumerate(annotation.units):
        header = ["@@", unit.kind]
        if unit.status != "none":
            header += [unit.status, unit.category, *(f"+{s}" for s in unit.secondary)]
        body, at = [], unit.span[0]
        for m in annotation.mentions:
            if unit.span[0] <= m.span[0] < unit.span[1]:
                entity = f":{m.entity}" if m.entity else ""
                body += [text[at : m.span[0]], f"⟦{short[m.label]}{entity}|{text[m.span[0] : m.span[1]]}⟧"]
                at = m.span[1]
        body.append(text[at : unit.span[1]])
        out += [" ".join(header) if out == [] else "\n" + " ".join(header), "".join(body)]
        for act in (a for a in annotation.acts if a.unit == i):
            parts = [" + ".join(act.actors), act.predicate]
            if act.span != unit.span:
                parts.append(f"clause={quote(act.span)}")
            parts += [f"{k}={v}" for k, v, u in (("status", act.status, unit.status), ("category", act.category, unit.category)) if v != u]
            if act.programs:
                parts.append("prog=" + " + ".join(quote(annotation.mentions[p].span) for p in act.programs))
            if act.beneficiary:
                parts.append(f"for={quote(act.beneficiary)}")
            if act.deadline:
                parts.append(f"by={quote(act.deadline.span)} => {act.deadline.value}")
            parts += [f"won={quote(q.span)} => {q.value}" for q in act.amounts]
            parts += [f"count={quote(q.span)} => {q.value}" for q in act.counts]
            if act.speaker:
                parts.append(f"speaker={quote(act.speaker)}")
            out.append(">> " + " | ".join(parts))
    return "\n".join(out) + "\n"


def _fail(doc_id: str, line: int, what: str) -> MarkupError:
    return MarkupError(f"{doc_id}, line {line}: {what}")


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _blocks(markup: str, doc_id: str) -> Iterator[_Block]:
    line, header, text, acts = 0, "", [], []  # type: int, str, list[str], list[tuple[int, str]]
    for number, raw in enumerate([*markup.split("\n"), "@@"], 1):
        if raw.startswith("@@"):
            if header:
                body = "\n".join(text).strip()
                if not body:
                    raise _fail(doc_id, line, "a unit without text")
                yield _Block(line, header, body, tuple(acts))
            line, header, text, acts = number, raw, [], []
        elif raw.startswith(">>"):
            acts.append((number, raw[2:].strip()))
        elif raw.strip() and not header:
            raise _fail(doc_id, number, "text before the first unit (a unit opens with @@)")
        elif raw.strip() and acts:
            raise _fail(doc_id, number, "text after the acts of a unit (open a new unit with @@)")
        else:
            text.append(raw)


def _header(block: _Block, doc_id: str) -> tuple[str, str, str, tuple[str, ...]]:
    words = block.header[2:].split()
    secondary = tuple(w[1:] for w in words if w.startswith("+"))
    plain = [w for w in words if not w.startswith("+")] + ["none", "none"]
    kind, status, category = plain[:3]
    for value, allowed, what in ((kind, KINDS, "kind"), (status, STATUSES, "status"), (category, CATEGORIES, "category")):
        if value not in allowed:
            raise _fail(doc_id, block.line, f"unknown {what} {value!r}; one of {', '.join(allowed)}")
    if (category == "none") != (status in ("none", "appeal")):
        raise _fail(doc_id, block.line, f"status {status} with category {category}")
    if len(secondary) > 2 or category in secondary or not set(secondary) <= set(CATEGORIES) - {"none"}:
        raise _fail(doc_id, block.line, "secondary: at most two categories, other than the primary one")
    return kind, status, category, secondary


def _alike(a: str, b: str) -> bool:
    if a == b or unicodedata.normalize("NFKC", a) == unicodedata.normalize("NFKC", b):
        return True
    return not a.isalnum() and not b.isalnum()


def _align(blocks: list[_Block], plain: list[str], source: str, doc_id: str) -> list[int]:
    """Offsets in `source` of the characters of the units that are not white space."""
    position = [i for i, c in enumerate(source) if not c.isspace()]
    at = 0
    for block, text in zip(blocks, plain, strict=True):
        for c in _squeeze(text):
            if at >= len(position) or not _alike(c, source[position[at]]):
                here = source[position[at] :][:30] if at < len(position) else "(the end)"
                before = source[max(0, position[min(at, len(position) - 1)] - 12) : position[min(at, len(position) - 1)]]
                raise _fail(doc_id, block.line, f"the text differs from the source after {before!r}: found {c!r}, the source has {here!r}")
            at += 1
    if at < len(position):
        raise _fail(doc_id, blocks[-1].line if blocks else 1, f"the source goes on: {source[position[at] :][:40]!r}")
    return position


def _mentions(block: _Block, position: list[int], offset: int, source: str, doc_id: str) -> Iterator[Mention]:
    if re.search(r"[⟦⟧]", _MENTION.sub("", block.text)):
        raise _fail(doc_id, block.line, "a broken mention (write ⟦O|surface⟧ or ⟦O:canonical|surface⟧)")
    at, last = offset, 0
    for match in _MENTION.finditer(block.text):
        at += len(_squeeze(block.text[last : match.start()]))
        size = len(_squeeze(match[3]))
        span = position[at], position[at + size - 1] + 1
        surface = source[span[0] : span[1]]
        for a, b in _PAIRS:
            if surface.count(a) != surface.count(b):
                raise _fail(doc_id, block.line, f"an unpaired {a} or {b} in the mention {surface!r}")
        entity = (match[2] or "").strip()
        yield Mention(span, LABELS[match[1]], "" if entity == surface else entity)
        at, last = at + size, match.end()


def _find(quote: str, within: Span, source: str, doc_id: str, line: int) -> Span:
    """Span of `quote` in the unit, white space aside; `first…last` spans from one to the other."""
    position = [i for i in range(*within) if not source[i].isspace()]
    hay = "".join(source[i] for i in position)

    def seek(needle: str, start: int) -> int:
        needle = _squeeze(needle)
        for i in range(start, len(hay) - len(needle) + 1):
            if all(_alike(a, b) for a, b in zip(needle, hay[i:], strict=False)):
                return i
        raise _fail(doc_id, line, f"{needle!r} does not stand in this unit")

    # A quotation that itself holds "…" is tried as it stands first.
    if _squeeze(quote) in hay or "…" not in quote:
        begin = seek(quote, 0)
        end = begin + len(_squeeze(quote))
    else:
        first, last = quote.split("…", 1)
        begin = seek(first, 0)
        end = seek(last, begin + len(_squeeze(first))) + len(_squeeze(last))
    return position[begin], position[end - 1] + 1


def _act(line: int, unit: int, act: str, units: list[Unit], mentions: list[Mention], source: str, doc_id: str) -> Act:
    head = units[unit]
    fields = [f.strip() for f in re.split(r"\s\|\s", act)]
    if len(fields) < 2 or not fields[0] or not fields[1] or "=" in fields[0] or "=" in fields[1]:
        raise _fail(doc_id, line, "an act is: >> actor + actor | predicate | key=value | …")
    actors = tuple(a.strip() for a in re.split(r"\s\+\s", fields[0]))
    values: dict[str, list[str]] = {}
    for text in fields[2:]:
        key, eq, value = text.partition("=")
        if not eq or key not in ACT_KEYS or not value.strip():
            raise _fail(doc_id, line, f"unknown field {text!r}; keys are {', '.join(ACT_KEYS)}")
        if key in values and key not in ("won", "count"):
            raise _fail(doc_id, line, f"{key}= stands twice")
        values.setdefault(key, []).append(value.strip())

    def one(key: str) -> str:
        return values.get(key, [""])[0]

    def span(key: str) -> Span | None:
        return _find(one(key), head.span, source, doc_id, line) if key in values else None

    def quantity(text: str, pattern: re.Pattern[str], what: str) -> Quantity:
        quote, _, value = text.rpartition("=>") if "=>" in text else ("", "", text)
        value = value.strip()
        if not pattern.fullmatch(value):
            raise _fail(doc_id, line, f"{what}, not {value!r}")
        return Quantity(_find(quote.strip(), head.span, source, doc_id, line) if quote.strip() else None, value)

    status, category = one("status") or head.status, one("category") or head.category
    if status not in STATUSES or category not in CATEGORIES or status in ("none", "appeal") or category == "none":
        raise _fail(doc_id, line, f"an act cannot have status {status!r}, category {category!r}")
    deadline = None
    if "by" in values:
        if status not in OPEN_STATUSES:
            raise _fail(doc_id, line, "by= is for planned and ongoing acts only")
        deadline = quantity(one("by"), re.compile(rf"{_RANGE.pattern}|"), "by=QUOTE => START..END")
        if deadline.value == "..":
            raise _fail(doc_id, line, "a deadline needs a start or an end")
    return Act(
        unit=unit,
        span=span("clause") or head.span,
        predicate=fields[1],
        status=status,
        category=category,
        actors=actors,
        programs=tuple(_program(p.strip(), head.span, mentions, source, doc_id, line) for p in re.split(r"\s\+\s", one("prog")) if p.strip()),
        beneficiary=span("for"),
        deadline=deadline,
        amounts=tuple(quantity(v, re.compile(r"\d*"), "won=QUOTE => INTEGER") for v in values.get("won", ())),
        counts=tuple(quantity(v, re.compile(r"[\d.]+ ?\S.*"), "count=QUOTE => NUMBER UNIT") for v in values.get("count", ())),
        speaker=span("speaker"),
    )


def _program(name: str, unit: Span, mentions: list[Mention], source: str, doc_id: str, line: int) -> int:
    """Index of the mention that `name` means: in the unit if it stands there, else the last one before, else any."""
    same = [
        i for i, m in enumerate(mentions) if m.label == "PROGRAM" and _squeeze(name) in (_squeeze(source[m.span[0] : m.span[1]]), _squeeze(m.entity))
    ]
    if not same:
        raise _fail(doc_id, line, f"prog={name}: no PROGRAM mention of that surface or entity in the document")
    inside = [i for i in same if unit[0] <= mentions[i].span[0] < unit[1]]
    before = [i for i in same if mentions[i].span[0] < unit[0]]
    return inside[0] if inside else before[-1] if before else same[0]


def _check_acts(units: list[Unit], acts: list[Act], blocks: list[_Block], doc_id: str) -> None:
    for i, (unit, block) in enumerate(zip(units, blocks, strict=True)):
        statuses = [a.status for a in acts if a.unit == i]
        if unit.status in ("none", "appeal"):
            if statuses:
                raise _fail(doc_id, block.line, f"acts in a unit of status {unit.status}")
            continue
        if not statuses:
            raise _fail(doc_id, block.line, f"a unit of status {unit.status} without an act (>>)")
        strongest = next(s for s in STATUSES if s in statuses)
        if unit.status != strongest:
            raise _fail(doc_id, block.line, f"unit is {unit.status} but its acts are {', '.join(statuses)}: planned before ongoing before completed")
