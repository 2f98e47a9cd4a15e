"""Folders that are written beside the current one, sealed, and published by their name.

Both rooms keep what they derive from a database in such snapshots. It knows neither of them.
"""
