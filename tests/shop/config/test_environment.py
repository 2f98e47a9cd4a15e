from __future__ import annotations

import re
from pathlib import Path

import pytest
from kombu.utils.url import parse_url
from pymongo.uri_parser import parse_uri
from redis import ConnectionPool

from shop.config.environment import Environment, EnvironmentFault, sender


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


def test_a_time_zone_goes_by_its_name() -> None:
    environment = Environment({"VITRINE_TIME_ZONE": "Europe/Berlin"})
    assert environment.time_zone("VITRINE_TIME_ZONE", "UTC") == "Europe/Berlin"
    assert environment.time_zone("OTHER", "UTC") == "UTC"


@pytest.mark.parametrize("value", ["Europe/Berlim", "Europe", "../UTC", "/etc/localtime"])
def test_what_is_no_time_zone_is_refused(value: str) -> None:
    with pytest.raises(EnvironmentFault, match=r"must be a time zone such as [A-Z]"):
        Environment({"VITRINE_TIME_ZONE": value}).time_zone("VITRINE_TIME_ZONE", "UTC")


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


# ------------------------------------------------------------------------------ secrets

AWKWARD = "a/b#c@d:e?f[g]%h&i+j \"k'$"


def test_secret_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{AWKWARD}\n")
    environment = Environment({"VITRINE_KEY_FILE": str(tmp_path / "key")})
    assert environment.secret("VITRINE_KEY") == AWKWARD
    environment.refuse_unknown("VITRINE_")


def test_secret_without_a_file_is_the_variable() -> None:
    assert Environment({"KEY": "secret", "KEY_FILE": ""}).secret("KEY") == "secret"
    assert Environment({}).secret("KEY") == ""


def test_secret_and_its_file_cannot_both_be_meant(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("other")
    environment = Environment({"KEY": "secret", "KEY_FILE": str(tmp_path / "key")})
    with pytest.raises(EnvironmentFault, match="KEY and KEY_FILE are both set") as fault:
        environment.secret("KEY")
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file"), (b"", "is empty"), (b"\n", "is empty"), (b"\xff\xfe", "not text")],
)
def test_file_without_a_secret_is_refused(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(EnvironmentFault, match=f"KEY_FILE={tmp_path}/key .*{reason}"):
        Environment({"KEY_FILE": str(tmp_path / "key")}).secret("KEY")


def test_only_secrets_may_lie_in_files() -> None:
    environment = Environment({"VITRINE_COLOUR_FILE": "/etc/colour"})
    environment.text("VITRINE_COLOUR")
    with pytest.raises(EnvironmentFault, match="VITRINE_COLOUR_FILE is not a setting"):
        environment.refuse_unknown("VITRINE_")


# The clients' own readers of addresses say what they would send.


def test_awkward_password_reaches_postgresql() -> None:
    environment = Environment({"X": "postgresql://ada@db.example/shop", "P": AWKWARD})
    database = environment.sql_database("X", Path("other"), beside="P")
    assert (database["USER"], database["PASSWORD"]) == ("ada", AWKWARD)
    assert (database["HOST"], database["NAME"]) == ("db.example", "shop")


def test_awkward_password_reaches_mongodb() -> None:
    address = "mongodb://ada@one.example,two.example:27018/?authSource=admin"
    read = parse_uri(Environment({"X": address, "P": AWKWARD}).mongodb("X", beside="P"))
    assert (read["username"], read["password"]) == ("ada", AWKWARD)
    assert read["nodelist"] == [("one.example", 27017), ("two.example", 27018)]


def test_awkward_password_reaches_redis() -> None:
    environment = Environment({"X": "redis://default@redis.example/0", "P": AWKWARD})
    address = environment.address("X", ("redis",), beside="P")
    celery, limits = parse_url(address), ConnectionPool.from_url(address).connection_kwargs
    assert (celery["userid"], celery["password"]) == ("default", AWKWARD)
    assert (limits["username"], limits["password"]) == ("default", AWKWARD)
    assert celery["hostname"] == limits["host"] == "redis.example"


@pytest.mark.parametrize(
    "address", ["redis://redis.example/0", "redis://ada:own@redis.example/0", "redis:///0"]
)
def test_password_beside_is_for_a_user_without_one(address: str) -> None:
    environment = Environment({"X": address, "P": "other"})
    assert environment.address("X", ("redis",), beside="P") == address


@pytest.mark.parametrize("scheme", ["postgresql", "mongodb", "redis"])
@pytest.mark.parametrize(
    "password", ["sec/ret", "12/34", "sec#ret", "sec?ret", "sec[ret", "s@c/r@t"]
)
def test_password_that_tears_its_address_apart_is_refused(scheme: str, password: str) -> None:
    environment = Environment({"X": f"{scheme}://ada:{password}@db.example/shop"})
    with pytest.raises(EnvironmentFault, match="/ as %2F, # as %23") as fault:
        environment.address("X", (scheme,))
    assert not re.search(r"sec|ret|12|34|s@c|r@t", str(fault.value))


@pytest.mark.parametrize("password", ["sec:ret", "sec@ret", "sec%ret"])
def test_password_that_mongodb_would_refuse_is_refused(password: str) -> None:
    environment = Environment({"X": f"mongodb://ada:{password}@db.example/"})
    with pytest.raises(EnvironmentFault, match="% as %25") as fault:
        environment.mongodb("X", beside="P")
    assert "sec" not in str(fault.value)


@pytest.mark.parametrize(
    "address", ["redis://ada:secret", "redis://[::1]:many/0", "redis://h:99999"]
)
def test_address_with_a_wrong_port_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(EnvironmentFault, match="port") as fault:
        Environment({"X": address}).address("X", ("redis",))
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize(
    "address", ["redis+socket:///srv/a@b.sock?virtual_host=0", "redis://[::1]:6379/0", "redis://h"]
)
def test_addresses_of_every_kind_are_taken(address: str) -> None:
    environment = Environment({"X": address})
    assert environment.address("X", ("redis", "redis+socket")) == address


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("", ""),
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example/", "https://shop.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_an_origin_is_a_scheme_and_a_host(value: str, origin: str) -> None:
    assert Environment({"VITRINE_ORIGIN": value}).origin("VITRINE_ORIGIN") == origin


@pytest.mark.parametrize(
    "value", ["shop.example", "https://shop.example/de/", "https://", "ftp://shop.example"]
)
def test_what_is_no_origin_is_refused(value: str) -> None:
    with pytest.raises(EnvironmentFault, match="must be an origin with its scheme"):
        Environment({"VITRINE_ORIGIN": value}).origin("VITRINE_ORIGIN")


def test_mails_come_from_the_shop_at_its_own_host() -> None:
    assert sender("Ada & Co", "https://shop.example") == "Ada & Co <shop@shop.example>"
    assert sender("Ada, Co", "") == '"Ada, Co" <shop@vitrine.example>'
