"""What users do with imports. Each step is begun here and done by the claim loop."""

from collections.abc import Collection

from weloop.access.api import CurrentUser, record_act
from weloop.accounts.api import find_account, list_accounts
from weloop.audience.api import attribute_names
from weloop.contracts.accounts import AccountKind
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.contracts.events import EventKind
from weloop.features.imports import repository
from weloop.features.imports.handlers import TOPIC
from weloop.features.imports.models import PeopleImport
from weloop.features.imports.rules import OWN, Field, Placement, State, check_fields, guess_fields, load_limits
from weloop.features.imports.schemas import ImportMapping
from weloop.features.imports.uploads import ReadFile, seal_batch
from weloop.inbox.api import is_waiting
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import drop_former

_CHANGEABLE = frozenset({State.DRAFT, State.CHECKING, State.CHECKED})
KINDS = frozenset({AccountKind.WECOM, AccountKind.OFFICIAL_ACCOUNT})


async def create_import(unit: UnitOfWork, vault: Vault, user: CurrentUser, name: str, file: ReadFile) -> PeopleImport:
    """Keep a file as a draft, its columns guessed by their names."""
    row = PeopleImport(
        name=name,
        sha256=file.sha256,
        size=file.size,
        format=file.format,
        encoding=file.encoding,
        sheet=file.sheet,
        columns=file.columns,
        rows=file.rows,
        batches=len(file.batches),
        fields=guess_fields(file.columns, await attribute_names(unit)),
        account_id=await _first_account(unit),
        placement=Placement.NONE,
        state=State.DRAFT,
        place=0,
        expected=0,
        created_by=user.id,
        created_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    await repository.insert_batches(unit.connection, row.id, [seal_batch(vault, batch) for batch in file.batches])
    _note(unit, user, "import_uploaded", row, rows=file.rows)
    return row


async def _first_account(unit: UnitOfWork) -> int:
    """The account whose people a file holds until somebody says otherwise: the first of WeCom."""
    accounts = [each for each in await list_accounts(unit) if each.kind in KINDS]
    accounts.sort(key=lambda each: each.kind is not AccountKind.WECOM)
    if not accounts:
        raise Conflict("connect an account first", code="import_no_account")
    return accounts[0].id


async def map_import(unit: UnitOfWork, user: CurrentUser, import_id: int, given: ImportMapping) -> PeopleImport:
    """Say what the columns mean, and let it be checked."""
    row = await _locked(unit, import_id, _CHANGEABLE)
    check_fields(len(row.columns), given.fields)
    await _check_own(unit, given)
    await _check_account(unit, given)
    row.account_id, row.placement, row.fields = given.account_id, given.placement, list(given.fields)
    row.state, row.place, row.counts = State.CHECKING, 0, None
    _note(unit, user, "import_mapped", row)
    return row


async def _check_own(unit: UnitOfWork, given: ImportMapping) -> None:
    known = set((await attribute_names(unit)).values())
    for each in given.fields:
        if each is not None and not isinstance(each, Field) and each.removeprefix(OWN) not in known:
            raise InvalidInput("there is no such attribute", code="attribute_not_found", key=each.removeprefix(OWN))


async def _check_account(unit: UnitOfWork, given: ImportMapping) -> None:
    account = await find_account(unit, given.account_id)
    if account.kind not in KINDS:
        raise InvalidInput("this account has no people of its own", code="import_no_people")
    needs_wecom = given.placement is not Placement.NONE or bool({Field.EXTERNAL_USERID, Field.OWNER} & {*given.fields})
    if needs_wecom and account.kind is not AccountKind.WECOM:
        raise InvalidInput("leads, owners and customers belong to a WeCom account", code="import_needs_wecom")


async def run_import(unit: UnitOfWork, user: CurrentUser, import_id: int) -> PeopleImport:
    """Let a checked import come in. One that runs already goes on."""
    row = await _locked(unit, import_id, {State.CHECKED, State.RUNNING})
    if row.state == State.CHECKED:
        row.state, row.place, row.expected, row.started_at = State.RUNNING, 0, 0, unit.now
        _note(unit, user, "import_run", row, rows=row.rows)
    return row


async def undo_import(unit: UnitOfWork, user: CurrentUser, import_id: int) -> PeopleImport:
    """Take back what an import made and nobody has touched since. One that is being undone already goes on.

    One whose last rows are dead letters may be undone, too: it would never end.
    """
    row = await _locked(unit, import_id, {State.DONE, State.UNDOING, State.RUNNING})
    is_coming = row.place < row.batches or await is_waiting(unit, EventKind.PERSON_IMPORTED)
    if row.state == State.RUNNING and is_coming:
        raise Conflict("the import is at another step", code="import_state", state=row.state)
    if row.forgotten_at is not None:
        raise Conflict("its rows are forgotten", code="import_forgotten", days=load_limits().done_days)
    if row.state != State.UNDOING:
        row.state, row.place = State.UNDOING, 0
        await drop_former(unit, row.id)
        _note(unit, user, "import_undone", row, rows=row.expected)
    return row


async def delete_import(unit: UnitOfWork, user: CurrentUser, import_id: int) -> None:
    """Delete a file that never came in."""
    row = await _locked(unit, import_id, _CHANGEABLE)
    _note(unit, user, "import_deleted", row)
    await unit.session.delete(row)


async def _locked(unit: UnitOfWork, import_id: int, states: Collection[State]) -> PeopleImport:
    row = await repository.get_import(unit.session, import_id, lock=True)
    if row is None:
        raise NotFound("there is no such import", code="import_not_found")
    if row.state not in states:
        raise Conflict("the import is at another step", code="import_state", state=row.state)
    return row


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: PeopleImport, **detail: int) -> None:
    record_act(unit, user.id, act, f"import:{row.id}", {"name": row.name, **detail})
    unit.publish(TOPIC)
