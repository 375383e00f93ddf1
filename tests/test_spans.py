"""Spans that may be names: which they are, what is seen of them, which are chosen."""

import numpy as np
import pytest

from pipeline.learn.templates import FIRST
from pipeline.morphology import Settings
from pipeline.schema import LABELS, Release
from pipeline.sheet import Sheet, from_releases
from pipeline.spans import COLUMNS, SEEN, Spans, apart, columns, spans, with_latin, without_marks
from pipeline.tokens import COLUMNS as TOKEN_COLUMNS
from pipeline.tokens import Tokens, tokens
from pipeline.units import Units


def _read(text: str) -> tuple[Sheet, Tokens]:
    """A release with its units, and its tokens."""
    (sheet,) = from_releases([Release("a", text, "a")], Settings())
    Units().annotate([sheet])
    return sheet, tokens(sheet)


@pytest.mark.parametrize(
    ("text", "tagged", "name"),
    [
        ("새날시는 온터를 연다.", "새날시", "새날시"),
        ("해킹 집단 누리키(Nuriki)의 수법", "(Nuriki)", "Nuriki"),
        ("새날 나들목(IC)과 가람 분기점", "새날 나들목(IC)", "새날 나들목(IC)"),
        ("서울 요금소(TG)∼새날 나들목(IC) 구간", ")∼새날 나들목(IC)", "새날 나들목(IC)"),
        ("새날원(원장 김한결)은 밝혔다.", "새날원(원장", None),
        ("새날시 (…) 연다", "(…)", None),
        ("누리터 다온(이하 다온)을 연다.", "누리터 다온(이하 다온)", None),
        ("(주)새날은 공장을 짓는다.", "(주)새날", "(주)새날"),
        ("㈜새날은 공장을 짓는다.", "㈜새날", "㈜새날"),
    ],
)
def test_marks_are_no_part_of_a_name(text, tagged, name):
    _, found = _read(text)
    start = text.index(tagged)
    span = found.span(start, start + len(tagged))
    assert span is not None
    whole = without_marks(text, found, span)
    assert name == (whole and text[found.start[whole[0]] : found.end[whole[1] - 1]])


TEXT = "새날시는 ‘누리터 다온’을 연다.\n누리터 다온은 가람재, 누리터 다온, 한빛재로 이어진다.\n시민은 새길터(이하 터길)를 찾는다."
PROGRAM = LABELS.index("PROGRAM")


@pytest.fixture(scope="module")
def release():
    """A release, its tokens, and chances by which the first `누리터 다온` is a programme for certain and other places are not."""
    sheet, found = _read(TEXT)
    chances = np.zeros((len(found), 1 + 2 * len(LABELS)))
    chances[:, 0] = 1
    for name, sure in (("누리터 다온", 0.9), ("가람재", 0.3), ("한빛재", 0.02), ("새길터", 0.5), ("터길", 0.2)):
        start = TEXT.index(name)
        first, stop = found.span(start, start + len(name))
        chances[first, [0, 1 + 2 * PROGRAM]] = 1 - sure, sure
        chances[first + 1 : stop, [0, 2 + 2 * PROGRAM]] = 1 - sure, sure
    return sheet, found, chances


def _forms(found: Tokens, options: Spans) -> list[str]:
    return [TEXT[found.start[a] : found.end[b - 1]] for a, b in zip(options.first, options.stop, strict=True)]


def test_the_words_of_a_likely_name_are_looked_at_everywhere(release):
    sheet, found, chances = release
    options = spans(sheet, found, chances)
    forms = _forms(found, options)
    assert forms.count("누리터 다온") == 3
    assert forms.count("가람재") == forms.count("한빛재") == 1
    assert sorted(options.chance[[n for n, form in enumerate(forms) if form == "누리터 다온"]].round(2)) == [0, 0, 0.9]


def test_each_place_knows_of_the_others(release):
    sheet, found, chances = release
    options = spans(sheet, found, chances)
    seen = columns(sheet, found, np.zeros((len(found), len(TOKEN_COLUMNS)), np.int32), chances, options)
    assert seen.shape == (len(options), len(COLUMNS))
    forms = _forms(found, options)
    of = {name: seen[:, SEEN.index(name)] - FIRST for name in SEEN}
    first, second, third = (n for n, form in enumerate(forms) if form == "누리터 다온")
    assert of["places"][[first, second, third]].tolist() == [3, 3, 3]
    assert of["own"][first] > of["own"][second] == of["own"][third]
    assert of["most"][first] == of["most"][second] == of["own"][first]
    assert of["rest"][first] < of["rest"][second]  # of the first one, the others are unlikely
    assert of["quoted"][[first, second, third]].tolist() == [3, 0, 0]
    assert of["share_quoted"][second] == round(8 / 3)
    # Between two names of a list stands one that is none so far; the list's last name ends before a particle.
    alone = of["left"][first]
    assert of["left"][third] != alone and of["right"][third] != alone
    assert of["right"][forms.index("한빛재")] == alone
    short, full = forms.index("터길"), forms.index("새길터")
    assert of["defined"][[short, full, first]].tolist() == of["ever_defined"][[short, full, first]].tolist() == [1, 0, 0]
    assert of["definer"][short] == of["own"][full] > of["definer"][full] == of["definer"][first]


def test_a_name_does_not_go_on_in_the_next_line():
    text = "가람재\n(GRJ)와 한빛재 (HBJ)가 손잡는다."
    _, found = _read(text)
    ends = [text[: found.end[with_latin(text, found, found.span(*span))[1] - 1]] for span in ((0, 3), (11, 14))]
    assert [end[-3:] for end in ends] == ["가람재", "BJ)"]


def test_a_release_without_anything_likely_has_no_spans(release):
    sheet, found, chances = release
    none = np.zeros_like(chances)
    none[:, 0] = 1
    options = spans(sheet, found, none)
    assert len(options) == 0
    assert columns(sheet, found, np.zeros((len(found), len(TOKEN_COLUMNS)), np.int32), none, options).shape == (0, len(COLUMNS))


def _spans(*each: tuple[int, int]) -> Spans:
    first, stop = np.array(each).T
    return Spans(first, stop, np.zeros(len(each), int), np.zeros(len(each)), np.zeros(len(each), int))


@pytest.mark.parametrize(
    ("options", "likely", "least", "chosen"),
    [
        ([(0, 2), (1, 3)], [0.9, 0.8], [0.5, 0.5], [0]),
        ([(0, 2), (1, 3)], [0.6, 0.8], [0.5, 0.5], [1]),
        ([(0, 2), (2, 3)], [0.6, 0.8], [0.5, 0.5], [0, 1]),
        ([(0, 2), (3, 4)], [0.4, 0.8], [0.5, 0.5], [1]),
        ([(0, 2), (1, 3)], [0.4, 0.5], [0.2, 0.45], [0]),  # further above what it needs
        ([(0, 4), (0, 2), (2, 4)], [0.7, 0.8, 0.6], [0.5, 0.5, 0.5], [1, 2]),
        ([(0, 2), (1, 3)], [0.7, 0.7], [0.5, 0.5], [0]),  # the first of equals
    ],
)
def test_chosen_spans_do_not_overlap(options, likely, least, chosen):
    assert sorted(apart(_spans(*options), np.array(likely), np.array(least))) == chosen
