"""A small corpus of its own: three real releases (in our words), one authored."""

import gzip
import json
import pathlib
from collections.abc import Callable

import pytest

from pipeline.corpus.annotation import Annotation
from pipeline.corpus.markup import parse
from pipeline.corpus.standoff import write_standoff
from pipeline.corpus.store import Store

Build = Callable[..., Store]

RELEASES = {
    "101": "@@ heading\n□ 새싹 돕기\n\n@@ bullet planned startup +finance\n○ ⟦O|새날부⟧는 내년 상반기까지 ⟦G|새싹 마당⟧에서 창업 기업 30개사를 돕고 5억 원을 준다. 🎉\n"
    ">> 새날부 | 돕다 | clause=새날부는…돕고 | prog=새싹 마당 | for=창업 기업 | by=내년 상반기까지 => ..2027-06-30 | count=30개사 => 30 개사\n"
    ">> 새날부 | 주다 | clause=5억 원을 준다 | category=finance | won=5억 원 => 500000000\n",
    "102": "@@ sentence completed welfare\n🎈 ⟦O:가람도|가람⟧은 쉼터를 열었다.\n>> 가람도 | 열다\n\n@@ sentence appeal\n⟦P|한다미⟧ 국장은 “자주 들러 달라”고 했다.\n",
    "103": "@@ title\n숲길 소식\n\n@@ sentence ongoing environment\n⟦O|누리군⟧과 ⟦O|다솜청⟧은 ⟦G|숲길 지킴이⟧를 이어 가고 있다.\n"
    ">> 누리군 + 다솜청 | 이어 가다 | prog=숲길 지킴이\n",
}
AUTHORED = "@@ sentence planned jobs\n⟦O|하늬시⟧는 일자리 20개를 만든다.\n>> 하늬시 | 만들다 | count=20개 => 20 개\n"


def labelled(doc_id: str) -> tuple[str, Annotation]:
    return parse(RELEASES[doc_id], doc_id=doc_id)


@pytest.fixture
def documents() -> list[tuple[Annotation, str]]:
    return [(annotation, text) for text, annotation in map(labelled, RELEASES)]


@pytest.fixture
def build(tmp_path: pathlib.Path) -> Build:
    """Lay the corpus down; `texts=False` leaves the texts of real releases out."""

    def lay(*, texts: bool = True) -> Store:
        folder, real = tmp_path / "project" / "corpus", tmp_path / "real"
        for part in ("annotations", "releases", "annotated"):
            (folder / part).mkdir(parents=True)
        for split, doc_id in (("train", "101"), ("dev", "102"), ("test", "103")):
            write_standoff(folder / "annotations" / f"{split}.jsonl", [labelled(doc_id)[1]])
        (folder / "splits.json").write_text(json.dumps({"test": ["103"], "dev": ["102"], "train": ["101"]}), encoding="utf-8")
        (folder / "releases" / "하늬.txt").write_text("하늬시는 일자리 20개를 만든다.\n", encoding="utf-8")
        (folder / "annotated" / "하늬.txt").write_text(AUTHORED, encoding="utf-8")
        if texts:
            real.mkdir()
            with gzip.open(real / "releases.jsonl.gz", "wt", encoding="utf-8") as file:
                for doc_id in (*RELEASES, "999"):
                    text = labelled(doc_id)[0] if doc_id in RELEASES else "미르시(시장 나하나)는 장터를 연다."
                    file.write(json.dumps({"id": doc_id, "text": text}, ensure_ascii=False) + "\n")
        return Store(folder, real if texts else None)

    return lay
