"""What the catalogue tells those who listen; it knows none of them."""

from django.dispatch import Signal

# A source named the pieces that are there of a product. Sent with `product` and `pieces`, how many
# by SKU.
pieces_named = Signal()
