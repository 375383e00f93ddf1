"""What the checks find, one broken annotation a case, and that the shipped corpus is sound."""

import gzip
import json
import pathlib
from dataclasses import replace
from typing import Any

import pytest

from pipeline.corpus.annotation import Act, Annotation, Mention, Quantity, Unit, sha256
from pipeline.corpus.check import check, check_annotation, unpaired, without_text
from pipeline.corpus.store import Store

#       0         1         2         3
#       0123456789012345678901234567890123456789
TEXT = "소식\n새날시는 ‘온기 (집)’을 연다. 더 걷자.\n끝"
UNITS = (
    Unit((0, 2), "heading"),
    Unit((3, 21), "sentence", "planned", "welfare", ("jobs",), 0),
    Unit((22, 27), "sentence", "appeal", section=0),
    Unit((28, 29), "boilerplate"),
)
MENTIONS = (Mention((3, 6), "ORG"), Mention((9, 15), "PROGRAM", "온기의 집"))
ACT = Act(1, (3, 21), "열다", "planned", "welfare", ("새날시",), (1,), deadline=Quantity(None, "..2026-06-30"))
GOOD = Annotation("a", sha256(TEXT), UNITS, MENTIONS, (ACT,))


def units(i: int, **values: Any) -> Annotation:
    return replace(GOOD, units=(*UNITS[:i], replace(UNITS[i], **values), *UNITS[i + 1 :]))


def mentions(i: int, **values: Any) -> Annotation:
    return replace(GOOD, mentions=(*MENTIONS[:i], replace(MENTIONS[i], **values), *MENTIONS[i + 1 :]))


def act(**values: Any) -> Annotation:
    return replace(GOOD, acts=(replace(ACT, **values),))


def due(value: str) -> Annotation:
    return act(deadline=Quantity(None, value))


