"""A mail, once, when a piece can be had again or costs less, to who asked and confirmed it."""
