"""The folder of converted encoders: each is made once per machine and checked before it is used."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from claims import locks
from recommender import packages
from recommender.conf import conf
from recommender.encoder.convert import MODEL_FILE
from recommender.encoder.source import EncoderUnavailable, Source

logger = logging.getLogger(__name__)

# Another number makes every machine convert again: what a model gives is no part of an encoder's
# fingerprint, since its vectors stay the same.
LAYOUT = 2
DIGESTS = "digests.json"
CONVERSION_SECONDS = 900
PROJECT = Path(__file__).parents[2]


def converted(source: Source) -> Path:
    """The path of the encoder's OpenVINO model, converted first if need be (about a second).

    Every process maps the same file, which takes half the memory of a model built in each. Any
    number of processes may ask at once: one converts, the others wait. A damaged model is made
    anew. Raises EncoderUnavailable if the conversion fails.
    """
    folder = _folder(source)
    if not _is_sound(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locks.locked(folder.with_suffix(f"{folder.suffix}.lock")):
            if not _is_sound(folder):
                _convert(source, folder)
    return folder / MODEL_FILE


def what_is_missing(source: Source) -> str | None:
    """What this machine lacks to have the encoder, and how to get it; None where it lacks nothing.

    Told without converting anything.
    """
    return None if _is_sound(_folder(source)) else _lacking(source)


def _lacking(source: Source) -> str | None:
    if source.needs_keras and (missing := packages.missing("tensorflow")):
        return f"The encoder '{source.spec.name}' is read by Keras. {missing}"
    return None


def _folder(source: Source) -> Path:
    made = f"{source.fingerprint}-{LAYOUT}-openvino-{version('openvino')}"
    return conf.ENCODER_CACHE_DIR / made


def _convert(source: Source, folder: Path) -> None:
    if lacking := _lacking(source):
        raise EncoderUnavailable(lacking)
    logger.info("Converting the encoder '%s' for OpenVINO, once.", source.spec.name)
    partial = folder.with_suffix(f"{folder.suffix}.partial")
    # Whoever left these behind is dead: it would hold the lock.
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    _run_conversion(source, partial)
    (partial / DIGESTS).write_text(json.dumps(_digests(partial)))
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    _sweep_former(source, folder)


def _sweep_former(source: Source, folder: Path) -> None:
    """Away with the conversions of the same encoder by another OpenVINO or of another layout: tens
    of megabytes each. Who still serves from one has it mapped, and one in the making is let be."""
    for former in folder.parent.glob(f"{source.fingerprint}-*"):
        if former.is_dir() and former.suffix != ".partial" and former != folder:
            shutil.rmtree(former, ignore_errors=True)


def _run_conversion(source: Source, folder: Path) -> None:
    command = [sys.executable, "-m", "recommender.encoder.convert", source.to_json(), str(folder)]
    environment = os.environ | {
        "PYTHONPATH": str(PROJECT),
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        # A graphics card gains nothing here, and TensorFlow would take all of its memory.
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=CONVERSION_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise EncoderUnavailable(
            f"Converting the encoder '{source.spec.name}' took over {CONVERSION_SECONDS} s."
        ) from error
    if done.returncode:
        raise EncoderUnavailable(_failure(source, done.stderr))


def _failure(source: Source, output: str) -> str:
    reason = (output.strip().splitlines() or ["it was stopped"])[-1]
    remedy = (
        " Name a local file with VITRINE_ENCODER_WEIGHTS if Keras cannot download it."
        if source.spec.name == "imagenet"
        else ""
    )
    return f"The encoder '{source.spec.name}' could not be converted: {reason}.{remedy}"


def _digests(folder: Path) -> dict[str, str]:
    model = folder / MODEL_FILE
    return {file.name: _digest(file) for file in (model, model.with_suffix(".bin"))}


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _is_sound(folder: Path) -> bool:
    if not folder.exists():
        return False
    try:
        sound = bool(json.loads((folder / DIGESTS).read_text()) == _digests(folder))
    except (OSError, ValueError):
        sound = False
    if not sound:
        logger.warning("The converted encoder in %s is damaged; it is made anew.", folder)
    return sound
