"""Phone numbers that members typed: one form for one number, nothing for what is none."""

import pytest

from weloop.contracts.phones import clean_phone


@pytest.mark.parametrize(
    "typed",
    [
        "13800001111",
        "138 0000 1111",
        "+86 138-0000-1111",
        "8613800001111",
        "１３８００００１１１１",
        "（86）13800001111",
    ],
)
def test_one_number_has_one_form(typed: str) -> None:
    assert clean_phone(typed) == "13800001111"


@pytest.mark.parametrize("typed", ["", "wx: lina", "123", "1380000111122223333", "13800001111a", "१३८००००११११"])
def test_what_is_no_number_is_nothing(typed: str) -> None:
    assert clean_phone(typed) == ""
