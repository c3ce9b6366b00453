# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

import pytest

from benchmarks import command, rounds
from benchmarks.result import (
    Comparison,
    Result,
    at_least,
    at_most,
    at_most_more,
    below,
    for_information,
    times_faster,
)
from devtools import bench_table

AT = {"day": "2026-11-22", "commit": "abc1234", "machine": "2 cores"}
_KEYS = {
    "name",
    "unit",
    "ours",
    "peer",
    "peer_name",
    "ratio",
    "goal",
    "holds",
    "rounds",
    "detail",
}


def _comparison(goal, ours=2.0, peer=4.0):
    return Comparison("saving", "ms", ours, peer, "nobody", goal)


@pytest.mark.parametrize(
    ("goal", "ours", "peer", "ratio", "holds"),
    [
        (at_most(1.15), 114, 100, 1.14, True),
        (at_most(1.15), 116, 100, 1.16, False),
        (at_least(1), 100, 100, 1.0, True),
        (at_least(1), 99, 100, 0.99, False),
        (times_faster(10), 10, 100, 10.0, True),
        (times_faster(10), 11, 100, 9.091, False),
        (at_most_more(0.5, "s"), 0.8, 0.3, 2.667, True),
        (at_most_more(0.5, "s"), 0.9, 0.3, 3.0, False),
        (below(300, "ms"), 299, 0, None, True),
        (below(300, "ms"), 300, 0, None, False),
        (for_information(), 3, 2, 1.5, None),
    ],
)
def test_a_goal_is_held_or_missed(goal, ours, peer, ratio, holds):
    told = _comparison(goal, ours, peer).as_dict()

    assert (told["ratio"], told["holds"]) == (ratio, holds)


def test_the_line_of_json_has_the_agreed_keys():
    result = Result("x", (_comparison(at_most(1)),), 3, {"rows": 5})

    told = json.loads(result.as_json())

    assert set(told) == _KEYS
    assert (told["name"], told["rounds"], told["detail"]["rows"]) == ("x", 3, 5)


def test_one_missed_goal_of_many_is_a_missed_goal():
    missed = _comparison(at_most(1), ours=5.0)
    result = Result("x", (_comparison(at_most(1)), missed), 3)

    told = result.as_dict()

    assert told["holds"] is False
    assert told["detail"]["holds"] is True
    assert [one["holds"] for one in told["detail"]["also"]] == [False]


def _order(count):
    """In which order three contestants run, round by round, and what is found."""
    order = []

    def contestant(name):
        return lambda: order.append(name) or len(order)

    found = rounds.interleaved({name: contestant(name) for name in "abc"}, count)
    return [order[start : start + 3] for start in range(0, len(order), 3)], found


def test_the_first_round_of_contestants_is_dropped():
    order, found = _order(count=2)

    assert [sorted(one) for one in order] == [["a", "b", "c"]] * 3
    assert found["a"] == [4 + order[1].index("a"), 7 + order[2].index("a")]


def test_every_second_round_is_the_one_before_turned_round():
    order, _found = _order(count=7)

    assert order[1::2] == [list(reversed(one)) for one in order[0::2]]


def test_the_order_is_drawn_by_lot_and_the_same_in_every_run():
    order, _found = _order(count=19)

    assert len({tuple(one) for one in order}) == 6
    assert _order(count=19)[0] == order


@pytest.mark.parametrize(("percent", "expected"), [(50, 5), (95, 10), (99, 10), (1, 1)])
def test_a_percentile_is_one_of_the_figures(percent, expected):
    assert rounds.percentile(range(10, 0, -1), percent) == expected


def test_with_json_nothing_else_is_printed(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench_x.py", "--json"])

    def measure(options):
        print("a server is starting")
        return Result("x", (_comparison(at_most(1)),), options.rounds or 1)

    assert command.main(measure) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "x"


def test_the_table_has_a_row_for_each_comparison(write, tmp_path):
    readme = write(
        "README.md", "before\n<!-- results -->earlier<!-- end of results -->\nend"
    )
    result = Result(
        "x", (_comparison(at_most(1)), _comparison(at_most(0.1))), 3
    ).as_json()

    bench_table.write({"x": result}, ["x", "y"], AT, readme, tmp_path / "results")

    text = readme.read_text()
    assert "| `x` | saving | 2 ms | nobody: 4 ms | 0.5 × | ≤ 1 × | holds | " in text
    missed = "|  | saving | 2 ms | nobody: 4 ms | 0.5 × | ≤ 0.1 × | **missed** |  |"
    assert missed in text
    assert "| `y` | | | | | | not measured yet | |" in text
    assert text.startswith("before\n") and text.endswith("\nend")
    assert "earlier" not in text


def test_what_was_found_before_stays_when_a_benchmark_breaks(write, tmp_path):
    readme = write("README.md", "a <!-- results --><!-- end of results --> z")
    result = Result("x", (_comparison(at_most(1)),), 3).as_json()
    words = (["x"], AT, readme, tmp_path / "results")

    bench_table.write({"x": result}, *words)
    first = readme.read_text()
    bench_table.write({"x": "Traceback"}, *words)

    assert "| `x` | saving |" in first
    assert readme.read_text() == first
