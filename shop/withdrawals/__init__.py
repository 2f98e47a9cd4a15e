"""Withdrawing from a contract: a statement that anybody may send, without an account or a reason.

What comes in is kept, whether or not an order fits it: it counts from the moment it is received.
Nobody learns here which orders there are. The pieces come back as all returns do
(`shop.orders.returning`), the money as all refunds (`shop.orders.refunds`).
"""
