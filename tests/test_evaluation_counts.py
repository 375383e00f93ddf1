"""What is counted and what becomes of it: by hand, and against the project's definition where it is at hand."""

import importlib.util
import pathlib
import random
from typing import Any

import pytest

from pipeline import cli
from pipeline.corpus.store import AUTHORED, Store, to_gold
from pipeline.dataset import Rows, Spool, prepare, write
from pipeline.engine import Engine
from pipeline.evaluation.counts import FOUND, Counts, count
from pipeline.evaluation.evaluate import labelled, read_by
from pipeline.evaluation.scores import NAMES, scores, support
from pipeline.schema import ACT_STATUSES, CATEGORIES, KINDS, LABELS, STATUSES, CommitmentData, EntityData, MentionData, Release, UnitData
from pipeline.sheet import blank
from pipeline.tables import rows as tables

Case = dict[str, Any]


def unit(start: int, end: int, status: str = "none", category: str = "none", *secondary: str) -> Case:
    """A unit of gold."""
    return {"span": [start, end], "status": status, "category": category, "secondary": list(secondary)}


def given(start: int, end: int, status: str = "none", category: str = "none", confidence: float | None = None) -> UnitData:
    """A unit of the pipeline."""
    return UnitData(
        start=start,
        end=end,
        kind="sentence",
        section=None,
        status=status,
        status_confidence=confidence,
        category=category,
        category_confidence=None,
        secondary=[],
        speaker="",
    )


def mention(start: int, end: int, label: str = "ORG", entity: str = "e") -> MentionData:
    return MentionData(start=start, end=end, label=label, unit=0, entity_id=entity, confidence=None, method="rule")


def act(unit: int, *actors: str, status: str = "planned", category: str = "jobs", **cells: Any) -> Case:
    """An act of gold."""
    return {"unit": unit, "actors": list(actors), "programs": [], "status": status, "category": category, "deadline": "", "krw": "", **cells}


def row(unit: int, *actors: str, ids: tuple[str, ...] = (), status: str = "planned", category: str = "jobs", **cells: Any) -> CommitmentData:
    """A row of the pipeline."""
    made = CommitmentData(
        unit=unit,
        start=10 * unit,
        end=10 * unit + 5,
        actors=list(actors),
        actor_ids=list(ids or [""] * len(actors)),
        action="돕다",
        action_lemma="돕다",
        programs=[],
        program_ids=[],
        beneficiary="",
        deadline_text="",
        deadline_start="",
        deadline_end="",
        amount_text="",
        amount_krw=None,
        counts=[],
        speaker="",
        status=status,
        category=category,
        confidence=None,
        follows="",
        evidence=[],
    )
    made.update(cells)  # type: ignore[typeddict-item]
    return made


def made(units: list[UnitData], mentions: list[MentionData], acts: list[CommitmentData], text: str = "가" * 100, doc_id: str = "a") -> Rows:
    """The tables of a document."""
    sheet = blank(text)
    sheet["units"], sheet["mentions"], sheet["commitments"] = units, mentions, acts
    for m in mentions:
        sheet["entities"][m["entity_id"]] = EntityData(name=m["entity_id"], label=m["label"], type="unknown", successor="", aliases=[])
    return tables(sheet, Release(doc_id, text, "memory"))


def counted(gold: Case, rows: Rows) -> Counts:
    gold = {"units": [], "mentions": [], "acts": [], **gold}
    return count([(gold, ["sentence"] * len(gold["units"]), rows)])


def found(gold: Case, rows: Rows, name: str) -> list[int]:
    """Right ones, given ones, wanted ones."""
    return [int(n) for n in counted(gold, rows).found[0, FOUND.index(name)]]


@pytest.mark.parametrize(
    ("wanted", "units", "right"),
    [
        ([unit(0, 9), unit(10, 19)], [given(0, 9), given(10, 19)], [2, 2, 2]),
        ([unit(0, 9), unit(10, 19)], [given(0, 8), given(10, 19), given(20, 29)], [1, 3, 2]),
        ([unit(0, 9)], [], [0, 0, 1]),
        ([], [given(0, 9)], [0, 1, 0]),
        ([], [], [0, 0, 0]),
    ],
)
def test_units(wanted: list[Case], units: list[UnitData], right: list[int]) -> None:
    assert found({"units": wanted}, made(units, [], []), "units") == right


