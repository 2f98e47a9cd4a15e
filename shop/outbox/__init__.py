"""Mails of a shop that has no mail server: kept in files, and shown to who administers it."""
