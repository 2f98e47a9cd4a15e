"""The illustrated demo catalogue: every product in it is drawn here, nothing is copied in.

It knows nothing of the shop, nor of Django: the shop asks `catalogue` for products and their
pictures, and imports them as it imports any others.
"""
