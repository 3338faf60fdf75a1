"""The sample-ratio check of splits: people who go missing behind a draw are noticed, and chance is left alone."""

from typing import Any

import pytest

from weloop.contracts.chance import bucket
from weloop.journeys.definition import Definition
from weloop.journeys.ratios import OFF, chance_of, check_ratios

SPLIT = {
    "id": "split",
    "type": "split",
    "arms": [{"name": "a", "weight": 1, "next": "end"}, {"name": "b", "weight": 3, "next": "end"}],
}
END = {"id": "end", "type": "end"}


def check(drawn: dict[str, int], *nodes: dict[str, Any], **entry: Any) -> Any:
    definition = Definition.model_validate({"nodes": nodes or [SPLIT, END], "entry": entry})
    return check_ratios(definition, {0: drawn}).get(0)


# Quantiles of the chi-squared distribution out of tables, for two arms and more.
@pytest.mark.parametrize(
    ("drawn", "weights", "chance"),
    [
        ([50, 50], [1, 1], 1.0),
        ([60, 40], [1, 1], 0.0455),
        ([30, 30, 60], [1, 1, 1], 0.000553),
        ([30, 30, 60], [1, 1, 2], 1.0),
        ([20, 30, 25, 45], [1, 1, 1, 1], 0.00861),
    ],
)
def test_the_chance_is_that_of_the_chi_squared_test(drawn: list[int], weights: list[int], chance: float) -> None:
    assert chance_of(drawn, weights) == pytest.approx(chance, rel=0.01)


def test_a_split_that_loses_people_of_one_arm_is_off_and_one_that_does_not_is_not() -> None:
    assert not check({"arm_a": 2_500, "arm_b": 7_500}).is_off
    lossy = check({"arm_a": 2_300, "arm_b": 7_500, "sent": 4})
    assert (lossy.is_off, lossy.people) == (True, 9_800)


def test_what_chance_draws_is_hardly_ever_off() -> None:
    chances = []
    for trial in range(300):
        some = range(trial * 400, trial * 400 + 400)
        low = sum(bucket(f"{trial}:split", each) < 0.25 for each in some)
        chances.append(check({"arm_a": low, "arm_b": 400 - low}).chance)
    assert sum(each < 0.05 for each in chances) < 30
    assert min(chances) > OFF


def test_few_people_say_nothing() -> None:
    assert check({}) is None
    assert check({"arm_a": 19}) is None
    assert check({"arm_a": 20}).is_off


TWICE = {"arm_a": 100, "first_arm_a": 10, "first_arm_b": 30}
"""The ten of one arm came ten times."""


@pytest.mark.parametrize("entry", [{"again": "always"}, {"per": "event"}])
def test_who_is_drawn_twice_is_one(entry: dict[str, str]) -> None:
    assert (check(TWICE, **entry).people, check(TWICE, **entry).chance) == (40, 1.0)
    assert check({"arm_a": 100}, **entry) is None


def test_so_it_is_in_a_split_to_which_a_way_leads_back() -> None:
    back = {"id": "back", "type": "delay", "for_seconds": 60, "next": "split"}
    looping = {**SPLIT, "arms": [{"name": "a", "weight": 1, "next": "back"}, {"name": "b", "weight": 3, "next": "end"}]}
    assert check(TWICE, looping, back, END).people == 40
    assert check(TWICE).people == 100, "nobody comes twice"
