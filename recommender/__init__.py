"""Images to vectors to neighbours; knows nothing of the shop, which calls `recommender.search`."""

import os

# Before anything imports NumPy: web processes and workers share the processor's cores, and a
# product split over threads waits for the slowest of them. One query takes 3 ms instead of 22 where
# the machine is busy (95th percentile, 500 x 2048), and OpenVINO has its own threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