def test_names() -> None:
    gold = {"mentions": [[0, 3, "ORG"], [5, 8, "ORG"], [10, 12, "PERSON"]]}
    rows = made([given(0, 50)], [mention(0, 3), mention(6, 9), mention(20, 22), mention(10, 12, "PROGRAM")], [])
    assert [found(gold, rows, label) for label in LABELS] == [[1, 3, 2], [0, 1, 0], [0, 0, 1]]
    counts = counted(gold, rows)
    assert counts.overlap[0].tolist() == [[2, 2], [0, 0], [0, 0]]
    # Overlap: 2 of 3 given ones and 2 of 2 wanted ones; exact: 1 of 3 and 1 of 2.
    assert scores(counts)["ORG.overlap_f1"][0] == pytest.approx(0.8) and scores(counts)["ORG.f1"][0] == pytest.approx(0.4)
    # One name of gold in two pieces: both overlap it; of gold's two, one is overlapped.
    pieces = made([given(0, 50)], [mention(0, 2), mention(2, 4)], [])
    assert counted({"mentions": [[0, 4, "ORG"], [10, 14, "ORG"]]}, pieces).overlap[0, 0].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("wanted", "units", "commitment", "status", "category"),
    [
        # The same, and another label.
        ([unit(0, 9, "planned", "jobs")], [given(0, 9, "planned", "jobs")], [1, 1, 1], 1.0, 1.0),
        ([unit(0, 9, "planned", "jobs")], [given(0, 9, "ongoing", "finance")], [1, 1, 1], 0.0, 0.0),
        ([unit(0, 9, "planned", "jobs")], [given(0, 9, "completed", "jobs")], [0, 0, 1], 0.0, 1.0),
        # What gold lists as secondary is right.
        ([unit(0, 9, "planned", "jobs", "finance")], [given(0, 9, "planned", "finance")], [1, 1, 1], 1.0, 1.0),
        ([unit(0, 9, "planned", "jobs", "finance")], [given(0, 9, "planned", "global")], [1, 1, 1], 1.0, 0.0),
        # A unit that pairs with none is given `none`; a spare one is a spurious commitment and no more.
        ([unit(0, 9, "planned", "jobs")], [given(20, 29, "planned", "jobs")], [0, 1, 1], 0.0, 0.0),
        ([unit(0, 9)], [given(20, 29, "planned", "jobs")], [0, 1, 0], 1.0, 1.0),
        # Cut in two: the larger part is paired, the smaller spare.
        ([unit(0, 9)], [given(0, 4), given(4, 9, "ongoing", "jobs")], [0, 1, 0], 0.0, 0.0),
        ([unit(0, 9)], [given(0, 4, "ongoing", "jobs"), given(4, 9)], [0, 1, 0], 1.0, 1.0),
        ([unit(0, 9, "planned", "jobs")], [given(0, 6, "planned", "jobs"), given(6, 9, "planned", "jobs")], [1, 2, 1], 1.0, 1.0),
        # In equal halves: the first is paired, in the order of the text.
        ([unit(0, 8)], [given(4, 8, "ongoing", "jobs"), given(0, 4)], [0, 1, 0], 1.0, 1.0),
        # Two in one: it pairs with the one that it covers more of, and the other with none.
        (
            [unit(0, 4, "planned", "jobs"), unit(4, 12, "planned", "jobs")],
            [given(0, 12, "planned", "jobs")],
            [1, 1, 2],
            0.5,
            0.5,
        ),
        ([], [given(0, 9, "planned", "jobs")], [0, 1, 0], 0.0, 0.0),
    ],
)
def test_labels(wanted: list[Case], units: list[UnitData], commitment: list[int], status: float, category: float) -> None:
    rows = made(units, [], [])
    assert found({"units": wanted}, rows, "commitment") == commitment
    values = scores(counted({"units": wanted}, rows))
    assert (values["status.acc"][0], values["category.acc"][0]) == (status, category)


