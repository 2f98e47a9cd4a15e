"""What the catalogue tells whoever listens; it knows none of them."""

from django.dispatch import Signal

# A source named the pieces that are there of a product. Sent with `product` and `pieces`, how many
# by SKU. Who counts them answers of how many sizes something else is on hand, since the source says
# what it said before.
pieces_named = Signal()

# Nothing has the words that a shopper looked for. Sent with `words`.
searched_in_vain = Signal()
