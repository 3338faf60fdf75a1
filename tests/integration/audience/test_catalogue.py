"""What the builder of rules offers to choose: names instead of what tables hold."""

from weloop.audience.catalogue import show_terms
from weloop.audience.schemas import FieldInfo

from .conftest import Stage


async def test_members_sources_and_origins_are_chosen_by_name(stage: Stage) -> None:
    await stage.ask(
        "INSERT INTO account (kind, name, app_id, api_base, callback_key, state, created_at, updated_at)"
        " VALUES ('wecom', 'test', 'ww1', 'http://localhost', 'k', 'ready', now(), now()) RETURNING id"
    )
    await stage.ask(
        "INSERT INTO staff (account_id, userid, name, department, status, contact_enabled, synced_at)"
        " SELECT id, 'lina', '李娜', '', 1, true, now() FROM account RETURNING 1"
    )
    await stage.ask(
        "INSERT INTO state_code (code, kind, name, created_at) VALUES ('ab12', 'form', '展会', now()) RETURNING 1"
    )
    async with stage.units.begin() as unit:
        groups = await show_terms(unit, stage.terms)
    assert all(group.fields or group.terms for group in groups), "who only keeps segments offers nothing to ask"
    fields = {field.name: field for group in groups for field in group.fields}
    assert named(fields["person.staff"]) == named(fields["lead.staff"]) == {"lina": "李娜"}
    assert named(fields["person.state_code"]) == named(fields["lead.state"]) == {"ab12": "展会"}
    assert set(named(fields["lead.origin"])) == {"contact", "form", "import", "manual"}
    assert "contains" in fields["person.staff"].ops
    assert "contains" not in fields["lead.staff"].ops
    assert "contains" in fields["person.company"].ops


def named(field: FieldInfo) -> dict[str | int, str]:
    return {choice.value: choice.name.zh for choice in field.choices}