def test_macro_f1_is_over_the_labels_of_gold() -> None:
    wanted = [unit(0, 9, "planned", "jobs"), unit(10, 19, "planned", "jobs"), unit(20, 29), unit(30, 39)]
    units = [given(0, 9, "planned", "jobs"), given(10, 19, "completed", "finance"), given(20, 29, "planned", "jobs"), given(30, 39)]
    values = scores(counted({"units": wanted}, made(units, [], [])))
    # planned: P 1/2, R 1/2, F1 1/2; none: P 1, R 1/2, F1 2/3; completed is in no gold and does not count.
    assert values["status.macro_f1"][0] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert (values["status.acc"][0], values["category.acc_not_none"][0]) == (0.5, 0.5)
    assert support(counted({"units": wanted}, made(units, [], [])))["category.acc_not_none"][0] == 2


ONE = [unit(0, 9, "planned", "jobs")]


@pytest.mark.parametrize(
    ("acts", "rows", "whole", "actors"),
    [
        ([act(0, "새날시")], [row(0, "새날시")], [1, 1, 1], [1, 1, 1]),
        ([act(0, "㈜새날 전자")], [row(0, "새날전자")], [1, 1, 1], [1, 1, 1]),
        ([act(0, "가", "나")], [row(0, "나", "가")], [1, 1, 1], [1, 1, 1]),
        ([act(0, "가", "나")], [row(0, "가")], [0, 1, 1], [0, 1, 1]),
        ([act(0, "가")], [row(0, "가", "나")], [0, 1, 1], [0, 1, 1]),
        ([act(0)], [row(0)], [1, 1, 1], [1, 1, 1]),
        ([act(0, "가")], [row(0, "가", status="ongoing")], [0, 1, 1], [1, 1, 1]),
        ([act(0, "가")], [row(0, "가", category="finance")], [0, 1, 1], [1, 1, 1]),
        # Each row is right once only; those of spare units are spurious.
        ([act(0, "가"), act(0, "가")], [row(0, "가")], [1, 1, 2], [1, 1, 2]),
        ([act(0, "가")], [row(0, "가"), row(0, "가")], [1, 2, 1], [1, 2, 1]),
        ([act(0, "가")], [row(1, "가")], [0, 1, 1], [0, 1, 1]),
        # An actor is right under every surface that its entity has in the document; `|` is `¦` in the cell.
        ([act(0, "가가가")], [row(0, "새날시", ids=("e",))], [1, 1, 1], [1, 1, 1]),
        ([act(0, "가가가")], [row(0, "새날시", ids=("other",))], [0, 1, 1], [0, 1, 1]),
        ([act(0, "나|다")], [row(0, "나|다")], [0, 1, 1], [0, 1, 1]),
        ([act(0, "나¦다")], [row(0, "나|다")], [1, 1, 1], [1, 1, 1]),
        # A single actor without a name is an empty cell, that is, none.
        ([act(0)], [row(0, "")], [1, 1, 1], [1, 1, 1]),
    ],
)
def test_acts(acts: list[Case], rows: list[CommitmentData], whole: list[int], actors: list[int]) -> None:
    document = made([given(0, 9, "planned", "jobs"), given(10, 19, "planned", "jobs")], [mention(0, 3)], rows)
    gold = {"units": ONE, "acts": acts}
    assert (found(gold, document, "rows"), found(gold, document, "actors")) == (whole, actors)


LAST = {"deadline_start": "", "deadline_end": "2031-06-30"}


@pytest.mark.parametrize(
    ("name", "acts", "rows", "right"),
    [
        ("programs", [act(0, programs=["새싹 마당"])], [row(0, programs=["새싹마당"], program_ids=["p"])], [1, 1, 1]),
        ("programs", [act(0, programs=["가가가"])], [row(0, programs=["새싹마당"], program_ids=["e"])], [1, 1, 1]),
        ("programs", [act(0, programs=["한 마당"])], [row(0, programs=["새싹마당"], program_ids=["p"])], [0, 1, 1]),
        # A unit names a programme once, in however many acts.
        (
            "programs",
            [act(0, programs=["새싹"]), act(0, programs=["새싹"])],
            [row(0, programs=["새싹"], program_ids=[""])] * 2,
            [1, 1, 1],
        ),
        ("deadlines", [act(0, deadline="..2031-06-30")], [row(0, **LAST)], [1, 1, 1]),
        ("deadlines", [act(0, deadline="2031-01-01..2031-06-30")], [row(0, **LAST)], [0, 1, 1]),
        ("deadlines", [act(0)], [row(0, **LAST)], [0, 1, 0]),
        ("deadlines", [act(0, deadline="..2031-06-30")], [row(0, status="completed", **LAST)], [0, 0, 1]),
        ("deadlines", [act(0, deadline="..2031-06-30")], [row(1, **LAST)], [0, 1, 1]),
        ("money", [act(0, krw="500000000")], [row(0, amount_krw=500_000_000)], [1, 1, 1]),
        ("money", [act(0, krw="500000000")], [row(0, amount_krw=5)], [0, 1, 1]),
        ("money", [act(0)], [row(0, amount_krw=0)], [0, 1, 0]),
        ("money", [act(0, krw="5"), act(0, krw="5")], [row(0, amount_krw=5), row(0)], [1, 1, 2]),
    ],
)
def test_cells(name: str, acts: list[Case], rows: list[CommitmentData], right: list[int]) -> None:
    document = made([given(0, 9, "planned", "jobs"), given(10, 19, "planned", "jobs")], [mention(0, 3)], rows)
    assert found({"units": ONE, "acts": acts}, document, name) == right


