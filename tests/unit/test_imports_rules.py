"""What a column may mean, and what a row must be."""

import pytest

from weloop.audience.attributes_rules import AttributeType, read_value
from weloop.contracts.errors import InvalidInput
from weloop.contracts.identities import IdentityKind, Profile, Strength
from weloop.features.imports.rules import (
    Fault,
    Field,
    Known,
    by_name,
    check_fields,
    guess_fields,
    load_meanings,
    read_row,
)
from weloop.features.imports.sheets import cell_text
from weloop.features.imports.template import COLUMNS
from weloop.kit.spreadsheets import csv_line

KNOWN = Known("ww1", by_name({"lina": "李娜", "wang": "王强", "wang2": "王强"}), by_name({"code1": "展会"}))


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        (["客户姓名（必填）", "手机号*", " E-mail ", "公司名称"], ["name", "phone", "email", "company"]),
        (["Full Name", "Phone Number", "Job_Title", "Lead Owner"], ["name", "phone", "title", "owner"]),
        (["ＵｎｉｏｎＩＤ", "external_userid", "渠道"], ["unionid", "external_userid", "state"]),
        (["电话", "手机", "爱好"], ["phone", None, None]),
        (list(COLUMNS), ["name", "phone", "email", "company", "title", "need", "note", "owner", "state"]),
    ],
)
def test_columns_are_guessed_by_their_names(columns: list[str], fields: list[str | None]) -> None:
    assert guess_fields(columns, {}) == fields


def test_a_column_called_like_an_attribute_holds_it_even_where_ours_is_called_so() -> None:
    own = {"公司规模": "company_size", "需求": "wish"}
    assert guess_fields(["手机", "公司规模*", "需求"], own) == [Field.PHONE, "attribute:company_size", "attribute:wish"]


def test_values_of_attributes_are_read_by_their_type_and_refused_by_it() -> None:
    known = Known("ww1", own={"seats": lambda raw: read_value(AttributeType.NUMBER, (), raw)})
    fields = [Field.PHONE, "attribute:seats", "attribute:gone"]
    row, _ = read_row(2, ["13800001111", "1,200", ""], fields, known)
    assert row is not None
    assert row.personal == {"attributes": {"seats": 1200.0}}
    row, faults = read_row(3, ["13800001111", "many", "x"], fields, known)
    assert (row, faults) == (None, [Fault(1, "attribute"), Fault(2, "attribute")])


def test_every_field_can_be_guessed() -> None:
    assert set(load_meanings().values()) == set(Field)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ([Field.PHONE], "import_fields"),
        ([Field.PHONE, Field.PHONE], "import_field_twice"),
        ([Field.NAME, None], "import_no_key"),
    ],
)
def test_fields_fit_the_columns(fields: list[Field | None], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_fields(2, fields)
    assert refused.value.instance_code == code


def test_a_row_is_known_by_its_strongest_name() -> None:
    fields = [Field.EMAIL, Field.UNIONID, Field.EXTERNAL_USERID, Field.PHONE, Field.NAME, Field.OWNER, Field.STATE]
    cells = ["Zhang@Example.COM", "o6_bmjrPTlm6_2sgVt7", "wmEXTERNAL", "+86 138-0000-1111", "张三", "李娜", "展会"]
    row, faults = read_row(7, cells, fields, KNOWN)
    assert row is not None
    assert faults == []
    assert [(ref.kind, ref.scope, ref.value) for ref in row.refs] == [
        (IdentityKind.PHONE, "", "13800001111"),
        (IdentityKind.EXTERNAL_CONTACT, "ww1", "wmEXTERNAL"),
        (IdentityKind.UNIONID, "", "o6_bmjrPTlm6_2sgVt7"),
        (IdentityKind.EMAIL, "", "zhang@example.com"),
    ]
    assert {alias.strength for alias in row.aliases} == {Strength.WEAK}
    assert (row.profile, row.owner, row.state) == (Profile(name="张三"), "lina", "code1")


def test_a_row_without_a_name_tells_none() -> None:
    row, _ = read_row(2, ["13800001111", ""], [Field.PHONE, Field.NAME], KNOWN)
    assert row is not None
    assert row.profile is None, "or it would wipe out what an earlier row has told"


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        (["张三"], [Fault(-1, "no_key")]),
        (["张三", "1.38E+10"], [Fault(1, "phone")]),
        (["", "12345", "a@b"], [Fault(1, "phone"), Fault(2, "email")]),
        (["x" * 101, "13800001111"], [Fault(0, "too_long")]),
        (["", "13800001111", "", "赵六"], [Fault(3, "owner_unknown")]),
        (["", "13800001111", "", "王强"], [Fault(3, "owner_several")]),
        (["", "13800001111", "", "", "没有"], [Fault(4, "state_unknown")]),
        (["", "", "", "", "", "=cmd|' /C calc'!A0"], [Fault(5, "unionid")]),
    ],
)
def test_a_row_with_a_fault_stays_out_whole(cells: list[str], faults: list[Fault]) -> None:
    fields = [Field.NAME, Field.PHONE, Field.EMAIL, Field.OWNER, Field.STATE, Field.UNIONID]
    assert read_row(2, cells, fields, KNOWN) == (None, faults)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13800001111.0, "13800001111"),
        ('="013800001111"', "013800001111"),
        ("'=1+1", "=1+1"),
        ("\u3000张\x00三\u200b ", "张 三"),
        ("一\r\n\r\n二", "一\n二"),
        (True, "是"),
        (0.5, "0.5"),
    ],
)
def test_a_cell_is_what_a_person_reads(value: object, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize("sign", "=+-@\t\r")
def test_no_cell_of_ours_is_a_formula(sign: str) -> None:
    assert csv_line([f"{sign}1+1", "a"]).strip().lstrip('"').startswith("'")
