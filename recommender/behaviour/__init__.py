"""What people do, as arithmetic over arrays: sessions and who is like them, pairs, several tastes.

Products are numbers from 0 here, and visits too: who names them keeps the names. `sessions` finds
the nearest sessions (VMIS-kNN), `pairs` what goes with what, `tastes` the few directions in which
somebody looks, `scored` one ranking out of several.

Nothing here knows Django or a database, or what else the recommender holds.
"""