@pytest.mark.parametrize(
    "annotation",
    [
        GOOD,
        due("2026-06-30..2026-06-30"),
        due("2026-01-01.."),
        due(""),
        act(deadline=None, amounts=(Quantity(None, ""), Quantity((7, 8), "300")), counts=(Quantity(None, "1.5 km"), Quantity(None, "3곳"))),
        act(span=(3, 7), programs=(), beneficiary=(3, 6), speaker=(3, 6)),
        replace(GOOD, acts=(ACT, replace(ACT, status="ongoing"), replace(ACT, status="completed", deadline=None))),
        mentions(1, span=(8, 16)),
        units(1, secondary=()),
        units(1, section=None),
    ],
)
def test_nothing_to_find(annotation: Annotation) -> None:
    assert check_annotation(annotation, TEXT) == []
    assert check_annotation(annotation) == []


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (replace(GOOD, sha256="0"), "a: the text is not the one that was labelled"),
        (units(0, span=(2, 2)), "a, units[0]: 2..2 is no span"),
        (units(0, span=(-1, 2)), "a, units[0]: -1..2 is no span"),
        (units(3, span=(28, 30)), "a, units[3]: 28..30 reaches beyond the text, which has 29 characters"),
        (act(beneficiary=(20, 99)), "a, acts[0]: 20..99 reaches beyond the text"),
        (units(3, span=(26, 29)), "a, units[3]: 26..29 overlaps or precedes the one before it (22..27)"),
        (units(2, span=(23, 27)), "a: 1 characters from 22 on are in no unit"),
        (replace(GOOD, units=UNITS[:3]), "a: 1 characters from 28 on are in no unit"),
        (units(0, kind="poem"), "a, units[0]: unknown kind 'poem'"),
        (units(2, status="hoped"), "a, units[2]: unknown status 'hoped'"),
        (units(1, category="fun"), "a, units[1]: unknown category 'fun'"),
        (units(1, category="none", secondary=()), "a, units[1]: status planned with category none"),
        (units(2, category="jobs"), "a, units[2]: status appeal with category jobs"),
        (units(1, secondary=("welfare",)), "a, units[1]: secondary welfare: at most two categories"),
        (units(1, secondary=("jobs", "jobs")), "a, units[1]: secondary jobs, jobs: at most two categories, each once"),
        (units(1, secondary=("jobs", "startup", "content")), "at most two categories"),
        (units(1, secondary=("none",)), "secondary none"),
        (units(2, secondary=("jobs",)), "a, units[2]: secondary categories without a primary one"),
        (units(1, section=1), "a, units[1]: section 1 is no heading before it"),
        (units(0, section=3), "a, units[0]: section 3 is no heading before it"),
        (mentions(0, label="PLACE"), "a, mentions[0]: unknown label 'PLACE'; one of ORG, PROGRAM, PERSON"),
        (mentions(1, span=(5, 11)), "a, mentions[1]: 5..11 overlaps or precedes the one before it (3..6)"),
        (replace(GOOD, mentions=(MENTIONS[1], MENTIONS[0]), acts=(replace(ACT, programs=(0,)),)), "a, mentions[1]: 3..6 overlaps or precedes"),
        (mentions(1, span=(20, 24)), "a, mentions[1]: 20..24 lies in no unit as a whole"),
        (mentions(1, span=(8, 15)), "a, mentions[1]: 8..15 holds an unpaired ‘"),
        (mentions(1, span=(9, 14)), "a, mentions[1]: 9..14 holds an unpaired ("),
        (mentions(1, span=(13, 15)), "a, mentions[1]: 13..15 holds an unpaired )"),
        (act(unit=9), "a, acts[0]: there is no unit 9"),
        (act(span=(3, 24)), "a, acts[0]: 3..24 lies outside its unit (3..21)"),
        (act(speaker=(0, 2)), "a, acts[0]: 0..2 lies outside its unit"),
        (act(status="none"), "a, acts[0]: an act cannot have status 'none'; one of planned, ongoing, completed"),
        (act(category="none"), "a, acts[0]: an act cannot have category 'none'"),
        (act(actors=()), "a, acts[0]: an act without an actor"),
        (act(actors=(" ",)), "a, acts[0]: an act without an actor"),
        (act(predicate=""), "a, acts[0]: an act without a predicate"),
        (act(programs=(0,)), "a, acts[0]: programs: mention 0 is no PROGRAM"),
        (act(programs=(7,)), "a, acts[0]: programs: mention 7 is no PROGRAM"),
        (due("2026-06-30"), "a, acts[0]: deadline '2026-06-30' is not START..END of ISO dates"),
        (due(".."), "deadline '..' is not START..END of ISO dates, of which one may be left out"),
        (due("올해.."), "deadline '올해..' is not START..END"),
        (due("..20260630"), "deadline '..20260630' is not START..END"),
        (due("2026-02-30.."), "deadline '2026-02-30..' names no day of the calendar"),
        (due("2026-06-30..2026-06-01"), "deadline '2026-06-30..2026-06-01' ends before it starts"),
        (replace(units(1, status="completed"), acts=(replace(ACT, status="completed"),)), "a, acts[0]: a deadline on an act of status completed"),
        (act(amounts=(Quantity(None, "3억"),)), "a, acts[0]: amount '3억' is not a whole number of won"),
        (act(counts=(Quantity(None, "많은 곳"),)), "a, acts[0]: count '많은 곳' is not a number and its unit"),
        (replace(GOOD, acts=()), "a, units[1]: status planned without an act"),
        (act(status="ongoing"), "a, units[1]: status planned, but the strongest of its acts is ongoing"),
        (replace(GOOD, acts=(ACT, replace(ACT, unit=2, span=(22, 27)))), "a, units[2]: acts in a unit of status appeal"),
        (replace(GOOD, acts=(replace(ACT, unit=2, span=(22, 27)), ACT)), "a, acts[1]: stands after an act of unit 2; acts are ordered by unit"),
    ],
)
def test_finds(annotation: Annotation, message: str) -> None:
    assert any(message in str(p) for p in check_annotation(annotation, TEXT)), check_annotation(annotation, TEXT)


