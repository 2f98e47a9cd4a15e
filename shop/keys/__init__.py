"""Secrets that the admin makes for programs: shown once, kept as a digest, revoked by deleting."""
