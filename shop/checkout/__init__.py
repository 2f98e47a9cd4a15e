"""From the bag to a placed order, step by step: address, delivery, payment, review.

Each step has its own address and keeps what was chosen in the session, so that a shopper may leave,
come back, or go back; nothing is stored before the order is placed.
"""
