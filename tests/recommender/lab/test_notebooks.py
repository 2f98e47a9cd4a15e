"""The notebooks run from their first cell to their last, and are committed as they ran."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.recommender.lab.idx_files import checksums

NOTEBOOKS = Path(__file__).parents[3] / "docs" / "notebooks"
# What a cell tagged `parameters` says in a test, where size proves nothing.
FEW = {
    "which-network-sees-clothes": "pictures, epochs = 128, 1",
    "your-own-catalogue-in-four-steps": "products = 90",
}
LARGEST_BYTES = 600_000


def read(name: str) -> Any:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def code_of(book: Any) -> list[Any]:
    return [cell for cell in book.cells if cell.cell_type == "code"]


def run(book: Any, few: str, tmp_path: Path, **environment: str) -> str:
    """Run it with other parameters in a kernel of its own; return what its cells printed.

    Raises CellExecutionError.
    """
    (parameters,) = [cell for cell in book.cells if "parameters" in cell.metadata.get("tags", [])]
    parameters.source = few
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), **environment}
    client = NotebookClient(
        book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS)}}
    )
    client.execute(env=environment)
    outputs = [output for cell in code_of(book) for output in cell.outputs]
    return "".join(output.text for output in outputs if output.output_type == "stream")


def test_every_notebook_is_run_here():
    assert {file.stem for file in NOTEBOOKS.glob("*.ipynb")} == set(FEW)


@pytest.mark.parametrize("name", FEW)
def test_a_notebook_is_committed_as_it_ran(name: str):
    cells = code_of(read(name))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert any(
        "image/png" in o.get("data", {}) or "image/jpeg" in o.get("data", {}) for o in outputs
    )
    assert not [output for output in outputs if output.output_type == "error"]
    content = (NOTEBOOKS / f"{name}.ipynb").read_text()
    assert len(content) < LARGEST_BYTES
    # A machine's folders are nobody's business.
    assert "/home/" not in content
    assert f"{tempfile.gettempdir()}/" not in content


@pytest.mark.slow
def test_the_two_networks_are_compared(files: Path, tmp_path: Path):
    name = "which-network-sees-clothes"
    book = read(name)
    # The files may be drawn ones, of other checksums.
    few = f"{FEW[name]}\ndata.CHECKSUMS.update({checksums(files)})"
    said = run(book, few, tmp_path, VITRINE_DATA_DIR=str(files.parent))
    assert "Convolutional network, seed 1: 1 steps" in said
    assert "rnn_accuracy" in said


@pytest.mark.slow
def test_a_catalogue_is_made_in_four_steps(tmp_path: Path):
    name = "your-own-catalogue-in-four-steps"
    said = run(read(name), FEW[name], tmp_path)
    assert "It is the same picture as" in said
    assert "damaged" in said
    assert "taught {'precision at 1'" in said