def test_releases_labelled_for_units_and_names_alone() -> None:
    assert check_annotation(replace(GOOD, acts=()), TEXT, partial=True) == []
    assert any("without an act" in str(p) for p in check_annotation(replace(GOOD, acts=()), TEXT))
    assert any("units and names alone" in str(p) for p in check_annotation(GOOD, TEXT, partial=True))


def test_releases_of_which_single_units_are_labelled() -> None:
    single = replace(GOOD, units=(replace(UNITS[1], section=None),), mentions=(), acts=())
    assert check_annotation(single, TEXT, partial=True, single=True) == []
    assert any("are in no unit" in str(p) for p in check_annotation(single, TEXT, partial=True))
    assert any("single units" in str(p) for p in check_annotation(replace(GOOD, acts=()), TEXT, partial=True, single=True))


@pytest.mark.parametrize(
    ("surface", "mark"),
    [
        ("새날(LSS) 마당", ""),
        ("‘동행’", ""),
        ("「숲길 (가꾸기)」 법", ""),
        ("새날(LSS", "("),
        ("LSS) 마당", ")"),
        ("동행’ 펀드", "’"),
        ("(가] 나)", "]"),
        ('"동행', '"'),
        ("It's 마당", ""),
    ],
)
def test_unpaired(surface: str, mark: str) -> None:
    assert unpaired(surface) == mark


def test_a_sound_corpus(build) -> None:
    store = build()
    assert check(store) == [] and without_text(store) == 0


def test_without_texts(build) -> None:
    store = build(texts=False)
    assert check(store) == [] and without_text(store) == 3


@pytest.mark.parametrize(
    ("splits", "messages"),
    [
        (
            {"test": ["103"], "dev": ["102", "101"], "train": ["101"]},
            ["splits.json: 1 documents are in train and dev, such as 101", "dev: 1 documents are in splits.json but not labelled, such as 101"],
        ),
        ({"test": ["103"], "dev": ["102"], "train": []}, ["train: 1 documents are labelled but not in splits.json, such as 101"]),
        ({"test": ["103"], "dev": ["102"]}, ["splits.json: {folder}/splits.json: not an object with the keys train, dev, test"]),
    ],
)
def test_splits(build, splits: dict[str, list[str]], messages: list[str]) -> None:
    store = build()
    (store.folder / "splits.json").write_text(json.dumps(splits), encoding="utf-8")
    assert sorted(map(str, check(store))) == sorted(m.replace("{folder}", str(store.folder)) for m in messages)


def test_the_test_split_is_the_first_of_the_list(build) -> None:
    store = build()
    (store.texts / "to_annotate.txt").write_text("103\n", encoding="utf-8")
    assert check(store) == []
    (store.texts / "to_annotate.txt").write_text("101\n103\n", encoding="utf-8")
    assert [str(p) for p in check(store)] == [f"splits.json: test is not the first 80 ids of {store.texts}/to_annotate.txt"]


def test_files(build) -> None:
    store = build()
    store.path("dev").write_text("{}\n", encoding="utf-8")
    store.path("test").unlink()
    (store.folder / "releases" / "하늬.txt").write_text("하늬시는 쉰다.\n", encoding="utf-8")
    with gzip.open(store.texts / "releases.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "101", "text": "다른 글"}) + "\n")
    found = [str(p) for p in check(store)]
    assert any(f.startswith("하늬.txt: ") and "the text differs from the source" in f for f in found)
    assert f"dev: {store.path('dev')}:1: the annotation has no `id`" in found
    assert any(f.startswith("test: ") and "cannot be read" in f for f in found)
    assert "101: the text is not the one that was labelled (its SHA-256 differs)" in found
    assert not any("다른" in f for f in found)


def test_the_shipped_corpus() -> None:
    store = Store.default()
    if not all(store.path(split).exists() for split in ("train", "dev", "test")):
        pytest.skip("a split is not labelled yet")
    assert list(map(str, check(store))) == []


def test_no_text_is_shipped_with_the_labels() -> None:
    folder: pathlib.Path = Store.default().folder / "annotations"
    for path in folder.glob("*.jsonl"):
        assert '"text"' not in path.read_text(encoding="utf-8")
