"""Who may take up what, one at a time, and who is told of it. Any room may use it; it knows none.

`locks.py` is for the processes of one machine, `messages.py` sends a worker to what stands in a
database.
"""
