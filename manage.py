#!/usr/bin/env python
"""Django's command line, with the embedded servers started for the commands that need them."""

import errno
import os
import signal
import sys

# These look at code and files only, so they need no database.
COMMANDS_WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "help",
    "version",
    "--version",
}
# Whatever the command, it says then how it is used, and does nothing.
ASKS_FOR_HELP = {"--help", "-h"}


def main() -> None:
    # Until a command is at work, Ctrl-C has nothing to clear up, and no traceback to show.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.config.settings")
    from shop.config.environment import EnvironmentFault

    try:
        _run()
    except EnvironmentFault as fault:
        sys.exit(str(fault))
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            sys.exit(f"There is no room on the disk: {fault}")
        raise
    except Exception as error:
        from shop.web.trouble import sentence_of

        if sentence := sentence_of(error):
            sys.exit(sentence)
        raise


def _run() -> None:
    from django.core.management import execute_from_command_line

    if _needs_servers(sys.argv[1:]):
        from shop.config.loading import load

        _start_servers()
        load()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    execute_from_command_line(sys.argv)


def _needs_servers(words: list[str]) -> bool:
    """Whether the command that these words call works with what the databases hold."""
    asks_for_help = not ASKS_FOR_HELP.isdisjoint(words)
    return not asks_for_help and COMMANDS_WITHOUT_SERVERS.isdisjoint(words[:1] or ["help"])


def _start_servers() -> None:
    from shop.embedded import EmbeddedServerFailed, ensure_running

    try:
        ensure_running()
    except EmbeddedServerFailed as failed:
        # The doctor is there to say what is the matter.
        if sys.argv[1] != "doctor":
            sys.exit(str(failed))


if __name__ == "__main__":
    main()
