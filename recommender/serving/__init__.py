"""What serves an index: keeps it equal to the store, builds it, checks it and reports of it.

`keeper.py` holds what a process answers from, `building.py` makes the next snapshot, `checking.py`
tells whether both are as they should be, `jobs.py` is what people asked for of that, and
`reports.py` what every process says of itself. Where MongoDB searches the vectors itself,
`vector_search.py` asks it, by the indexes of `store/search_indexes.py`.
"""
