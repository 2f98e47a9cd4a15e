import io
import json

import pytest
from rich.console import Console

from bench import Figure
from bench.__main__ import benchmarks, main, parameters, report, table

FIGURES = {
    "wait_s": Figure(1.25, "s", "<= 2", "a bare page"),
    "rate": Figure(3, "images/s", ">= 12"),
    "memory": Figure(210, "MB"),
}


def test_a_figure_knows_whether_its_goal_is_met():
    assert [figure.verdict for figure in FIGURES.values()] == ["yes", "no", ""]


def test_the_report_is_one_json_object():
    stated = json.loads(json.dumps(report("encoder", FIGURES)))
    assert stated["bench"] == "encoder"
    assert stated["figures"]["wait_s"] == {
        "value": 1.25,
        "unit": "s",
        "goal": "<= 2",
        "against": "a bare page",
    }


def test_the_table_shows_every_figure():
    written = io.StringIO()
    Console(file=written, width=120).print(table("encoder", FIGURES))
    assert all(name in written.getvalue() for name in FIGURES)


def test_only_modules_that_run_are_benchmarks():
    assert "encoder" in benchmarks()
    assert "__main__" not in benchmarks()
    assert "web_process" not in benchmarks()


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["nothing"])
    assert "invalid choice" in capsys.readouterr().err


def test_how_many_products_can_be_chosen_where_a_benchmark_says_so(capsys):
    assert "products" in parameters("exchange")
    with pytest.raises(SystemExit):
        main(["imports", "--products", "10"])
    assert "imports has no choice of products" in capsys.readouterr().err
