"""Pages that a shop must have and its merchant writes: who sells, and on what terms."""
