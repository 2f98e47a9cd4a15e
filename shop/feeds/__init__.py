"""Feeds of all published products, as Google Merchant Center and Meta's catalogues fetch them."""
