"""Routes of attributes, tags and companies."""

from typing import Annotated

from fastapi import APIRouter, Path

from weloop.access.api import Editor, SignedIn, record_act
from weloop.audience import attributes, companies, companies_rows, notes, tags
from weloop.audience.notes_schemas import (
    Archiving,
    AttributeChange,
    AttributeInfo,
    AttributeInput,
    CompanyInfo,
    CompanyJoin,
    CompanyName,
    CompanyPage,
    Marking,
    MarkingResult,
    PersonNotes,
    Refreshed,
    TagInfo,
    TagInput,
    TagRename,
    ValuesInput,
)
from weloop.audience.tags_marking import tag_persons
from weloop.identity.api import need_person
from weloop.kit.http import PageQuery, RequestUnit, RowId, Search, TextId

router = APIRouter(tags=["audience"])
PersonPath = Annotated[TextId, Path()]


@router.get("/attributes")
async def list_attributes(_: SignedIn, unit: RequestUnit) -> list[AttributeInfo]:
    """All of them, archived ones last."""
    return await notes.list_attribute_infos(unit)


@router.post("/attributes", status_code=201)
async def create_attribute(body: AttributeInput, user: Editor, unit: RequestUnit) -> AttributeInfo:
    """Define an attribute of persons."""
    return notes.attribute_info(await attributes.create_attribute(unit, user, body.model_dump()), 0)


@router.put("/attributes/{attribute_id}")
async def change_attribute(
    attribute_id: RowId, body: AttributeChange, user: Editor, unit: RequestUnit
) -> AttributeInfo:
    """Another name, other choices. Key and type stay: values, rules and files count on them."""
    row = await attributes.change_attribute(unit, user, attribute_id, body.name, body.choices)
    return await notes.one_attribute(unit, row)


@router.put("/attributes/{attribute_id}/archived")
async def archive_attribute(attribute_id: RowId, body: Archiving, user: Editor, unit: RequestUnit) -> AttributeInfo:
    """Put it away, or take it back; its values stay."""
    return await notes.one_attribute(unit, await attributes.archive_attribute(unit, user, attribute_id, body.archived))


@router.get("/tags")
async def list_tags(_: SignedIn, unit: RequestUnit) -> list[TagInfo]:
    """All tags by account, group and name, with how many persons carry them."""
    return await notes.list_tag_infos(unit)


@router.post("/tags", status_code=201)
async def create_tag(body: TagInput, user: Editor, unit: RequestUnit) -> TagInfo:
    """Make a tag, here or at a platform."""
    return await notes.one_tag(unit, await tags.create_tag(unit, user, body.name, body.group, body.account_id))


@router.post("/tags/refresh", status_code=202)
async def refresh_tags(_: Editor, unit: RequestUnit) -> Refreshed:
    """Copy the tags of all accounts anew."""
    return Refreshed(accounts=await tags.fetch_all(unit))


@router.post("/tags/marks", status_code=202)
async def mark_persons(body: Marking, user: Editor, unit: RequestUnit) -> MarkingResult:
    """Put tags on persons, or take them off. What a platform must do is under way then."""
    result = await tag_persons(unit, [int(each) for each in body.persons], body.tags, body.on)
    act = "persons_tagged" if body.on else "persons_untagged"
    record_act(unit, user.id, act, f"tag:{body.tags[0]}", {"tags": list(body.tags), "persons": len(body.persons)})
    return MarkingResult(done=len(result.done), waiting=len(result.waiting), unreached=len(result.unreached))


@router.put("/tags/{tag_id}")
async def rename_tag(tag_id: RowId, body: TagRename, user: Editor, unit: RequestUnit) -> TagInfo:
    """Another name, of our own tags also another group."""
    return await notes.one_tag(unit, await tags.rename_tag(unit, user, tag_id, body.name, body.group))


@router.put("/tags/{tag_id}/archived")
async def archive_tag(tag_id: RowId, body: Archiving, user: Editor, unit: RequestUnit) -> TagInfo:
    """Put it away, or take it back; nobody loses it."""
    return await notes.one_tag(unit, await tags.archive_tag(unit, user, tag_id, body.archived))


@router.post("/tags/{tag_id}/retry", status_code=202)
async def retry_tag(tag_id: RowId, user: Editor, unit: RequestUnit) -> TagInfo:
    """Make it once more at its platform."""
    return await notes.one_tag(unit, await tags.retry_tag(unit, user, tag_id))


@router.get("/persons/{person_id}/notes")
async def get_person_notes(_: SignedIn, unit: RequestUnit, person_id: PersonPath) -> PersonNotes:
    """Attributes, tags and company of a person."""
    return await notes.person_notes(unit, int(person_id))


@router.put("/persons/{person_id}/values")
async def set_person_values(person_id: PersonPath, body: ValuesInput, user: Editor, unit: RequestUnit) -> PersonNotes:
    """Set attributes of a person by hand."""
    person = await need_person(unit, int(person_id))
    await attributes.set_attributes(unit, [person], body.values, "hand")
    record_act(unit, user.id, "person_values_set", f"person:{person}", {"attributes": sorted(body.values)})
    return await notes.person_notes(unit, person)


@router.get("/companies")
async def list_companies(_: SignedIn, unit: RequestUnit, page: PageQuery, search: Search = "") -> CompanyPage:
    """Companies, most persons first."""
    rows, total = await companies_rows.list_companies(unit.connection, search.strip(), page)
    items = [CompanyInfo.model_validate(row) for row in rows]
    return CompanyPage(items=items, total=total, page=page.page, size=page.size)


@router.get("/companies/{company_id}")
async def get_company(_: SignedIn, unit: RequestUnit, company_id: RowId) -> CompanyInfo:
    """One company."""
    return CompanyInfo.model_validate(await companies.get_company(unit, company_id))


@router.put("/companies/{company_id}")
async def rename_company(company_id: RowId, body: CompanyName, user: Editor, unit: RequestUnit) -> CompanyInfo:
    """Show it under another spelling."""
    await companies.rename_company(unit, user, company_id, body.name)
    return CompanyInfo.model_validate(await companies.get_company(unit, company_id))


@router.post("/companies/{company_id}/join")
async def join_companies(company_id: RowId, body: CompanyJoin, user: Editor, unit: RequestUnit) -> CompanyInfo:
    """Make it one with another, which stays."""
    await companies.join_companies(unit, user, company_id, body.into)
    return CompanyInfo.model_validate(await companies.get_company(unit, body.into))
