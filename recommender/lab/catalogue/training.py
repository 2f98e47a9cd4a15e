"""Teach the shop's encoder one's own kinds: new layers on its towers, or all of a tower."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from recommender.encoder import EncoderUnavailable, load_file, source, weights
from recommender.encoder.source import FASHION_RESNET50
from recommender.looking import Encodes

from .. import fusing, report
from ..datasets import Examples, Splits, described, read_catalogue
from ..evaluation import Evaluation, evaluate_catalogue
from ..export import export
from ..features import Features
from ..training import Plan, Stage, compiled, draw_curves, train

HEADS, ALL = "heads", "all"
# A tenth of the rate of a training from nothing: what it has learnt is to be kept.
PLAN = Plan((Stage((160, 120), 5, strength=0.75),), peak=0.008, warmup_epochs=0.5, decay_epochs=3)
# Every photograph of the part that chooses has as many neighbours as are looked at first.
LEAST = 6
# Few photographs make few steps of an epoch. Of 300, 10 steps took too little and 150 too much.
LEAST_STEPS = 40


class TooFew(ValueError):
    """A catalogue has nothing to learn or to choose from; the text says what is missing."""


def transfer(
    folder: Path,
    run: Path,
    layers: str = HEADS,
    start: Path = source.FASHION_FILE,
    plan: Plan = PLAN,
    say: Callable[[str], None] = print,
) -> Path:
    """Train on the catalogue in ``folder``, from the encoder in the file ``start``.

    With the layers ``heads`` what the towers see is computed once, and what is made of it learnt
    anew; with ``all`` its ResNet50 learns, and goes on where it was stopped. Return the weights in
    ``run``, beside which is a report of the validation part. Raises TooFew, EncoderUnavailable.
    """
    splits = read_catalogue(folder)
    _check(splits, folder)
    run.mkdir(parents=True, exist_ok=True)
    if layers == ALL:
        made = _all_layers(splits, run, start, plan, say)
    else:
        made = _heads(splits, run, start, say)
    result = compared(load_file(start), load_file(made), splits.validation)
    report.write(result, run, f"{folder.name}, {layers} trained", "validation")
    return made


def compared(before: Encodes, after: Encodes, examples: Examples) -> Evaluation:
    """What the encoder reaches on the examples, beside what it reached before."""
    was, result = (evaluate_catalogue(encoder, examples) for encoder in (before, after))
    for name, figure in result.figures.items():
        before_it = f"before: {was.figures[name].value:.3f}"
        result.figures[name] = replace(figure, against=before_it)
    return result


def _check(splits: Splits, folder: Path) -> None:
    if not described(splits.train):
        raise TooFew(f"{folder} has no labels in its train part: there is nothing to learn.")
    if len(splits.validation) < LEAST:
        raise TooFew(
            f"{folder} has {len(splits.validation)} photographs in its validation part: {LEAST} "
            "are the least to see by what was learnt."
        )


def _heads(splits: Splits, run: Path, start: Path, say: Callable[[str], None]) -> Path:
    loaded = weights.load(start, source.in_file(start).spec.name)
    features = Features(loaded, run / "features", say)
    steps = math.ceil(len(splits.train) / fusing.BATCH)
    epochs = max(fusing.EPOCHS, math.ceil(LEAST_STEPS / steps))
    head = fusing.learn_layers(fusing.look(features, splits.train), splits.train, say, epochs)
    beside = loaded.head.beside if loaded.head else None
    made = run / "fashion.npz"
    weights.save(made, loaded._replace(head=head._replace(beside=beside)))
    return made


def _all_layers(
    splits: Splits, run: Path, start: Path, plan: Plan, say: Callable[[str], None]
) -> Path:
    try:
        (tower,) = weights.load(start, FASHION_RESNET50).towers
    except (KeyError, ValueError) as error:
        raise EncoderUnavailable(f"{start} holds no {FASHION_RESNET50}.") from error
    model, progress = train(splits, plan, run, say, partial(compiled, start=tower))
    made = run / "fashion.npz"
    export(model, made, size=plan.stages[-1].size)
    draw_curves(progress.history, run / "curves.png")
    return made
