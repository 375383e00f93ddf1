"""Training on a small corpus: repeatable, loadable, useful; what is missing is said."""

import itertools
import json
import pathlib
import shutil
from dataclasses import replace

import pytest

from pipeline.corpus.store import Store
from pipeline.engine import Engine, ModelError, load_engine
from pipeline.entities import Entities
from pipeline.learn.crf import Settings as CrfSettings
from pipeline.learn.network import Settings as NetworkSettings
from pipeline.learn.vectors import Vectors
from pipeline.lexicon import default_lexicon
from pipeline.resources import shipped
from pipeline.schema import Release
from pipeline.training.acts import train_commitments
from pipeline.training.examples import TrainingError, examples, preparing_engine
from pipeline.training.names import Settings, train_tagger
from pipeline.training.units import Settings as UnitSettings
from pipeline.training.units import train_classifier
from pipeline.training.whole import TRAINERS, suited, train, write


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Store:
    """A user's own corpus: seven marked-up releases, and one of others whose text is not at hand."""
    folder = tmp_path_factory.mktemp("corpus")
    for part in ("releases", "annotated"):
        (folder / part).mkdir()
        for path in sorted(shipped("corpus", part).glob("*.txt"))[:7]:
            shutil.copy(path, folder / part)
    (folder / "annotations").mkdir()
    absent = {"id": "absent", "sha256": "0" * 64, "units": [{"span": [0, 5], "kind": "sentence"}], "mentions": [], "acts": []}
    for split in ("train", "dev", "test"):
        lines = json.dumps(absent) + "\n" if split == "train" else ""
        (folder / "annotations" / f"{split}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "splits.json").write_text(json.dumps({"train": ["absent"], "dev": [], "test": []}), encoding="utf-8")
    return Store(folder)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return Vectors.from_disk(shipped("models", "ko", "dajim_classifier", "vectors"))


@pytest.fixture(scope="module")
def found(small):
    return examples(small, preparing_engine())


@pytest.fixture(scope="module")
def trained(found, vectors):
    settings = UnitSettings(members=1, at_least=2)
    names = Settings(CrfSettings(epochs=20, batch=8), at_least=2, network=NetworkSettings(epochs=40, batch=32), spans_at_least=2, fold_epochs=20)
    tagger = train_tagger(found[0], vectors, default_lexicon(), names)
    classifier, commitments = train_classifier(found[0], vectors, settings), train_commitments(found[0])
    return {"dajim_tagger": tagger, "dajim_classifier": classifier, "dajim_commitments": commitments}


def test_releases_without_text_are_counted_and_left_out(found):
    assert len(found[0]) == 7
    assert found[1] == 1


def test_units_are_paired_one_to_one(found):
    for example in found[0]:
        pairs = list(example.units())
        assert [n for n, _ in pairs] == sorted({n for n, _ in pairs})
        assert len(pairs) > 0.9 * len(example.labels.units)


def test_the_tagger_has_learned_its_examples(found, trained):
    names = trained["dajim_tagger"].predict([e.sheet for e in found[0]])
    wanted = [{(*m.span, m.label) for m in e.labels.mentions} for e in found[0]]
    got = [{(n.start, n.end, n.label) for n in each} for each in names]
    right = sum(len(a & b) for a, b in zip(wanted, got, strict=True))
    assert right > 0.9 * sum(map(len, wanted))
    assert all(0 < n.confidence <= 1 and n.method == "model" for each in names for n in each)


def test_of_a_release_with_single_labels_only_those_are_learned_from(found):
    """What its labels leave out is unknown: no names that are not there, no units without acts."""
    *others, last = found[0]
    unit = next(u for u in last.labels.units if u.status == "none")
    single = replace(last, labels=replace(last.labels, units=(unit,), mentions=(), acts=()), whole=False)
    assert [u for _, u in single.units()] == [unit]
    assert {name: suited(name, [*others, single]) == others for name in TRAINERS} == {
        "dajim_tagger": True,
        "dajim_classifier": False,
        "dajim_commitments": True,
    }


def test_a_release_is_read_alike_alone_and_in_company(found, trained):
    sheets = [e.sheet for e in found[0]]
    for name in ("dajim_tagger", "dajim_classifier"):
        assert [trained[name].predict([s])[0] for s in sheets] == trained[name].predict(sheets)


def test_names_lie_in_one_unit_and_do_not_overlap(found, trained):
    for example, names in zip(found[0], trained["dajim_tagger"].predict([e.sheet for e in found[0]]), strict=True):
        assert all(a.end <= b.start for a, b in itertools.pairwise(names))
        spans = [(u["start"], u["end"]) for u in example.sheet["units"]]
        assert all(any(a <= n.start and n.end <= b for a, b in spans) for n in names)


@pytest.mark.parametrize("text", ["", "   ", "\n\n", ".", "가", "🙂", "‘", "끝."])
def test_odd_texts_are_read(trained, text):
    sheets = preparing_engine().analyse([Release("a", text, "a")])
    trained["dajim_tagger"].annotate(sheets)
    Entities(lexicon=default_lexicon()).annotate(sheets)
    for name in ("dajim_classifier", "dajim_commitments"):
        trained[name].annotate(sheets)
    assert trained["dajim_tagger"].predict([]) == [] and trained["dajim_classifier"].predict([]) == []


def test_the_classifier_has_learned_its_examples(found, trained):
    judged = trained["dajim_classifier"].predict([e.sheet for e in found[0]])
    pairs = [(unit, each[n]) for e, each in zip(found[0], judged, strict=True) for n, unit in e.units()]
    assert sum(u.status == j.status for u, j in pairs) > 0.8 * len(pairs)
    for _, j in pairs:
        assert (j.category == "none") == (j.status in ("none", "appeal")) == (j.category_confidence is None)
        assert j.category not in j.secondary and len(j.secondary) <= 2
        assert 0 < j.status_confidence <= 1


def test_a_model_folder_is_the_same_bytes_and_gives_the_same_rows(trained, tmp_path, found):
    digests = {write(trained, tmp_path / name) for name in "ab"}
    assert len(digests) == 1
    loaded = load_engine(tmp_path / "a")
    assert isinstance(loaded, Engine)
    sheets = [e.sheet for e in found[0]]
    again = loaded.components["dajim_tagger"].predict(sheets)
    before = trained["dajim_tagger"].predict(sheets)
    judged, judged_again = (m.predict(sheets) for m in (trained["dajim_classifier"], loaded.components["dajim_classifier"]))
    pairs = [(x, y) for a, b in zip(judged, judged_again, strict=True) for x, y in zip(a, b, strict=True)]
    assert sum((x.status, x.category) == (y.status, y.category) for x, y in pairs) > 0.97 * len(pairs)
    # Weights are kept in 8 and 16 bits, so a name on the edge may change; most may not.
    same = sum(len({(n.start, n.end) for n in a} & {(n.start, n.end) for n in b}) for a, b in zip(before, again, strict=True))
    assert same > 0.98 * sum(map(len, before))


def test_an_altered_model_is_refused(trained, tmp_path):
    write(trained, tmp_path / "m")
    path = tmp_path / "m" / "dajim_tagger" / "weights.npy"
    path.write_bytes(path.read_bytes()[:-2] + b"xx")
    with pytest.raises(ModelError, match=r"weights.npy was altered"):
        load_engine(tmp_path / "m")


def test_a_folder_of_something_else_is_left_alone(trained, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ModelError, match="no model"):
        write(trained, tmp_path)
    assert (tmp_path / "mine.txt").exists()


def test_nothing_to_train_on_is_an_error(tmp_path, vectors):
    (tmp_path / "splits.json").write_text('{"train": [], "dev": [], "test": []}')
    with pytest.raises(TrainingError, match="no labelled release"):
        train(Store(tmp_path), vectors)


def test_the_tagger_trains_to_the_same_weights(found, vectors, trained):
    again = train_tagger(found[0], vectors, default_lexicon(), settings=Settings(CrfSettings(epochs=20, batch=8), at_least=2))
    assert again.model.weights.tobytes() == trained["dajim_tagger"].model.weights.tobytes()


def test_shipped_weights_are_small():
    size = sum(p.stat().st_size for p in pathlib.Path(shipped("models")).rglob("*") if p.is_file())
    assert size < 40_000_000
