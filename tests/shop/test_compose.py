"""docker-compose.yml beside the settings and their documentation; no Docker is needed."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
import yaml

from shop.config.settings import env
from tests.processes import PROJECT

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("prepare", "web", "worker", "beat")
# Where everything lies in the container is for the container to say.
FIXED = {"VITRINE_VAR"}


def documented() -> set[str]:
    table = (PROJECT / "docs/operations.md").read_text().partition("## Settings")[2]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))


def test_settings_are_those_that_the_documentation_lists() -> None:
    assert documented() == env.known


def test_secrets_that_may_lie_in_files_are_listed() -> None:
    chapter = (PROJECT / "docs/operations.md").read_text().partition("It goes with ")[2]
    assert set(re.findall(r"`([A-Z_]+)`", chapter.partition(";")[0])) == env.secrets


@pytest.mark.parametrize("name", OURS)
def test_every_setting_of_the_env_file_reaches_the_shop(name: str) -> None:
    service = SERVICES[name]
    assert [file["path"] for file in service["env_file"]] == [".env"]
    # `environment` goes before env_file, so what stands there must take up the value from .env.
    for setting, value in service["environment"].items():
        if setting in env.known - FIXED:
            assert value.startswith(f"${{{setting}:"), setting


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_limit_of_memory(name: str) -> None:
    assert re.fullmatch(r"\d+[mg]", SERVICES[name]["mem_limit"])


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"prepare"}))
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_shop_does_not_learn_how_to_administer_mongodb() -> None:
    for name in OURS:
        assert SERVICES[name]["environment"]["MONGODB_ROOT_PASSWORD"] == ""
        assert SERVICES[name]["environment"]["MONGODB_ROOT_PASSWORD_FILE"] == ""


def test_secrets_stay_out_of_the_image() -> None:
    assert {".env", "secrets"} <= set((PROJECT / ".dockerignore").read_text().splitlines())


@pytest.mark.parametrize("name", ["redis"])
def test_shell_in_commands_can_be_read(name: str) -> None:
    script = SERVICES[name]["command"][-1].replace("$$", "$")
    assert subprocess.run(["sh", "-n", "-c", script]).returncode == 0
