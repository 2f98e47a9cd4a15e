"""Many short texts as two arrays, which a file can hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, Self

import numpy as np


class Texts(NamedTuple):
    """UTF-8: `data` uint8 (bytes,), and where each text begins in it, `starts` int64 (n + 1,)."""

    starts: np.ndarray
    data: np.ndarray

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> Self:
        starts = np.fromiter(chain((0,), accumulate(map(len, texts))), np.int64, len(texts) + 1)
        return cls(starts, np.frombuffer(b"".join(texts), np.uint8))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def at(self, row: int) -> bytes:
        """The text of one row."""
        return self.data[self.starts[row] : self.starts[row + 1]].tobytes()

    def listed(self) -> list[bytes]:
        """All of them, in order."""
        whole, starts = self.data.tobytes(), self.starts.tolist()
        return [whole[a:b] for a, b in pairwise(starts)]

    def rows_with(self, part: bytes) -> np.ndarray:
        """The rows, ascending, int64 (m,), in whose text the part is somewhere."""
        found = np.fromiter(_places(part, self.data), np.int64)
        return np.unique(np.searchsorted(self.starts, found, side="right") - 1)


def _places(part: bytes, data: np.ndarray) -> Iterator[int]:
    matches: Iterable[re.Match[bytes]] = re.finditer(re.escape(part), data) if part else ()
    return (match.start() for match in matches)
