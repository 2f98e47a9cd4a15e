"""Products by words, in this process's memory: the words follow the products that `live` follows.

`reading` makes documents of what MongoDB holds, `snapshot` keeps an index on disk that a worker
built (`building`), `following` takes in what changed since, `keeper` does so in every process.
"""
