#!/usr/bin/env python
"""Django's command line, with the embedded servers started for the commands that need them."""

import os
import sys

# These look at code and files only, so they need no database.
COMMANDS_WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "help",
    "version",
    "--help",
    "--version",
    "-h",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    from django.core.management import execute_from_command_line

    if not COMMANDS_WITHOUT_SERVERS.intersection(sys.argv[1:2] or ["help"]):
        from shop.embedded import ensure_running

        ensure_running()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
