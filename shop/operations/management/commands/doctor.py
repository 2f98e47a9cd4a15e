"""`manage.py doctor`: what is configured, what answers, what is missing."""

from __future__ import annotations

from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.markup import escape

from shop.operations.doctor import Finding, State, findings

MARKS = {State.OK: "[green]ok   [/]", State.NOTE: "[yellow]note [/]", State.FAULT: "[red]FAULT[/]"}


class Command(BaseCommand):
    help = "Say what is configured, what answers and what is missing; fails if there is a fault."
    # The checks are among the findings: a failed one must not end the command before it speaks.
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        console = Console(file=cast(IO[str], self.stdout), soft_wrap=True, highlight=False)
        faults = 0
        for finding in findings():
            _show(console, finding)
            faults += finding.state is State.FAULT
        if faults:
            raise CommandError(f"{faults} fault{'s' if faults > 1 else ''} found.")
        console.print("No faults found.")


def _show(console: Console, finding: Finding) -> None:
    console.print(f"{MARKS[finding.state]} [bold]{finding.subject}[/]: {escape(finding.detail)}")
    if finding.remedy:
        console.print(f"      {escape(finding.remedy)}")
