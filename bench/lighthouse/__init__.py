"""What Lighthouse, of the version in `package.json`, says of a page.

A phone of the middle as Lighthouse simulates it: its screen, a processor a quarter as fast as this
one, a slow line, and nothing of the shop in the browser's memory. It needs npm, which installs it
anew for each run of the benchmark, and Chromium or Chrome.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# What a shared machine does meanwhile costs one of them points, and seldom three.
TIMES = 5
# Now and then it records nothing, and asks to be run again.
TRIES = 3
INSTALL_SECONDS = 900
PAGE_SECONDS = 120


class NoLighthouse(Exception):
    """It cannot run here, or says nothing of a page. Its text says why in one sentence."""


class Lighthouse:
    """Opens pages as a phone would, the browser begun anew for each."""

    def __init__(self, program: Path, browser: str) -> None:
        self._program = program
        self._browser = browser

    def performance(self, url: str) -> float:
        """The score of a page, 0 to 100: the median of a few. Raises NoLighthouse without one."""
        return median(self._score(url) for _ in range(TIMES))

    def _score(self, url: str) -> float:
        for _try in range(TRIES - 1):
            with suppress(NoLighthouse):
                return self._looked_once(url)
        return self._looked_once(url)

    def _looked_once(self, url: str) -> float:
        said: dict[str, Any] = json.loads(self._said(url))
        score = said["categories"]["performance"]["score"]
        if score is None:
            raise NoLighthouse(f"It has no score for {url}: {said.get('runtimeError')}")
        return float(score) * 100

    def _said(self, url: str) -> str:
        # Chromium's sandbox is not for root.
        flags = "--headless=new" + (" --no-sandbox" if os.geteuid() == 0 else "")
        try:
            ran = subprocess.run(
                [
                    *(self._program, url, "--quiet", "--output=json"),
                    *("--only-categories=performance", f"--chrome-flags={flags}"),
                    *("--form-factor=mobile", "--throttling-method=simulate"),
                ],
                env=os.environ | {"CHROME_PATH": self._browser},
                capture_output=True,
                text=True,
                timeout=PAGE_SECONDS,
                check=True,
            )
        except subprocess.CalledProcessError as failed:
            reason = failed.stderr.strip()[-300:]
            raise NoLighthouse(f"It could not look at {url}: {reason}") from failed
        except subprocess.TimeoutExpired as slow:
            raise NoLighthouse(f"It was not done with {url} in {slow.timeout:.0f} s.") from slow
        return ran.stdout


def installed(folder: Path) -> Lighthouse:
    """Lighthouse, put into this folder. Raises NoLighthouse."""
    browser = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise NoLighthouse("There is no Chromium or Chrome on the PATH.")
    if shutil.which("npm") is None:
        raise NoLighthouse("There is no npm on the PATH.")
    for file in HERE.glob("package*.json"):
        shutil.copy(file, folder)
    try:
        subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund"],
            cwd=folder,
            # The browser is there already.
            env=os.environ | {"PUPPETEER_SKIP_DOWNLOAD": "1"},
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as failed:
        raise NoLighthouse(f"npm could not install it: {failed.stderr.strip()[:300]}") from failed
    except subprocess.TimeoutExpired as slow:
        raise NoLighthouse(f"npm did not install it within {slow.timeout:.0f} s.") from slow
    return Lighthouse(folder / "node_modules" / ".bin" / "lighthouse", browser)
