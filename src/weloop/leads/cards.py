"""Cards about leads on the phones of members."""

import re
from collections.abc import Sequence

from weloop.codes.api import find_codes
from weloop.identity.api import Face, find_faces
from weloop.kit.clock import BEIJING
from weloop.kit.unit import UnitOfWork
from weloop.leads.models import Lead
from weloop.staff.api import AskCard, CardButton, send_ask_card, send_notice_card

ACCEPT = "lead_accept"
NOBODY = "未命名"
_TASK = re.compile(r"lead-(\d{1,18})-\d+")


def task_id(lead: Lead) -> str:
    """Name of the card by which a lead was put to its member."""
    return f"lead-{lead.id}-{lead.moves}"


def lead_of(task: str) -> int | None:
    """The lead that a card is about; None for cards of others."""
    found = _TASK.fullmatch(task)
    return int(found[1]) if found else None


async def send_cards(unit: UnitOfWork, account_id: int, leads: Sequence[Lead]) -> None:
    """Tell members of leads that were put to them, each by a card with 接单."""
    faces = await find_faces(unit, {lead.person_id for lead in leads})
    codes = await find_codes(unit, {lead.state for lead in leads})
    for lead in leads:
        face, code = faces.get(lead.person_id), codes.get(lead.state)
        until = f"{lead.due_at + BEIJING:%H:%M} 前接单" if lead.due_at is not None else ""
        card = AskCard(
            task_id=task_id(lead),
            title=f"新线索：{name_of(face)}",
            desc=until,
            rows=[
                ("公司", (face.company if face else None) or ""),
                ("来源", code.name if code else ""),
                ("评分", f"{lead.fit + lead.engagement:.0f}" if lead.fit + lead.engagement else ""),
                ("电话", face.phones[0] if face and face.phones and not lead.is_friend else ""),
            ],
            buttons=[CardButton("接单", ACCEPT)],
            page=f"/leads/{lead.id}",
            about=lead.identity_id,
        )
        if lead.staff is not None:
            send_ask_card(unit, account_id, [lead.staff], card, lead.due_at)


async def send_alarms(
    unit: UnitOfWork, account_id: int, users: Sequence[str], late: Sequence[tuple[Lead, str]]
) -> None:
    """Tell team leads of clocks (lead, member's name) that ran out while the lead stays where it is."""
    if not users or not late:
        return
    faces = await find_faces(unit, {lead.person_id for lead, _ in late})
    for lead, name in late:
        what = "未按时接单" if lead.expired == "accept" else "未按时首次联系"
        words = f"{name_of(faces.get(lead.person_id))} · 负责人 {name or '无'}\n{what}，请跟进。"
        key = f"lead-late-{lead.id}-{lead.moves}-{lead.expired}"
        page = f"/leads/{lead.id}"
        send_notice_card(unit, account_id, users, key, "线索超时", words, page, about=lead.identity_id)


def name_of(face: Face | None) -> str:
    """What a person is called on cards and phones."""
    return (face.name if face else None) or NOBODY
