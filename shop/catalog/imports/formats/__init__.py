"""Files of other shops: a module a format, and what several of them need.

A format is told by its content. It makes products of records, knowing nothing of photographs but
their addresses: `imports.foreign` finds them among the files that came along.
"""
