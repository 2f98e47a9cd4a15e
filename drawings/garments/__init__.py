"""How each family of garments is cut: functions that lay pieces on a canvas."""
