from __future__ import annotations

from pathlib import Path

import pytest

from shop.environment import Environment, EnvironmentFault


@pytest.mark.parametrize("word", ["1", "on", "true", "yes", "True", "ON"])
def test_flag_is_on(word: str) -> None:
    assert Environment({"DEBUG": word}).flag("DEBUG") is True


@pytest.mark.parametrize("word", ["0", "off", "false", "no", "", " "])
def test_flag_is_off(word: str) -> None:
    assert Environment({"DEBUG": word}).flag("DEBUG") is False


def test_typo_in_a_flag_names_variable_value_and_what_is_accepted() -> None:
    with pytest.raises(EnvironmentFault, match=r"DEBUG=ture .*1, on, true, yes, 0, off, false, no"):
        Environment({"DEBUG": "ture"}).flag("DEBUG")


def test_unset_flag_is_its_default() -> None:
    assert Environment({}).flag("DEBUG", default=True) is True


def test_choice_refuses_another_word() -> None:
    environment = Environment({"VITRINE_ENCODER": "fasion"})
    with pytest.raises(EnvironmentFault, match=r"VITRINE_ENCODER=fasion .* fashion, imagenet"):
        environment.choice("VITRINE_ENCODER", ("fashion", "imagenet"), "fashion")


@pytest.mark.parametrize("value", ["0", "51", "five", "-1", "1.5", "²"])
def test_whole_number_out_of_range_is_refused(value: str) -> None:
    with pytest.raises(EnvironmentFault, match="a whole number from 1 to 50"):
        Environment({"VITRINE_SIMILAR_K": value}).whole(
            "VITRINE_SIMILAR_K", 5, minimum=1, maximum=50
        )


def test_words_are_separated_by_commas() -> None:
    environment = Environment({"ALLOWED_HOSTS": "shop.example, www.shop.example,"})
    assert environment.words("ALLOWED_HOSTS") == ["shop.example", "www.shop.example"]
    assert environment.words("OTHERS", ["localhost"]) == ["localhost"]


def test_origin_without_scheme_is_refused() -> None:
    with pytest.raises(EnvironmentFault, match="https://"):
        Environment({"CSRF_TRUSTED_ORIGINS": "shop.example"}).origins("CSRF_TRUSTED_ORIGINS")


def test_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    environment = Environment({"VITRINE_DATA_DIR": str(tmp_path / "missing")})
    with pytest.raises(EnvironmentFault, match="that exists"):
        environment.existing_path("VITRINE_DATA_DIR")


def test_address_with_another_scheme_is_refused_without_showing_its_password() -> None:
    environment = Environment({"MONGODB_URI": "mongo://ada:secret@db"})
    with pytest.raises(EnvironmentFault, match="mongodb://") as fault:
        environment.address("MONGODB_URI", ("mongodb",))
    assert "secret" not in str(fault.value)


def test_sqlite_is_the_default(tmp_path: Path) -> None:
    database = Environment({}).sql_database("DATABASE_URL", tmp_path / "db.sqlite3")
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(tmp_path / "db.sqlite3")


@pytest.mark.parametrize(
    ("address", "name"), [("sqlite:////srv/db", "/srv/db"), ("sqlite:///db", "db")]
)
def test_sqlite_address(address: str, name: str) -> None:
    assert Environment({"X": address}).sql_database("X", Path("other"))["NAME"] == name


def test_postgresql_address() -> None:
    address = "postgresql://ada:p%40ss@db.example:5433/vitrine?sslmode=require"
    assert Environment({"X": address}).sql_database("X", Path("other")) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "vitrine",
        "USER": "ada",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_sql_address_with_a_wrong_port_is_refused() -> None:
    with pytest.raises(EnvironmentFault, match="port"):
        Environment({"X": "postgresql://db:many/vitrine"}).sql_database("X", Path("other"))


@pytest.mark.parametrize(
    ("address", "port", "starttls", "tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtps://mail.example", 465, False, True),
        ("smtps://mail.example:2465", 2465, False, True),
    ],
)
def test_mail_server(address: str, port: int, starttls: bool, tls: bool) -> None:
    mail = Environment({"EMAIL_URL": address}).mail_server("EMAIL_URL")
    assert mail["host"] == "mail.example"
    assert (mail["port"], mail["starttls"], mail["tls"]) == (port, starttls, tls)


def test_mail_server_with_a_password() -> None:
    mail = Environment({"X": "smtp+tls://ada%40shop:p%2Fw@mail.example"}).mail_server("X")
    assert (mail["user"], mail["password"]) == ("ada@shop", "p/w")


def test_mail_server_is_none_unless_named() -> None:
    assert Environment({}).mail_server("EMAIL_URL") == {}


def test_mail_server_with_a_wrong_port_is_refused_without_showing_its_password() -> None:
    with pytest.raises(EnvironmentFault, match="port") as fault:
        Environment({"X": "smtp://a:secret@mail.example:many"}).mail_server("X")
    assert "secret" not in str(fault.value)


def test_unknown_variable_is_refused_with_the_nearest_name() -> None:
    environment = Environment({"VITRINE_ENCODR": "fashion", "PATH": "/bin"})
    environment.choice("VITRINE_ENCODER", ("fashion",), "fashion")
    with pytest.raises(EnvironmentFault, match=r"Did you mean VITRINE_ENCODER\?"):
        environment.refuse_unknown("VITRINE_")


def test_known_variables_are_not_refused() -> None:
    environment = Environment({"VITRINE_VAR": "/srv/vitrine"})
    environment.path("VITRINE_VAR", Path("var"))
    environment.refuse_unknown("VITRINE_")
