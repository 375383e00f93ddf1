"""Looking at one release: what comes from a document cannot steer a terminal or a page."""

import datetime
from html.parser import HTMLParser

import pytest
import spacy

from pipeline import show
from pipeline.schema import Release

TEXT = "보건복지부(장관 한가람)는 내년 상반기까지 쉼터 20곳을 지을 계획이다.\n\n많은 참여를 바란다."


@pytest.fixture(scope="module")
def doc(nlp: spacy.Language):
    return show.analysed(Release("a.txt", TEXT, "a.txt", "쉼터 <늘린다>", datetime.date(2026, 3, 2), "보건복지부"), nlp)


def test_terminal(doc) -> None:
    plain = show.terminal(doc, colour=False)
    assert "[보건복지부|" in plain and "[한가람|" in plain
    assert "planned/welfare" in plain or "계획/welfare" in plain
    assert "2027-01-01..2027-06-30" in plain or "..2027-06-30" in plain
    assert "\x1b" not in plain
    assert "\x1b[" in show.terminal(doc, colour=True)


def test_every_character_is_shown_once(doc) -> None:
    class Text(HTMLParser):
        skip, text = 0, ""

        def handle_starttag(self, tag, attrs):
            self.skip += tag in ("style", "title", "h1", "ul") or dict(attrs).get("class", "").startswith(("status", "meta"))

        def handle_endtag(self, tag):
            if self.skip and tag in ("style", "title", "h1", "ul", "span") or (self.skip and tag == "p" and self.text == ""):
                self.skip -= 1

        def handle_data(self, data):
            if not self.skip:
                self.text += data

    reader = Text()
    reader.feed(show.page(doc, doc_id="a.txt"))
    assert "".join(reader.text.split()) == "".join(TEXT.split())


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "</style><b>"])
def test_pages_are_escaped(nlp: spacy.Language, evil: str) -> None:
    doc = show.analysed(Release("<b>", f"새날시는 {evil} 쉼터를 연다. ‘{evil}’ 사업을 한다.", "x", evil, None, evil), nlp)
    page = show.page(doc, doc_id="<b>")
    for tag in ("<script", "<img", "<b>", "</style><b"):
        assert tag not in page.replace("<style>", "").replace("</style></head>", "")


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x07", "\x9b31m", "\u202e", "\u2066", "\x00"])
def test_terminals_are_not_steered(nlp: spacy.Language, evil: str) -> None:
    doc = show.analysed(Release("x", f"새날시는 {evil} 쉼터를 연다.", "x", f"제목{evil}", None, ""), nlp)
    assert evil not in show.terminal(doc, colour=False)