def test_confidence_is_counted_where_there_is_one() -> None:
    wanted = [unit(0, 9, "planned", "jobs"), unit(10, 19), unit(20, 29)]
    units = [given(0, 9, "planned", "jobs", 0.9), given(10, 19, "planned", "jobs", 0.9), given(20, 29), given(30, 39, "none", "none", 0.9)]
    counts = counted({"units": wanted}, made(units, [], []))
    assert counts.confidence["status"][0, 13].tolist() == [2, 1.8, 1]
    assert counts.confidence["status"].sum() == pytest.approx(4.8) and not counts.confidence["category"].any()


def test_counts_add_up() -> None:
    documents = [(gold, ["sentence"] * len(gold["units"]), rows) for gold, rows in map(drawn, range(12))]
    whole, parts = count(documents), [count([d]) for d in documents]
    for name, value in scores(whole.total()).items():
        joined = Counts(
            sum(p.found for p in parts),
            sum(p.overlap for p in parts),
            {k: sum(p.confusion[k] for p in parts) for k in ("status", "category")},
            {k: sum(p.confidence[k] for p in parts) for k in ("status", "category")},
        )
        assert scores(joined)[name] == value
    assert tuple(scores(whole.total())) == tuple(support(whole.total())) == NAMES
    assert len(whole.take([3, 5])) == 2 and (whole.take([5]).found == parts[5].found).all()
    kinds = [whole.of_kind(kind).confusion["status"].sum() for kind in KINDS]
    assert sum(kinds) == kinds[KINDS.index("sentence")] == sum(len(gold["units"]) for gold, _, _ in documents)


# --- against the definition -----------------------------------------------------------------------------------------------

NAMED = ("가나", "나|다", "=가", "㈜가나", "가 나", "‘가나’", "나¦다", "AB", "ab", "")


