"""An encoder in OpenVINO: batches of pixels in, vectors and feature maps out.

OpenVINO takes most of a second to import, and every command imports this module: so it is imported
inside the functions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from recommender.encoder.preprocessing import Pixels

if TYPE_CHECKING:
    import openvino

Floats = npt.NDArray[np.float32]

Views = Sequence[Pixels]
"""The same pictures as each tower of an encoder sees them."""

VECTORS, DETAIL_MAP, FEATURE_MAP = "vectors", "detail_map", "feature_map"
"""The outputs that a model must have: vectors are float32 (n, d), maps are those of the last tower,
float32 (n, h, w, channels), of which the detail map comes earlier and has twice as many rows and
columns."""

IN_FLIGHT = 2
"""Batches at OpenVINO at once per caller: one is computed while the next one is prepared."""


@cache
def best_precision() -> str:
    """`bf16` where the processor computes in it (about twice as fast), else `f32`."""
    import openvino

    able = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return "bf16" if "BF16" in able else "f32"


class Network:
    """A model compiled for this processor. Threads may share it; it must not cross a fork."""

    def __init__(self, model: Path | openvino.Model, *, threads: int, precision: str) -> None:
        """Compile a model (about 0.2 s) to run on `threads` cores, 0 for all, in `precision`."""
        import openvino

        options = {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": threads,
            # One stream: all threads work on one batch, which serves a lone photograph fastest,
            # and with batches of 8 is as fast as a stream per core.
            "NUM_STREAMS": 1,
            # Several processes that pin their threads would all pin them to the same cores.
            "ENABLE_CPU_PINNING": False,
        }
        self._compiled = openvino.Core().compile_model(model, "CPU", options)
        # Idle requests. A request serves one batch at a time; there are as many as were ever
        # needed at once.
        self._idle: deque[openvino.InferRequest] = deque()

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._compiled.output(VECTORS).partial_shape[1].get_length())

    def run(self, batches: Iterable[Views], output: str = VECTORS) -> Iterator[Floats]:
        """An output for each batch, in order: of each tower uint8 (n, height, width, 3).

        The next batch is taken from the iterable while the last one is computed, so the work of
        making a batch overlaps with inference.
        """
        for (answer,) in self.several(batches, output):
            yield answer

    def several(self, batches: Iterable[Views], *outputs: str) -> Iterator[list[Floats]]:
        """The same of several outputs at once."""
        flying: deque[tuple[openvino.InferRequest, Views]] = deque()
        try:
            for batch in batches:
                flying.append((self._start(batch), batch))
                if len(flying) == IN_FLIGHT:
                    yield self._finish(flying.popleft()[0], outputs)
            while flying:
                yield self._finish(flying.popleft()[0], outputs)
        finally:
            # Where a batch could not be made, or nobody wants the rest.
            for request, _ in flying:
                request.wait()
                self._idle.append(request)

    def _start(self, batch: Views) -> openvino.InferRequest:
        try:
            request = self._idle.pop()
        except IndexError:
            request = self._compiled.create_infer_request()
        # Shared: OpenVINO reads the caller's memory, so the batch must outlive the request.
        request.start_async(dict(enumerate(batch)), share_inputs=True)
        return request

    def _finish(self, request: openvino.InferRequest, outputs: Iterable[str]) -> list[Floats]:
        request.wait()
        answers = [request.get_tensor(output).data.copy() for output in outputs]
        self._idle.append(request)
        return answers
