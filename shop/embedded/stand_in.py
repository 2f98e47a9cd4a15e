"""MongoDB's stand-in: mongoeco's wire-protocol server over one SQLite file, in its own process.

Usage: python -m shop.embedded.stand_in PORT FOLDER
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from mongoeco.engines import SQLiteEngine
from mongoeco.wire import AsyncMongoEcoProxyServer

from shop.embedded import adapter
from shop.embedded.places import LOOPBACK

# The version whose behaviour it takes on.
MONGODB_DIALECT = "8.0"


async def serve(port: int, folder: Path) -> None:
    """Serves until SIGTERM or SIGINT; every acknowledged write is in the file by then."""
    server = AsyncMongoEcoProxyServer(
        engine=SQLiteEngine(str(folder / "catalogue.sqlite3")),
        host=LOOPBACK,
        port=port,
        mongodb_dialect=MONGODB_DIALECT,
    )
    await server.start()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await server.close()


if __name__ == "__main__":
    adapter.apply()
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
