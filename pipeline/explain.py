"""`dajim explain`: why a row of `commitments` is what it is.

Each cell with the place in Text that it was read from and who put it there. For status and category, which are decided by rules, the rule is looked up again:
the sentence is analysed anew and the ending (`cues/status.tsv`), the lists that its verb stands in (`cues/verbs.tsv`) and the words of the category
(`cues/categories.tsv`) are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.dataset.reading import Dataset, DatasetError
from pipeline.engine import Engine, load_engine
from pipeline.evidence import clause_predicate, words_of
from pipeline.lexicon import cues, read_table
from pipeline.links.objects import verb_of
from pipeline.messages import say
from pipeline.predicates import Predicate
from pipeline.resources import shipped
from pipeline.schema import Row
from pipeline.sheet import Sheet, sheets
from pipeline.show import clean

_CONTEXT = 20  # characters on each side of a piece of evidence
# Field of `evidence` -> the columns that it supports.
_COLUMNS = {
    "actor": ("actors", "actor_ids"),
    "action": ("action", "action_lemma"),
    "program": ("programs", "program_ids"),
    "beneficiary": ("beneficiary",),
    "deadline": ("deadline_text", "deadline_start", "deadline_end"),
    "amount": ("amount_text", "amount_krw"),
    "count": ("counts",),
    "speaker": ("speaker",),
    "status": ("status",),
    "category": ("category",),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A commitment with all that the dataset says of it."""

    commitment: Row
    document: Row
    sentence: Row
    evidence: list[Row]
    text: str


def explain(dataset: Dataset, commitment_id: str) -> str:
    """The explanation, for a terminal.

    Raises:
        DatasetError: there is no such commitment, or the dataset cannot be read.
    """
    return "\n".join(_lines(look_up(dataset, commitment_id), dataset)) + "\n"


def look_up(dataset: Dataset, commitment_id: str) -> Found:
    """All that the dataset says of a commitment.

    Raises:
        DatasetError: there is no such commitment, or the dataset cannot be read.
    """
    commitment = next((r for r in dataset.rows("commitments") if r["commitment_id"] == commitment_id), None)
    if commitment is None:
        raise DatasetError(f"no commitment {commitment_id!r} in {dataset.folder}; the ids stand in commitments.csv, such as DOC_ID:3:0")
    doc_id, sent_id = commitment["doc_id"], commitment["sent_id"]
    document = next(r for r in dataset.rows("documents") if r["doc_id"] == doc_id)
    sentence = next(r for r in dataset.rows("sentences") if r["doc_id"] == doc_id and r["sent_id"] == sent_id)
    evidence = [r for r in dataset.rows("evidence") if r["commitment_id"] == commitment_id]
    return Found(commitment, document, sentence, evidence, dataset.text(str(doc_id)))


def _lines(row: Found, dataset: Dataset) -> Iterator[str]:
    commitment, document, sentence = row.commitment, row.document, row.sentence
    yield clean(f"{commitment['commitment_id']}  {document['published'] or '????-??-??'}  {document['issuer'] or ''}  {document['title'] or ''}")
    yield ""
    yield clean(_marked(row))
    for field, columns in _COLUMNS.items():
        values = [v for c in columns if (v := _shown(commitment[c]))]
        if not values:
            continue
        yield ""
        yield clean(f"{say(f'field {field}')}: {' · '.join(values)}")
        for e in row.evidence:
            if e["field"] == field:
                method = say("method {method}", method=say(f"method {e['method']}"))
                yield clean(f"    {_place(row.text, e)}  [{e['start']}:{e['end']}]  {method}")
        if field in ("status", "category"):
            yield from (clean(f"    {line}") for line in (_status if field == "status" else _category)(row))
    yield ""
    confidence = commitment["confidence"]
    yield say("confidence: {x}", x=confidence) if confidence is not None else say("confidence: none; rules give no probability")
    if commitment["follows"]:
        earlier = next((r for r in dataset.rows("commitments") if r["commitment_id"] == commitment["follows"]), None)
        yield clean(say("carries on {id}: {action}", id=commitment["follows"], action=" ".join(str(earlier["action"]).split()) if earlier else "?"))
    yield clean(say("sentence {n}, {kind}, from {path}", n=sentence["sent_id"], kind=sentence["kind"], path=document["text_path"]))


