"""The drawn catalogue as products of this shop, with stock, delivery, taxes and a voucher."""
