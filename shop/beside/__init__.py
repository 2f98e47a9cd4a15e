"""What a product's page shows beside it: what goes with it, by what people do and by a rule.

`panels` says what is shown where, and that nothing is shown twice.
"""
