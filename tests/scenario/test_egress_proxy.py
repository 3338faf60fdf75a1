"""The whole product behind a proxy: the platform sees the proxy's address, and nothing is called beside it."""

from pathlib import Path

from tests.egress_proxy import egress_proxy

from weloop.entrypoints.machine import examine_machine
from weloop.entrypoints.settings import Settings

from .conftest import run_product

OUTSIDE = "127.0.0.2"


async def test_the_platform_sees_the_proxy_alone(database: str, tmp_path: Path) -> None:
    async with (
        egress_proxy(leaves_from=OUTSIDE) as proxy,
        run_product(database, tmp_path, egress_proxy=proxy.url) as product,
    ):
        [corp], [account] = product.simulator.world.corps.values(), product.simulator.world.accounts.values()
        [app] = corp.apps.values()
        calls = product.simulator.simulator.gateway.calls

        async def is_all_seen() -> bool:
            # What is on its way was seen by the proxy alone.
            return len(proxy.seen) == sum(calls.values()) > 4

        await product.until(is_all_seen)  # connecting and copying members went through it

        app.trusted_ips, account.trusted_ips = {OUTSIDE}, {OUTSIDE}
        reports = await product.call("POST", "/api/doctor/accounts")
        for report in reports:
            found = {finding["check"]: finding["state"] for finding in report["findings"]}
            assert (found["address"], found["clock"]) == ("good", "good")
        app.trusted_ips = {"203.0.113.1"}
        reports = await product.call("POST", "/api/doctor/accounts")
        named = [finding["copy_text"] for report in reports for finding in report["findings"] if finding["errcode"]]
        assert named == [OUTSIDE]
        await product.until(is_all_seen)

        app.trusted_ips = None
        [member] = [each["userid"] for each in await product.call("GET", "/api/staff") if each["contact_enabled"]][:1]
        made = await product.call(
            "POST",
            "/api/sources",
            {"name": "展会", "account_id": product.accounts["wecom"]["id"], "users": [member], "campaign_id": None},
        )
        await product.quiet()
        await product.call("GET", f"/api/sources/{made['id']}/qr.png")
        assert any("/cgi-bin/externalcontact/add_contact_way" in seen for seen in proxy.seen)
        assert not proxy.seen[-1].endswith("add_contact_way"), "the picture came through it too"


async def test_the_machine_says_whether_the_proxy_answers(tmp_path: Path) -> None:
    async with egress_proxy() as proxy:
        for url, outcome in ((proxy.url, "proxy"), ("http://u:S3cret@127.0.0.1:1", "away"), (None, "direct")):
            settings = Settings(home=tmp_path, egress_proxy=url)  # type: ignore[arg-type]
            found = {finding.check: finding for finding in examine_machine(settings)}["egress"]
            assert (found.outcome, found.ok) == (outcome, outcome != "away")
            assert "S3cret" not in str(found)
