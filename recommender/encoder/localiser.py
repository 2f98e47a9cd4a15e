"""Where in a picture its thing is, told from the last tower's feature map.

One linear step from what each cell sees to the edges of a box (bounding-box regression, Girshick et
al. 2014), another one from what a cell sees to whether that is somebody who wears the thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recommender.encoder.files import digest

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Localiser:
    """For feature maps (h, w, channels): `matrix` float32 (h * w * channels, 4), `offset` (4,).

    `wearer` is for cells of the detail map, float32 (numbers of a cell + 1,), an offset the last;
    None where nobody was marked.
    """

    matrix: Floats
    offset: Floats
    wearer: Floats | None = None

    def edges(self, feature_map: Floats) -> Floats:
        """Left, top, right and bottom in shares of what the tower sees, its padding included:
        float32 (4,). They may lie outside, or the wrong way round.
        """
        edges: Floats = directions(feature_map).ravel() @ self.matrix + self.offset
        return edges

    def is_wearer(self, cells: Floats) -> npt.NDArray[np.bool_]:
        """Which cells, float32 (n, numbers), show a face, hair or skin: bool (n,)."""
        if self.wearer is None:
            return np.zeros(len(cells), np.bool_)
        return np.asarray(cells @ self.wearer[:-1] + self.wearer[-1] > 0)


def directions(feature_maps: Floats) -> Floats:
    """What each cell sees, and not how strongly: of length 1, in the same shape (..., channels)."""
    lengths = np.linalg.norm(feature_maps, axis=-1, keepdims=True)
    return np.asarray(feature_maps / np.maximum(lengths, 1e-6), np.float32)


def write(localiser: Localiser, weights: Path, encoder: str) -> None:
    """Put it beside the weights that it was fitted with; the matrix in half precision."""
    wearer = {} if localiser.wearer is None else {"wearer": localiser.wearer}
    np.savez_compressed(
        _beside(weights, encoder),
        matrix=localiser.matrix.astype(np.float16),
        offset=localiser.offset,
        sha256=np.array(digest(weights)),
        allow_pickle=False,
        **wearer,
    )


def read(weights: Path, encoder: str) -> Localiser | None:
    """What `write` put beside these weights; None where there is nothing, or of other weights.

    Raises one of `weights.DAMAGE` for a damaged file.
    """
    file = _beside(weights, encoder)
    if not file.exists():
        return None
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
        if str(arrays["sha256"]) != digest(weights):
            return None
        wearer = arrays.get("wearer")
        return Localiser(arrays["matrix"].astype(np.float32), arrays["offset"], wearer)


def _beside(weights: Path, encoder: str) -> Path:
    return weights.with_name(f"{encoder}.localiser.npz")
