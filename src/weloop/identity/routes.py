"""Routes of the person pages."""

import re
from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Depends, Path, Query, Request

from weloop.access.api import Editor, SignedIn, record_act
from weloop.contracts.errors import Conflict
from weloop.contracts.labels import Labels
from weloop.identity import pages, service
from weloop.identity.reading import PersonFilter
from weloop.identity.schemas import PersonDetail, PersonPage, Timeline
from weloop.inbox.api import SubjectKeys
from weloop.kit.http import MAX_ID, PageQuery, RequestUnit, Search, TextId

router = APIRouter(prefix="/persons", tags=["persons"])

Kind: TypeAlias = Literal["external_contact", "follower", "phone_only", "visitor"]


def _parse_id(person_id: Annotated[TextId, Path()]) -> int:
    return int(person_id)


def _labels(request: Request) -> Labels:
    labels: Labels = request.app.state.labels
    return labels


PersonId: TypeAlias = Annotated[int, Depends(_parse_id)]
FactKey: TypeAlias = Annotated[str, Path(pattern=re.compile("^[0-9a-f]{32}$").pattern)]
Names: TypeAlias = Annotated[Labels, Depends(_labels)]


@router.get("")
async def list_persons(
    _: SignedIn,
    unit: RequestUnit,
    labels: Names,
    page: PageQuery,
    search: Search = "",
    kind: Kind | None = None,
    state_code: Annotated[str | None, Query(max_length=64)] = None,
    resolved: bool | None = None,
    tag: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
    company: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> PersonPage:
    """Persons, last seen first; those who carry a tag, or belong to a company."""
    asked = ((labels.tagged, tag), (labels.of_company, company))
    among = tuple((sql, value) for sql, value in asked if value is not None)
    return await pages.person_page(unit, labels, PersonFilter(search, kind, state_code, resolved, among), page)


@router.get("/{person_id}")
async def get_person(_: SignedIn, unit: RequestUnit, labels: Names, person_id: PersonId) -> PersonDetail:
    """A person, by its id or the id of any of its identities."""
    return await pages.person_detail(unit, labels, person_id)


@router.get("/{person_id}/timeline")
async def get_timeline(
    request: Request,
    _: SignedIn,
    unit: RequestUnit,
    person_id: PersonId,
    before: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> Timeline:
    """The events of a person, newest first."""
    keys: SubjectKeys = request.app.state.subject_keys
    return await pages.person_timeline(unit, keys, person_id, before)


@router.post("/{person_id}/facts/{key}/undo", status_code=204)
async def undo_fact(user: Editor, unit: RequestUnit, person_id: PersonId, key: FactKey) -> None:
    """Let a link not count any more; the persons it joined are told apart."""
    link, undos = await pages.link_of(unit, person_id, bytes.fromhex(key))
    if undos:
        raise Conflict("the link is undone already", code="fact_undone")
    await service.undo_fact(unit, link.key, user.id, (link.a, link.b))
    record_act(unit, user.id, "person.link_undone", f"person:{person_id}", {"fact": key})


@router.post("/{person_id}/facts/{key}/redo", status_code=204)
async def redo_fact(user: Editor, unit: RequestUnit, person_id: PersonId, key: FactKey) -> None:
    """Let an undone link count again."""
    link, undos = await pages.link_of(unit, person_id, bytes.fromhex(key))
    if not undos:
        raise Conflict("the link counts already", code="fact_not_undone")
    for undo in undos:
        await service.undo_fact(unit, undo, user.id, (link.a, link.b))
    record_act(unit, user.id, "person.link_redone", f"person:{person_id}", {"fact": key})
