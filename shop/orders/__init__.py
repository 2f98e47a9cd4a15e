"""From a checked basket to a delivered parcel: what is owed, who owes it, and what happened since.

Functions that change an order are in `placing`, `transitions` and `returning`; nothing else writes
to one. Amounts are whole cents of the order's currency and include tax.
"""
