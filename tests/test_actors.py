"""Who acts: `cases/actors.txt`. Texts pass through the whole pipeline, so that its status decides which acts there are."""

import datetime

import numpy as np
import pytest
from casebook import Case, cases, params

from pipeline.actors import ACT_COLUMNS, COLUMNS, OPTION_COLUMNS, Question, codes_of
from pipeline.candidates import Option
from pipeline.learn.coded import coded
from pipeline.learn.templates import Codebook
from pipeline.schema import Release


def acted(engine, text: str, **metadata) -> list[str]:
    (sheet,) = engine.analyse([Release("a", text, "a", published=datetime.date(2026, 3, 2), **metadata)])
    for commitment in sheet["commitments"]:
        assert commitment["confidence"] is not None
        assert 0 < commitment["confidence"] <= 1
    return ["+".join(c["actors"]) for c in sheet["commitments"]]


def rows() -> list[Case]:
    """The cases, all with an issuer (empty: none)."""
    return [Case(c.heading, ("", *c.cells)[-3:], c.wrong) for c in cases("actors")]


@pytest.mark.parametrize(("issuer", "text", "expected"), params(rows()))
def test_actors(engine, issuer: str, text: str, expected: str) -> None:
    found = acted(engine, text.replace("⏎", "\n"), issuer=issuer)
    wanted = [] if expected == "없음" else expected.removeprefix("…").strip().split(" / ")
    order = [set(f.split("+")) for f in (found[-len(wanted) :] if expected.startswith("…") else found)]
    assert order == [set(w.split("+")) for w in wanted]


def test_actors_do_not_depend_on_the_company(engine) -> None:
    """The acts of releases are decided side by side; a release alone has the same."""
    texts = [c.cells[1] for c in rows()]
    together = engine.analyse([Release(str(n), t, "a") for n, t in enumerate(texts)])
    for n in (0, 100, 250):
        (alone,) = engine.analyse([Release(str(n), texts[n], "a")])
        assert [c["actors"] for c in alone["commitments"]] == [c["actors"] for c in together[n]["commitments"]]


def test_an_act_is_coded_once_for_all_its_options() -> None:
    """The codes are those of the rows that training sees, where every option repeats what its act says."""
    questions = []
    for act, size in (("a", 3), ("", 1), ("b", 2)):
        options = [Option((str(n),), (str(n),), ("x",)) for n in range(size)]
        questions.append(Question(options, (act,) * len(ACT_COLUMNS), [(str(n),) * len(OPTION_COLUMNS) for n in range(size)]))
    rows = np.concatenate(coded(Codebook(COLUMNS), [q.values() for q in questions]))
    assert codes_of(Codebook(COLUMNS), questions).tolist() == rows.tolist()
