"""Looking at one release: what comes from a document cannot steer a terminal or a page."""

import datetime
from html.parser import HTMLParser

import pytest

from pipeline import show
from pipeline.engine import Engine
from pipeline.schema import Release

TEXT = "보건복지부(장관 한가람)는 내년 상반기까지 쉼터 20곳을 지을 계획이다.\n\n많은 참여를 바란다."


def one(engine: Engine, release: Release):
    return engine.analyse([release])[0]


@pytest.fixture(scope="module")
def doc(engine: Engine):
    return one(engine, Release("a.txt", TEXT, "a.txt", "쉼터 <늘린다>", datetime.date(2026, 3, 2), "보건복지부"))


def test_terminal(doc) -> None:
    plain = show.terminal(doc, colour=False)
    assert "[보건복지부|" in plain and "[한가람|" in plain
    assert "planned/welfare" in plain or "계획/welfare" in plain
    assert "2027-01-01..2027-06-30" in plain or "..2027-06-30" in plain
    assert "\x1b" not in plain
    assert "\x1b[" in show.terminal(doc, colour=True)


class Body(HTMLParser):
    """The text of a page's paragraphs, without badges, metadata and acts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "!doctype"):
            self.open.append(f"{tag}.{dict(attrs).get('class') or ''}")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().startswith(f"{tag}.")

    def handle_data(self, data: str) -> None:
        if not any(o.startswith(("style.", "title.", "h1.", "ul.", "span.status", "p.meta")) for o in self.open):
            self.text += data


def test_every_character_is_shown_once(doc) -> None:
    reader = Body()
    reader.feed(show.page(doc, doc_id="a.txt"))
    assert "".join(reader.text.split()) == "".join(TEXT.split())
    assert reader.open == []


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "</style><b>"])
def test_pages_are_escaped(engine: Engine, evil: str) -> None:
    doc = one(engine, Release("<b>", f"새날시는 {evil} 쉼터를 연다. ‘{evil}’ 사업을 한다.", "x", evil, None, evil))
    page = show.page(doc, doc_id="<b>")
    for tag in ("<script", "<img", "<b>", "</style><b"):
        assert tag not in page.replace("<style>", "").replace("</style></head>", "")


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x07", "\x9b31m", "\u202e", "\u2066", "\x00"])
def test_terminals_are_not_steered(engine: Engine, evil: str) -> None:
    doc = one(engine, Release("x", f"새날시는 {evil} 쉼터를 연다.", "x", f"제목{evil}", None, ""))
    assert evil not in show.terminal(doc, colour=False)
