"""What happens in the shop, written down without names: what the taste of visitors rests on."""
