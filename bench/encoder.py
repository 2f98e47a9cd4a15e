"""From JPEG files to stored vectors: the usual loop, a batched `tf.function` and the shop's way.

All take the same photographs in turns, round by round, and a figure is the median of the rounds.
The shop's way has the two networks of its encoder; the others, and the shop's way before it had the
second, have the ResNet50 alone. The photographs are the full-size ones of `clothing-cc0` where
VITRINE_DATA_DIR has them, else drawn ones of the same size.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from bench import Figure

if TYPE_CHECKING:
    from recommender.encoder import Encoder
    from recommender.encoder.runtime import Views

PROJECT = Path(__file__).parents[1]
PHOTOGRAPHS = 100
# Each is on the worker's list so often, that filling and emptying its stages counts for little.
COPIES = 4
ROUNDS = 5
USUAL_PHOTOGRAPHS = 16
TF_BATCH = 32
SEARCHES = 60


class Rates(NamedTuple):
    """Photographs per second, one number a round."""

    usual: list[float]
    batched: list[float]
    ours: list[float]
    before: list[float]
    unstored: list[float]
    forward: list[float]


def run(folder: Path) -> dict[str, Figure]:
    """Speed beside the usual ways, a photo search beside its forward pass, memory, rounding."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with _servers():
        return _figures(_photographs(folder / "media" / "bench"))


@contextmanager
def _servers() -> Iterator[None]:
    import django

    django.setup()
    from recommender.serving.keeper import keeper
    from shop.embedded import ensure_running, release

    ensure_running()
    try:
        yield
    finally:
        keeper().stop()
        release()


def _figures(files: list[Path]) -> dict[str, Figure]:
    from recommender.encoder import load_encoder, source

    encoder, before = load_encoder(), load_encoder(source.FASHION_RESNET50)
    network, resnet50 = (f"{one.name}, {one.size[0]} x {one.size[1]}" for one in (encoder, before))
    megabytes = _web_process_mb()
    cosine = _least_cosine(files)
    searches, passes = _searches(encoder, files)
    # Last, because TensorFlow's threads and memory stay in this process.
    rates = _rates(encoder, before, files)
    usual, batched_rate, ours, alone, unstored, forward = map(median, rates)
    return {
        "usual_loop_rate": Figure(usual, "images/s", against=f"load_img + predict, {resnet50}"),
        "batched_tf_function_rate": Figure(
            batched_rate, "images/s", against=f"batches of {TF_BATCH}, {resnet50}"
        ),
        "our_rate": Figure(ours, "images/s", against=f"JPEG files to stored vectors, {network}"),
        "images_per_s_over_before": Figure(
            _ratio(rates.ours, rates.before), "times", ">= 0.75", f"{before.name}: {alone:.1f}"
        ),
        "our_rate_without_store": Figure(unstored, "images/s", against="JPEG files to vectors"),
        "forward_rate": Figure(forward, "images/s", against="OpenVINO alone, pixels ready"),
        "speedup_over_usual_loop": Figure(
            _ratio(rates.ours, rates.usual), "times", ">= 12", f"{usual:.1f} images/s"
        ),
        "speedup_over_batched_tf_function": Figure(
            _ratio(rates.ours, rates.batched), "times", against=f"{batched_rate:.1f} images/s"
        ),
        "share_of_forward_rate": Figure(
            _ratio(rates.ours, rates.forward), "", ">= 0.8", f"{forward:.1f} images/s"
        ),
        "share_of_forward_rate_without_store": Figure(
            _ratio(rates.unstored, rates.forward), "", against=f"{forward:.1f} images/s"
        ),
        "photo_search_p50_over_forward": Figure(
            median(searches) / median(passes),
            "times",
            "<= 1.4",
            f"one forward pass: p50 {median(passes) * 1000:.1f} ms",
        ),
        "web_rss_mb": Figure(megabytes, "MB", "<= 400", "resident after a search by photo"),
        "box_mb": Figure(_box_mb(), "MB", "<= 40", "weights of all encoders"),
        "bf16_min_cosine": Figure(cosine, "", ">= 0.99", f"f32, {len(files)} photographs"),
    }


def _box_mb() -> float:
    """What comes in the box, with what tells where a thing is."""
    from recommender.encoder.source import FASHION_FILE

    return sum(file.stat().st_size for file in FASHION_FILE.parent.glob("*.npz")) / 1e6


def _ratio(ours: list[float], others: list[float]) -> float:
    """The median of each round's ratio, which a busy moment harms less than a ratio of medians."""
    return median(one / other for one, other in zip(ours, others, strict=True))


# The photographs


def _photographs(folder: Path) -> list[Path]:
    folder.mkdir(parents=True)
    files = []
    for number, content in enumerate(_contents()):
        file = folder / f"{number}.jpg"
        file.write_bytes(content)
        files.append(file)
    return files


def _contents() -> Iterable[bytes]:
    from django.conf import settings

    originals = (settings.DATA_DIR or Path()) / "clothing-cc0" / "originals-100.zip"
    if not originals.is_file():
        return map(_drawn, range(PHOTOGRAPHS))
    with zipfile.ZipFile(originals) as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg")]
        return [archive.read(name) for name in names]


