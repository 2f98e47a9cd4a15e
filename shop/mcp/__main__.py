"""python -m shop.mcp https://shop.example: serve the tools to a program by stdin and stdout."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

TOKEN = "SHOP_TOKEN"  # noqa: S105 (the name of a variable)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m shop.mcp", description=__doc__)
    parser.add_argument("shop", help="its address, such as https://shop.example")
    parser.add_argument("--language", default="en", help="of names and sentences: en or de")
    parser.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="whose pictures may be searched by"
    )
    chosen = parser.parse_args()
    if find_spec("mcp") is None:
        sys.exit("Install the package first: pip install -r requirements-mcp.txt")

    from shop.mcp.api import API
    from shop.mcp.tools import serve

    token = os.environ.get(TOKEN, "")
    serve(API(chosen.shop, token=token, language=chosen.language), chosen.pictures).run()


if __name__ == "__main__":
    main()
