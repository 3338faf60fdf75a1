"""The checks of pages themselves: each sees what it is for, and lets a good page pass."""

import pytest
from tests.e2e.browsers import OpenDesk
from tests.e2e.looks import check_looks

GOOD = '<!doctype html><html lang="en-US"><title>Page</title><main><h1>Page</h1>{}</main></html>'
FAULTS = {
    "raw keys": "<p>persons.column.name</p>",
    "outside the window": '<p style="width: 5000px">wide</p>',
    "not accessible": '<p style="color: #aaa; background: #fff">pale</p>',
    "not translated": "<p>联系人</p>",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_is_seen(open_desk: OpenDesk, fault: str) -> None:
    """A page with one fault is told as having just that."""
    page = open_desk().new_page()
    page.set_content(GOOD.format(FAULTS[fault]))
    with pytest.raises(AssertionError, match=fault):
        check_looks(page, set(), seconds=0)


def test_a_good_page_passes(open_desk: OpenDesk) -> None:
    """Data, and the first letter of a name, may be Chinese anywhere."""
    page = open_desk().new_page()
    page.set_content(GOOD.format("<p>王静, under 「客户联系」</p><p>王</p>"))
    check_looks(page, {"王静"})
