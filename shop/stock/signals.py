"""What the stock tells whoever wants to know; it knows nobody of them."""

from django.dispatch import Signal

# Sizes that were sold out are shown as available again. Sent with `product`, its id, and `skus`.
came_back = Signal()
