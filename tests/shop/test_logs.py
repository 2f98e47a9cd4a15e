import json
import logging

from shop.logs import JsonLines


def record(**options: object) -> logging.LogRecord:
    values = {"name": "shop", "level": logging.INFO, "pathname": "", "lineno": 1, "exc_info": None}
    return logging.LogRecord(**(values | {"msg": "%s sold", "args": ("coat",)} | options))  # type: ignore[arg-type]


def test_each_record_is_one_line_of_json() -> None:
    line = JsonLines().format(record())
    assert "\n" not in line
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"]) == ("INFO", "shop", "coat sold")


def test_traceback_stays_on_the_line() -> None:
    try:
        raise ValueError("torn")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    line = JsonLines().format(record(exc_info=info))
    assert "\n" not in line
    assert "ValueError: torn" in json.loads(line)["error"]