def _marked(row: Found) -> str:
    """The sentence with its evidence in brackets: `[산림청|기관]은 …`. Of pieces that overlap the shorter ones are marked."""
    start, end = _span(row.sentence)
    taken: list[tuple[int, int, str]] = []
    for e in sorted(row.evidence, key=lambda e: _span(e)[1] - _span(e)[0]):
        a, b = _span(e)
        inside = start <= a < b <= end and e["field"] not in ("action", "status", "category")
        if inside and e["method"] != "metadata" and all(b <= c or d <= a for c, d, _ in taken):
            taken.append((a, b, str(e["field"])))
    body, at = "", start
    for a, b, field in sorted(taken):
        body += f"{row.text[at:a]}[{row.text[a:b]}|{say(f'field {field}')}]"
        at = b
    return " ".join((body + row.text[at:end]).split())


def _place(text: str, e: Row) -> str:
    a, b = _span(e)
    before, after = text[max(0, a - _CONTEXT) : a], text[b : b + _CONTEXT]
    whole = f"{'…' if a > _CONTEXT else ''}{before}【{text[a:b]}】{after}{'…' if b + _CONTEXT < len(text) else ''}"
    return " ".join(whole.split())


def _status(row: Found) -> Iterator[str]:
    confidence = row.sentence["status_confidence"]
    if confidence is not None:
        yield say("by the model, confidence {x}", x=confidence)
        return
    start, _ = _span(row.sentence)
    sheet = _analysed(str(row.text[slice(*_span(row.sentence))]))
    clause = [clause_predicate(sheet, a - start, b - start) for a, b in (_span(row.commitment), _span(row.sentence))] if sheet else []
    told: list[str] = []
    for predicate in clause:
        if predicate is not None:
            told += [line for line in _cue(predicate) if line not in told]
    yield from told or [say("no predicate was found again")]


def _cue(predicate: Predicate) -> Iterator[str]:
    path = shipped("corpus", "lexicon", "cues", "status.tsv")
    for number, cue in read_table(path, ("status", "pattern", "note")):
        if re.search(cue["pattern"], predicate.tail):
            yield say(
                "ending: line {n} of cues/status.tsv, {status}: {pattern} ({note})",
                n=number,
                status=say(cue["status"]),
                pattern=cue["pattern"],
                note=cue["note"],
            )
            break
    else:
        yield say("ending: none of cues/status.tsv; by tense: {tail}", tail=" ".join(predicate.tail.split()[-4:]))
    kinds = [kind for kind, forms in cues("verbs").items() if {predicate.lemma.removesuffix("다"), verb_of(predicate.lemma)} & set(forms)]
    yield say("verb: {verb}, in cues/verbs.tsv under {kinds}", verb=predicate.lemma, kinds=", ".join(kinds) or "–")


def _category(row: Found) -> Iterator[str]:
    confidence, category = row.sentence["category_confidence"], str(row.commitment["category"])
    if confidence is not None:
        yield say("by the model, confidence {x}", x=confidence)
        return
    places = {
        "clause": row.text[slice(*_span(row.commitment))],
        "sentence": row.text[slice(*_span(row.sentence))],
        "heading": str(row.sentence["section"] or ""),
        "title": str(row.document["title"] or ""),
    }
    for place, body in places.items():
        words = list(dict.fromkeys(m[0] for m in words_of(category, body)))
        if words:
            yield say("words of cues/categories.tsv in the {place}: {words}", place=say(f"place {place}"), words=", ".join(words))
            return
    yield say("no word names it; by the issuer (cues/issuers.tsv) or the field of all")


def _analysed(text: str) -> Sheet | None:
    """The sheet of one sentence, with its morphemes only; None where the pipeline is not of our components."""
    engine = load_engine(workers=1)
    return next(sheets([text], engine.settings)) if isinstance(engine, Engine) else None


def _span(row: Row) -> tuple[int, int]:
    start, end = row["start"], row["end"]
    return (start if isinstance(start, int) else 0), (end if isinstance(end, int) else 0)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " | ".join(filter(None, value))
    if isinstance(value, int):
        return f"{value:,}"
    return " ".join(str(value).split()) if value is not None else ""
