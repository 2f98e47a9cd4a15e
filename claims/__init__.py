"""Who may take up what, one at a time, and who is told of it. Any room may use it; it knows none.

`leases.py` is for what stands in MongoDB, `locks.py` for the processes of one machine, and
`messages.py` sends a worker to what stands in a database.
"""
