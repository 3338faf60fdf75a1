"""``POST /v1/leads/{id}/stage``: a CRM tells how a lead went on. Authenticated by a site's server key."""

from typing import Annotated

from fastapi import APIRouter, Header

from weloop.access.api import record_act
from weloop.connectors.web.api import server_account
from weloop.kit.http import RequestUnits, RowId, Schema
from weloop.leads.api import Actor, Stage, StageChange, advance, get_locked

router = APIRouter(prefix="/v1/leads", include_in_schema=False)
CRM = Actor("api")


class LeadStage(Schema):
    """Where a lead stands. ``amount`` in yuan."""

    id: int
    stage: Stage
    reason: str | None
    amount: float | None


@router.post("/{lead_id}/stage")
async def tell_stage(
    lead_id: RowId, body: StageChange, units: RequestUnits, authorization: Annotated[str | None, Header()] = None
) -> LeadStage:
    """Bring a lead to a later stage or close it; the stage it has already changes nothing but the amount."""
    async with units.begin() as unit:
        site = await server_account(unit, authorization)
        lead = await get_locked(unit, lead_id, CRM)
        await advance(unit, lead, CRM, body.to, body.reason, body.amount)
        record_act(unit, None, "lead_advanced", f"lead:{lead_id}", {"to": body.to, "site": site})
        amount = None if lead.amount is None else float(lead.amount)
        return LeadStage(id=lead.id, stage=Stage(lead.stage), reason=lead.reason, amount=amount)
