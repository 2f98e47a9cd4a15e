"""Runs a command that ends when the process which started it does, however that ends.

Usage: with_parent.py PARENT COMMAND ...; run by its path, in any folder.
"""

import ctypes
import os
import signal
import sys

# prctl(2). Other systems than Linux have no such thing: there a killed parent leaves its children.
PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit("The parent had ended before its child began.")
    os.execvp(command[0], command)  # noqa: S606 (the process itself becomes the command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
