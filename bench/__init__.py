"""Benchmarks: `python -m bench NAME [--json]` runs `bench/NAME.py`.

A benchmark is a module with `run(folder: Path) -> dict[str, Figure]`. The folder is its own, and
the VITRINE_VAR of whatever it starts. What it compares it measures in one run, so that its ratios
mean something on a busy machine too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured number. `goal` reads like "<= 2"; `against` says what it was compared with."""

    value: float
    unit: str
    goal: str = ""
    against: str = ""

    @property
    def verdict(self) -> str:
        """Whether the goal is met: `yes`, `no`, or nothing without a goal."""
        if not self.goal:
            return ""
        relation, bound = self.goal.split()
        met = self.value <= float(bound) if relation == "<=" else self.value >= float(bound)
        return "yes" if met else "no"
