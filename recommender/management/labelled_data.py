"""The folder of labelled photographs that the lab's commands read."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError

from recommender.conf import conf

# What training and measuring read.
FILES = (
    "fashion-products/styles.csv",
    "fashion-products/images.zip",
    "clothing-cc0/images.zip",
    "clothing-cc0/originals-100.zip",
    "resnet50-imagenet-reference/styles.csv",
    "resnet50-imagenet-reference/images.zip",
    "resnet50-imagenet-reference/vectors.npz",
)


def add_option(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=conf.DATA_DIR,
        help="folder with fashion-products/, clothing-cc0/, resnet50-imagenet-reference/ and "
        "perhaps drawn/ (default: VITRINE_DATA_DIR)",
    )


def checked(folder: Path | None) -> Path:
    """The folder. Raises CommandError where it does not hold the photographs."""
    missing = [file for file in FILES if folder is None or not (folder / file).is_file()]
    if folder is None or missing:
        raise CommandError(
            f"No {', '.join(missing)} in {folder}. Name the folder of labelled photographs with "
            "--data or VITRINE_DATA_DIR."
        )
    return folder
