"""The notebook runs from top to bottom, draws its plots with Hangul, and is saved without outputs."""

import warnings

import nbformat
import pytest
from nbclient import NotebookClient

from pipeline.resources import shipped


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(shipped("notebooks", "explore.ipynb"), as_version=4)


def test_saved_without_outputs(notebook) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


def test_runs(notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        done = NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = [o for cell in done.cells if cell.cell_type == "code" for o in cell.outputs]
    assert sum("image/png" in o.get("data", {}) for o in outputs) == 3
    stderr = "".join(o.text for o in outputs if o.output_type == "stream" and o.name == "stderr")
    assert "missing from font" not in stderr
