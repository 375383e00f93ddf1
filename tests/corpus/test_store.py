"""Where the corpus lies, and how it is read."""

import gzip
import json
import pathlib
import unicodedata

import pytest

from pipeline.corpus.annotation import sha256
from pipeline.corpus.markup import parse, unparse
from pipeline.corpus.standoff import CorpusError
from pipeline.corpus.store import AUTHORED, Store, to_gold

SHIPPED = Store.default()


def test_documents(build) -> None:
    store = build()
    assert store.here() == ["authored", "train", "dev", "test"]
    ((annotation, text),) = store.documents("train")
    assert annotation.id == "101" and text is not None and sha256(text) == annotation.sha256
    ((annotation, text),) = store.documents(AUTHORED)
    assert (annotation.id, text) == ("하늬.txt", "하늬시는 일자리 20개를 만든다.\n")
    assert [store.find(i)[0] for i in ("103", "하늬", "하늬.txt")] == ["test", "authored", "authored"]
    assert set(store.real) == {"101", "102", "103"}
    with pytest.raises(CorpusError, match="no document 104"):
        store.find("104")


def test_labelled_releases_carry_their_metadata(build) -> None:
    store = build()
    row = {"id": "102", "text": store.real["102"], "title": "쉼터", "published": "2031-04-02", "issuer": "가람도"}
    with gzip.open(store.texts / "releases.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
    store = Store(store.folder, store.texts)
    ((annotation, release),) = store.labelled("dev")
    assert release is not None and annotation.id == release.doc_id == "102"
    assert (release.title, str(release.published), release.issuer) == ("쉼터", "2031-04-02", "가람도")
    assert [r for _, r in store.labelled("train")] == [None]
    ((annotation, release),) = store.labelled(AUTHORED)
    assert release is not None and (annotation.id, release.doc_id) == ("하늬.txt", "하늬.txt")


def test_the_header_of_an_authored_release_tells_its_date() -> None:
    from pipeline.read import read

    # What the components are given is what `dajim run corpus/releases` gives them.
    run = {r.doc_id: (r.text, r.title, r.published, r.issuer) for r in read([SHIPPED.folder / "releases"])}  # type: ignore[union-attr]
    found = {a.id: (r.text, r.title, r.published, r.issuer) for a, r in SHIPPED.labelled(AUTHORED) if r}
    assert found == run and sum(published is not None for _, _, published, _ in found.values()) >= 5


def test_digest(build) -> None:
    store = build()
    before = {split: store.digest(split) for split in store.here()}
    assert len(set(before.values())) == 4 and before == {split: store.digest(split) for split in before}
    store.path("dev").write_text(store.path("dev").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (store.folder / "annotated" / "하늬.txt").rename(store.folder / "annotated" / "새.txt")
    assert {split for split in before if store.digest(split) != before[split]} == {AUTHORED, "dev"}
    store.path("test").unlink()
    with pytest.raises(CorpusError, match=r"test\.jsonl: cannot be read"):
        store.digest("test")


def test_texts_may_be_absent(build) -> None:
    store = build(texts=False)
    assert [text for _, text in store.documents("dev")] == [None]
    assert list(store.releases()) == []


def test_a_split_may_be_absent(build) -> None:
    store = build()
    store.path("test").unlink()
    assert store.here() == ["authored", "train", "dev"]
    with pytest.raises(CorpusError, match=r"test\.jsonl: cannot be read"):
        list(store.documents("test"))


@pytest.mark.parametrize(
    ("splits", "message"),
    [
        ("[", "no JSON"),
        ("[]", "not an object with the keys train, dev, test"),
        ('{"train": [], "dev": []}', "not an object with the keys"),
        ('{"train": [], "dev": [], "test": "1"}', "`test` is no list of ids"),
        ('{"train": [], "dev": [7], "test": []}', "`dev` is no list of ids"),
        ('{"train": ["1", "2", "1"], "dev": [], "test": []}', "`train` names 1 twice"),
    ],
)
def test_broken_splits(build, splits: str, message: str) -> None:
    store = build()
    (store.folder / "splits.json").write_text(splits, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        _ = store.splits


def test_another_text(build) -> None:
    store = build()
    with gzip.open(store.texts / "releases.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "102", "text": "가람은 쉼터를 닫았다."}) + "\n")
    with pytest.raises(CorpusError, match=r"the text of 102 in .* is not the one that was labelled"):
        list(store.documents("dev"))


def test_texts_follow_the_rules_of_text(build) -> None:
    # Encoding, line ends, BOM and Unicode form are those of the project's own reading.
    store = build()
    text = "하늬시는 일자리 20개를 만든다.\n"
    (store.folder / "releases" / "하늬.txt").write_bytes((unicodedata.normalize("NFD", text).replace("\n", "\r\n")).encode("utf-16"))
    assert store.authored("하늬.txt")[1] == text


@pytest.mark.parametrize(
    ("part", "content", "message"),
    [
        ("releases", None, r"releases/하늬\.txt is missing"),
        ("annotated", None, r"annotated/하늬\.txt is missing"),
        ("releases", "하늬시는 일자리 30개를 만든다.\n", r"하늬\.txt, line 1: the text differs from the source"),
        ("releases", "하늬시는 일자리 20개를 만든다. 끝.\n", "the source goes on"),
        ("annotated", "@@ sentence hoped\n하늬시는 일자리 20개를 만든다.\n", "unknown status 'hoped'"),
    ],
)
def test_broken_twins(build, part: str, content: str | None, message: str) -> None:
    store = build()
    path = store.folder / part / "하늬.txt"
    path.unlink()
    if content:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        store.authored("하늬.txt")


def test_the_folder_of_texts(build, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = build().texts
    assert Store.default(real).texts == real
    (tmp_path / "shared").mkdir()
    real.rename(tmp_path / "shared" / "real")
    monkeypatch.setenv("DAJIM_SHARED", str(tmp_path / "shared"))
    assert Store.default().texts == tmp_path / "shared" / "real"
    monkeypatch.setenv("DAJIM_SHARED", str(tmp_path / "nowhere"))
    assert Store.default().texts is None
    with pytest.raises(CorpusError, match="no such folder"):
        Store.default(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match=r"holds no \*\.jsonl\.gz"):
        Store.default(tmp_path)


def test_gold(documents) -> None:
    gold = to_gold(*documents[0])
    assert gold["id"] == "101" and gold["units"][1] == {"span": [8, 58], "status": "planned", "category": "startup", "secondary": ["finance"]}
    assert [m[2] for m in gold["mentions"]] == ["ORG", "PROGRAM"]
    one, other = gold["acts"]
    assert (one["programs"], one["deadline"], one["krw"]) == (["새싹 마당"], "..2027-06-30", "")
    assert (other["programs"], other["deadline"], other["krw"], other["category"]) == ([], "", "500000000", "finance")


@pytest.mark.parametrize("name", SHIPPED.names())
def test_readable_and_stand_off_form_agree(name: str) -> None:
    annotation, text = SHIPPED.authored(name)
    assert parse(unparse(text, annotation), doc_id=name, source=text) == (text, annotation)
    assert type(annotation).from_json(json.loads(json.dumps(annotation.to_json()))) == annotation
