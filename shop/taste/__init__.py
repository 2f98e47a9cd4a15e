"""The taste of visitors: what it rests on, and what is shown because of it.

`known` says what is known of a visitor, `crowd` what everybody does, `choosing` what follows for
the one from the other.
"""