def _drawn(seed: int) -> bytes:
    coarse = np.random.default_rng(seed).integers(0, 256, (40, 30, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize((400, 533), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()


# Rates


def _rates(encoder: Encoder, before: Encoder, files: list[Path]) -> Rates:
    model = _keras_model()
    ways: tuple[Callable[[], float], ...] = (
        lambda: _usual_loop(model, files[:USUAL_PHOTOGRAPHS]),
        _tf_function(model, files),
        lambda: _our_way(encoder, files),
        lambda: _our_way(before, files),
        lambda: _unstored(encoder, files),
        _forward(encoder, files),
    )
    for way in ways:
        way()
    rounds = [[way() for way in ways] for _ in range(ROUNDS)]
    return Rates(*(list(column) for column in zip(*rounds, strict=True)))


def _rate(count: int, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def _keras_model() -> Any:
    """What the usual loop has: a ResNet50 and nothing else."""
    from recommender.encoder import architecture, convert, source, weights

    found = source.find(source.FASHION_RESNET50)
    loaded = convert.read(found.spec, found.file)
    backbone = architecture.backbone(found.spec.towers[0])
    weights.assign(backbone, loaded.towers[0])
    return architecture.encoder([backbone], found.spec, loaded.head)


def _load_img(file: Path, model: Any) -> Any:
    import keras

    size = model.input_shape[1:3]
    return keras.utils.img_to_array(keras.utils.load_img(file, target_size=size))


def _usual_loop(model: Any, files: list[Path]) -> float:
    def loop() -> list[Any]:
        return [
            model.predict(np.expand_dims(_load_img(file, model), 0), verbose=0)[0] for file in files
        ]

    return _rate(len(files), loop)


def _tf_function(model: Any, files: list[Path]) -> Callable[[], float]:
    import tensorflow as tf

    signature = [tf.TensorSpec(model.input_shape, tf.float32)]
    compiled = tf.function(lambda batch: model(batch, training=False)[0], signature)

    def loop() -> list[Any]:
        return [
            compiled(np.stack([_load_img(file, model) for file in batch])).numpy()
            for batch in batched(files, TF_BATCH, strict=False)
        ]

    return lambda: _rate(len(files), loop)


def _our_way(encoder: Encoder, files: list[Path]) -> float:
    """The very code of the worker, from the work list and the storage to the stored vectors."""
    from recommender import embedding, search
    from recommender.store import embeddings, reading, tracking, two_encoders

    items = {
        f"bench-{copy}-{file.stem}": f"bench/{file.name}"
        for copy in range(COPIES)
        for file in files
    }
    for item, photo in items.items():
        tracking.match_wanted(item, [photo], listed=True, encoders=[encoder.fingerprint])
    rate = _rate(len(items), lambda: embedding.drain({encoder.fingerprint: encoder}))
    states = reading.counts()[encoder.fingerprint]
    assert states[embeddings.State.READY] == len(items), states
    for item in items:
        search.forget(item)
    two_encoders.drop_encoder(encoder.fingerprint)
    return rate


def _unstored(encoder: Encoder, files: list[Path]) -> float:
    """The same without the work list and the store: what a real MongoDB nearly comes to."""
    from recommender.images import open_picture

    pictures = (open_picture(file, for_side=encoder.decode_side) for file in files)
    return _rate(len(files), lambda: encoder.encode(pictures))


def _forward(encoder: Encoder, files: list[Path]) -> Callable[[], float]:
    """OpenVINO alone, with the pixels of every batch ready in memory."""
    batches = list(_ready_batches(encoder, files))
    network = encoder._network
    return lambda: _rate(len(files), lambda: list(network.run(batches)))


def _ready_batches(encoder: Encoder, files: Iterable[Path]) -> Iterator[Views]:
    return encoder._batches(Image.open(file) for file in files)


# One search, one process, one rounding


def _searches(encoder: Encoder, files: list[Path]) -> tuple[list[float], list[float]]:
    """Seconds of photo searches (bytes of a JPEG to matches), each beside one forward pass."""
    from recommender import search
    from recommender.images import open_picture

    contents = [file.read_bytes() for file in files]
    ready = next(_ready_batches(encoder, files[:1]))
    searches, passes = [], []
    for number in range(SEARCHES):
        content = contents[number % len(contents)]
        start = time.perf_counter()
        picture = open_picture(content, for_side=encoder.decode_side)
        search.by_vector(search.look_at(picture).query)
        between = time.perf_counter()
        list(encoder._network.run([ready]))
        searches.append(between - start)
        passes.append(time.perf_counter() - between)
    return searches, passes


def _web_process_mb() -> float:
    done = subprocess.run(
        [sys.executable, "-m", "bench.web_process"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout.split()[-1])


def _least_cosine(files: list[Path]) -> float:
    from recommender.encoder import load_encoder

    exact, rounded = (
        load_encoder(precision=precision).encode(Image.open(file) for file in files)
        for precision in ("f32", "bf16")
    )
    return float(np.sum(exact * rounded, axis=1).min())
