"""Checkpoints of a training: weights, optimiser and where it stands, whole after a kill."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras


def save(model: keras.Model, folder: Path, step: int, state: dict[str, Any]) -> None:
    """Write the model with its optimiser, and ``state``; a kill at any moment leaves a whole one.

    ``step`` names the file of the weights and differs from one checkpoint to the next.
    """
    partial, whole = folder / "partial.weights.h5", folder / f"{step}.weights.h5"
    model.save_weights(partial, overwrite=True)
    partial.replace(whole)
    progress = folder / "progress.json"
    progress.with_suffix(".partial").write_text(json.dumps(state | {"weights": whole.name}))
    progress.with_suffix(".partial").replace(progress)
    for older in folder.glob("*.weights.h5"):
        if older != whole:
            older.unlink()


def resume(
    model: keras.Model, folder: Path, identity: dict[str, Any], name: str
) -> dict[str, Any] | None:
    """Load what ``save`` left into the model and return its state; None where nothing was left.

    ``identity`` is what a run must agree in to be gone on with; it is kept in ``name``.json.
    Raises ``FileExistsError`` where the folder's run has another one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known, progress = folder / f"{name}.json", folder / "progress.json"
    if not progress.exists():
        known.write_text(json.dumps(identity))
        return None
    if json.loads(known.read_text()) != identity:
        raise FileExistsError(f"{folder} holds a run of other {name}; choose another folder")
    state: dict[str, Any] = json.loads(progress.read_text())
    model.optimizer.build(model.trainable_variables)
    model.load_weights(folder / state.pop("weights"))
    return state
