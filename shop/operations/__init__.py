"""Running a shop: its processes, its health, what they leave behind."""
