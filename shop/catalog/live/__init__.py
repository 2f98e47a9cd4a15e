"""The catalogue in memory: every process holds what listings need of all products.

`facts` reads a document, `table` keeps many as columns, `view` answers from layers of tables, all
of them without a database; `following` reads what changed, `keeper` keeps a process's view up to
date, `building` makes the snapshot from which processes start. `words` finds what people type.
"""
