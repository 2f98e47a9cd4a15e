"""The stored embeddings, in MongoDB: the work list and its results.

The work list is the truth about what is to be done; messages only wake workers. Every document
walks waiting -> working -> ready | failed. A vector is stored before its document turns ready, so
that "ready" always means that there is a vector. What a product loses stays as a tombstone
("removed") for a day, long enough for every index to see it.

Each vector carries what MongoDB's own search may be narrowed by: its encoder, its item, and whether
it is listed, which is copied from the work list.

All times are by the server's clock, as workers' clocks may disagree. `lease`, in seconds since
1970, is when a claim ends or, while waiting, when the next attempt may begin.

`again` marks what is embedded anew although it has a vector, which serves until the new one is
stored.

`embeddings.py` says what a document is, `tracking.py` makes the list match what is wanted,
`claiming.py` is the workers' way through it, `reading.py` tells what there is, `two_encoders.py`
carries the list from one encoder to the next, `mending.py` finds and heals what should never be,
and `search_indexes.py` has MongoDB index the vectors, where it searches them itself.
"""
