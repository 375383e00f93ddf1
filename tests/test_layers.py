"""Data flows down the package and nothing flows back; each library has one door."""

import ast
import pathlib

import pytest

from pipeline.resources import PACKAGE

# Top to bottom: a module imports only what stands above it. A folder stands for all its modules.
LAYERS = (
    "__init__",
    "messages",
    "resources",
    "labels",
    "schema",
    "learn",
    "lexicon",
    "read",
    "corpus",
    "layout",
    "morphology",
    "times",
    "amounts",
    "sheet",
    "component",
    "units",
    "mentions",
    "tokens",
    "spans",
    "span_classifier",
    "tagger",
    "entities",
    "predicates",
    "sentences",
    "unit_features",
    "classifier",
    "details",
    "roles",
    "points",
    "acts",
    "candidates",
    "actors",
    "commitments",
    "evidence",
    "engine",
    "document",
    "factories",
    "model",
    "dataset",
    "links",
    "tables",
    "batch",
    "evaluation",
    "training",
    "library",
    "run",
    "show",
    "timeline",
    "timeline_formats",
    "explain",
    "cli",
    "__main__",
)
DOORS = {
    "kiwipiepy": {"morphology"},
    "duckdb": {"dataset.duck"},
    "pyarrow": {"dataset.arrow", "dataset.duck"},
    "xlsxwriter": {"dataset.xlsx"},
    "pandas": {"dataset.frames"},
    "tqdm": {"run"},
    "rensa": {"links.duplicates"},
}
# The names that `import pipeline` offers are loaded on first use.
LAZY = {("engine", "model"), ("__init__", "model"), ("__init__", "library"), ("__init__", "dataset")}


def modules() -> list[tuple[str, pathlib.Path]]:
    files = [p for p in sorted(PACKAGE.rglob("*.py")) if "_data" not in p.parts]
    return [(".".join(p.relative_to(PACKAGE).with_suffix("").parts), p) for p in files]


def imports(path: pathlib.Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "pipeline" else {node.module}
    return found


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: str(v) if isinstance(v, str) else "")
def test_imports_point_up(name: str, path: pathlib.Path) -> None:
    layer = name.partition(".")[0]
    assert layer in LAYERS, f"{name} has no place in the layers: add it where its data stands"
    for target in imports(path):
        if not target.startswith("pipeline."):
            continue
        other = target.split(".")[1]
        if other not in LAYERS:  # a name of `pipeline` itself, such as __version__
            continue
        if (layer, other) not in LAZY:
            assert LAYERS.index(other) <= LAYERS.index(layer), f"{name} imports {other}, which stands below it"


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: str(v) if isinstance(v, str) else "")
def test_one_door_per_library(name: str, path: pathlib.Path) -> None:
    for target in imports(path):
        doors = DOORS.get(target.partition(".")[0])
        assert doors is None or name in doors, f"{name} imports {target}; its door is {doors}"


def test_the_checks_see_what_they_check() -> None:
    assert "pipeline.schema" in imports(PACKAGE / "lexicon.py")
    assert "kiwipiepy" in imports(PACKAGE / "morphology.py")
