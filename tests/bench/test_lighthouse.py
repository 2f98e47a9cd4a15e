"""Lighthouse where something is missing, and where it does not answer at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import page_scores
from bench.lighthouse import TIMES, Lighthouse, NoLighthouse

URL = "http://shop.example/"
SHRUGS = "echo 'Please run Lighthouse again. (NO_NAVSTART)' >&2; exit 1"


def program(folder: Path, script: str) -> Lighthouse:
    """What is run as Lighthouse: `$n` is how often it was run before."""
    file = folder / "lighthouse"
    counting = f"n=$(cat {folder}/n 2>/dev/null || echo 0); echo $((n + 1)) > {folder}/n"
    file.write_text(f"#!/bin/sh\n{counting}\n{script}\n")
    file.chmod(0o755)
    return Lighthouse(file, "/bin/true")


def said(score: str) -> str:
    return f'echo \'{{"categories": {{"performance": {{"score": \'{score}\'}}}}}}\''


@pytest.mark.parametrize("missing", ["npm", "Chromium or Chrome"])
def test_what_is_missing_is_said_and_the_other_figures_are_kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missing: str,
) -> None:
    monkeypatch.setenv("PATH", "")
    if missing == "npm":
        monkeypatch.setenv("CHROME_PATH", "/bin/true")
    else:
        monkeypatch.delenv("CHROME_PATH", raising=False)
    assert page_scores.figures(tmp_path, "shop.example") == {}
    assert capsys.readouterr().err == (
        f"No figure of Lighthouse: There is no {missing} on the PATH.\n"
    )


def test_the_score_of_a_page_is_the_median(tmp_path: Path) -> None:
    lighthouse = program(tmp_path, said("0.9$n"))
    assert lighthouse.performance(URL) == pytest.approx(90 + TIMES // 2)


def test_what_records_nothing_is_run_again(tmp_path: Path) -> None:
    lighthouse = program(tmp_path, f"[ $((n % 2)) = 0 ] && {{ {SHRUGS}; }}; {said('0.97')}")
    assert lighthouse.performance(URL) == pytest.approx(97)


@pytest.mark.parametrize(("script", "why"), [(SHRUGS, "NO_NAVSTART"), (said("null"), "no score")])
def test_a_page_without_a_score_is_named(tmp_path: Path, script: str, why: str) -> None:
    with pytest.raises(NoLighthouse, match=why) as refused:
        program(tmp_path, script).performance(URL)
    assert URL in str(refused.value)
