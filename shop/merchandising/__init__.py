"""What merchants have panels and searches show: pinned, blocked, and brought forward for a time."""