def drawn(seed: int) -> tuple[Case, Rows]:
    """A random document with whatever may go wrong in one: spare and split units, `|` in names, wrong labels, none at all."""
    rng = random.Random(seed)
    size = rng.randint(20, 200)
    text = "".join(rng.choices("가나다라 |·'㈜\"=aB", k=size))

    def spans(most: int) -> list[tuple[int, int]]:
        cuts = sorted(rng.sample(range(size + 1), 2 * rng.randint(0, most)))
        return list(zip(cuts[::2], cuts[1::2], strict=True))

    def label() -> tuple[str, str]:
        status = rng.choice(STATUSES)
        return status, rng.choice(CATEGORIES[:4]) if status in ACT_STATUSES else "none"

    wanted = spans(6)
    units = [given(a, b, *label()) for a, b in (wanted if rng.random() < 0.4 else spans(6))]
    mentions = [mention(a, b, rng.choice(LABELS), f"e{rng.randint(0, 3)}") for a, b in spans(8)]
    gold = {
        "id": f"d{seed}",
        "units": [unit(a, b, *label(), *rng.sample(CATEGORIES[:4], rng.randint(0, 2))) for a, b in wanted],
        "mentions": [[m["start"], m["end"] + rng.choice((0, 0, 1)), rng.choice((m["label"], "ORG"))] for m in mentions if rng.random() < 0.8],
        "acts": [
            act(
                rng.randrange(len(wanted)),
                *rng.choices(NAMED[:-1], k=rng.randint(0, 2)),
                status=rng.choice(ACT_STATUSES[:2]),
                category=rng.choice(CATEGORIES[:2]),
                programs=rng.choices(NAMED[:-1], k=rng.randint(0, 2)),
                deadline=rng.choice(("", "..2031-06-30", "2031-01-01..2031-06-30")),
                krw=rng.choice(("", "500", "0")),
            )
            for _ in range(rng.randint(0, 6) if wanted else 0)
        ],
    }

    def names() -> tuple[list[str], list[str]]:
        chosen = rng.choices(NAMED, k=rng.randint(0, 2))
        return chosen, [rng.choice(("", "e0", "e1", "e2")) for _ in chosen]

    acts = []
    for _ in range(rng.randint(0, 6) if units else 0):
        (actors, ids), (programs, program_ids) = names(), names()
        cells = {
            "programs": programs,
            "program_ids": program_ids,
            "deadline_start": rng.choice(("", "2031-01-01")),
            "amount_krw": rng.choice((None, 0, 500)),
        }
        cells["deadline_end"] = rng.choice(("", "2031-06-30"))
        number = rng.randrange(len(units))
        cells |= {"start": units[number]["start"], "end": units[number]["end"]}
        acts.append(
            row(
                number,
                *actors,
                ids=tuple(ids),
                status=rng.choice(ACT_STATUSES),
                category=rng.choice(CATEGORIES[:2]),
                **cells,
            )
        )
    if not units:
        mentions = []  # each stands in a unit
    return gold, made(units, mentions, acts, text, f"d{seed}")


@pytest.fixture(scope="module")
def definition(shared: pathlib.Path) -> Any:
    """`score.py`, where it is at hand."""
    path = shared / "tools" / "score.py"
    if not path.exists():
        pytest.skip("no score.py on this machine")
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def agree(counts: Counts, wanted: dict[str, dict[str, float]]) -> None:
    values, golds = scores(counts.total()), support(counts.total())
    flat = {f"{name}.{part}": value for name, parts in wanted.items() for part, value in parts.items()}
    assert set(NAMES) == {name for name in flat if not name.endswith(".gold")}
    for name in NAMES:
        # The definition sums macro-F1 over a set, whose order (and so the last bit of the sum) changes from run to run.
        assert values[name][0] == (pytest.approx(flat[name], abs=1e-14) if "macro" in name else flat[name]), name
    for name in FOUND:
        assert golds[f"{name}.f1"][0] == flat[f"{name}.gold"], name
    assert (golds["status.acc"][0], golds["category.acc_not_none"][0]) == (flat["status.gold"], flat["category.gold"])


@pytest.mark.real
def test_random_documents_score_as_defined(definition: Any, tmp_path: pathlib.Path) -> None:
    documents = [drawn(seed) for seed in range(200)]
    with prepare(tmp_path / "out") as place, Spool(place.spool) as spool:
        for _, rows in documents:
            (document,) = rows["documents"]
            spool.add(str(document["doc_id"]), "가", rows)
        write(spool, place, run={"dajim": "0"})
    read = definition.read_out(tmp_path / "out")
    counts = count([(gold, ["sentence"] * len(gold["units"]), rows) for gold, rows in documents])
    assert (counts.total().found > 0).all(), "the cases leave a score untried"
    agree(counts, definition.score([gold for gold, _ in documents], read))
    for n, (gold, _) in enumerate(documents):
        if gold["units"]:  # the definition divides by their number
            agree(counts.take([n]), definition.score([gold], read))


@pytest.mark.real
def test_authored_releases_score_as_defined(definition: Any, engine: Engine, tmp_path: pathlib.Path) -> None:
    store = Store.default()
    assert cli.main(["run", str(store.folder / "releases"), "-o", str(tmp_path / "out"), "--workers", "1"]) == 0
    annotations, releases = labelled(store, AUTHORED)
    gold = [to_gold(a, r.text) for a, r in zip(annotations, releases, strict=True)]
    tables, failed = read_by(engine, releases)
    assert failed == ()
    counts = count([(g, [u.kind for u in a.units], rows) for g, a, rows in zip(gold, annotations, tables, strict=True)])
    agree(counts, definition.score(gold, definition.read_out(tmp_path / "out")))
