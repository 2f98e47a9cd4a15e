"""What the catalogue tells whoever listens; it knows none of them."""

from typing import NamedTuple

from django.dispatch import Signal


class Counted(NamedTuple):
    """Of how many sizes a source's number was taken over, and something else was left on hand."""

    taken: int
    left: int


# Products are about to be written, one or many at once, with the SKUs that they will have. Sent
# with `products`: who knows more of them than the catalogue does sets the fields that say so.
products_saving = Signal()

# Products were written, one or many at once. Sent with `products` and `are_new`.
products_saved = Signal()

# A source named the pieces that are there of products. Sent with `pieces`, how many by SKU, by the
# product's id, with the import's `mark`, and with `is_shown`, whether the products are just being
# written with what can be had of them. Who counts them answers with what was Counted, by the
# product's id: left is what differs though the source says what it said before.
pieces_named = Signal()

# A file is written that says how many pieces there are. Sent with `skus`. Who counts them answers
# with how many are on hand, by SKU, of those that are counted.
pieces_written = Signal()

# Pieces of a product are sold by other SKUs than before. Sent with `product`, `moved`, the new SKUs
# by the ones before, and `came` and `went`, of which nobody can tell whether they are the same
# pieces: whoever keeps something by SKU takes it along.
skus_changed = Signal()

# Nothing has the words that a shopper looked for. Sent with `words`.
searched_in_vain = Signal()

# Nothing is near the picture that a shopper searched with. Sent with `key`, that of its page, and
# `query`, what it is searched by.
photo_in_vain = Signal()
