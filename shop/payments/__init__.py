"""From a placed order to its money and back: what django-payments' providers take and return.

Orders know nothing of providers. A payment that arrives is told to `shop.orders.transitions`, and
money goes back because of what an order owes.
"""
