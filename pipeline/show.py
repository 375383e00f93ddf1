"""One analysed release, marked: for a terminal, or as a page.

Whatever comes from the document is stripped of control characters (terminal) or escaped (page); a page carries no script and
forbids any.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from pipeline.messages import korean, say
from pipeline.schema import ACT_STATUSES, CommitmentData, MentionData, UnitData
from pipeline.sheet import Sheet

# Control characters, and the marks that turn the direction of what follows.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_COLOUR = {"ORG": "34;1", "PROGRAM": "32;1", "PERSON": "35;1", "planned": "30;43", "ongoing": "30;46", "completed": "30;42", "appeal": "37;45"}
_DIM = "2"
_STYLE = """
body { font: 16px/1.8 "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.3rem; } .meta, .kind { color: #777; font-size: .85rem; }
p { margin: .6rem 0; white-space: pre-wrap; } p.boilerplate, p.table { color: #999; } p.title, p.heading { font-weight: bold; }
mark { padding: .1em .25em; border-radius: .3em; color: inherit; }
mark.ORG { background: #d6e6ff; } mark.PROGRAM { background: #d8f3d8; } mark.PERSON { background: #f3ddf7; }
.status { font-size: .75rem; padding: .1em .5em; border-radius: 1em; margin-right: .5em; background: #eee; }
.planned { background: #ffe29a; } .ongoing { background: #b9ecf2; } .completed { background: #c9ecb4; } .appeal { background: #eacdf0; }
ul.acts { margin: .2rem 0 1rem 1.5rem; padding: .4rem .8rem; list-style: none; border-left: 3px solid #ffd04d; background: #fffaf0; font-size: .9rem; }
"""


def clean(text: str) -> str:
    """`text` without what could steer a terminal.

    >>> clean("새날\\x1b[31m시\\u202e")
    '새날[31m시'
    """
    return _CONTROL.sub("", text)


def terminal(sheet: Sheet, *, colour: bool) -> str:
    """The release for a terminal, a unit a line, its acts below it."""

    def paint(text: str, kind: str) -> str:
        return f"\x1b[{_COLOUR.get(kind, _DIM)}m{text}\x1b[0m" if colour else text

    lines = []
    if sheet["title"]:
        lines += [clean(sheet["title"]), ""]
    for n, unit in enumerate(sheet["units"]):
        body = ""
        for text, mention in _segments(sheet, unit):
            text = clean(" ".join(text.split("\n")))
            if mention is None:
                body += text
            else:
                body += paint(text, mention["label"]) if colour else f"[{text}|{say(mention['label'])}]"
        label = (
            f"{say(unit['status'])}/{unit['category']}"
            if unit["status"] in ACT_STATUSES
            else unit["kind"]
            if unit["status"] == "none"
            else say(unit["status"])
        )
        lines.append(paint(f" {label} ", unit["status"] if unit["status"] != "none" else "dim") + " " + body)
        for commitment in sheet["commitments"]:
            if commitment["unit"] == n:
                lines.append("    → " + clean(" | ".join(_cells(commitment))))
    return "\n".join(lines) + "\n"


def page(sheet: Sheet, *, doc_id: str) -> str:
    """The release as an HTML page."""
    title = html.escape(sheet["title"] or doc_id)
    parts = [
        f'<!doctype html>\n<html lang="ko"><head><meta charset="utf-8"><title>{title}</title>',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
        f'<p class="meta">{html.escape(" · ".join(filter(None, (sheet["issuer"], sheet["published"], doc_id))))}</p>',
    ]
    for n, unit in enumerate(sheet["units"]):
        body = ""
        for text, mention in _segments(sheet, unit):
            escaped = html.escape(_CONTROL.sub("", text))
            if mention is None:
                body += escaped
            else:
                entity = sheet["entities"][mention["entity_id"]]
                name = html.escape(f"{say(mention['label'])}: {entity['name']}")
                body += f'<mark class="{mention["label"]}" title="{name}">{escaped}</mark>'
        badge = ""
        if unit["status"] != "none":
            badge = (
                f'<span class="status {unit["status"]}">{say(unit["status"])}{" · " + unit["category"] if unit["category"] != "none" else ""}</span>'
            )
        parts.append(f'<p class="{unit["kind"]}">{badge}{body}</p>')
        acts = [c for c in sheet["commitments"] if c["unit"] == n]
        if acts:
            parts.append('<ul class="acts">' + "".join(f"<li>{html.escape(clean(' | '.join(_cells(c))))}</li>" for c in acts) + "</ul>")
    return "\n".join([*parts, "</body></html>"]) + "\n"


def _segments(sheet: Sheet, unit: UnitData) -> Iterator[tuple[str, MentionData | None]]:
    """The unit's text in pieces, each a mention or what stands between two."""
    whole, at = sheet["text"], unit["start"]
    for mention in sheet["mentions"]:
        if unit["start"] <= mention["start"] < unit["end"]:
            yield whole[at : mention["start"]], None
            at = min(mention["end"], unit["end"])
            yield whole[mention["start"] : at], mention
    yield whole[at : unit["end"]], None


def _cells(c: CommitmentData) -> Iterator[str]:
    yield " + ".join(c["actors"]) or "?"
    yield c["action_lemma"]
    yield f"{say(c['status'])}/{c['category']}"
    days = f" ({c['deadline_start']}..{c['deadline_end']})" if c["deadline_start"] or c["deadline_end"] else ""
    money = f" ({c['amount_krw']:,}{'원' if korean() else ' won'})" if c["amount_krw"] is not None else ""
    for name, value in (
        ("programme", ", ".join(c["programs"])),
        ("for", c["beneficiary"]),
        ("deadline", c["deadline_text"] + days if c["deadline_text"] else ""),
        ("amount", c["amount_text"] + money if c["amount_text"] else ""),
        ("counts", ", ".join(c["counts"])),
        ("speaker", c["speaker"]),
    ):
        if value:
            yield f"{say(name)}: {' '.join(value.split())}"
