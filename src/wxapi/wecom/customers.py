"""客户 customers (external contacts) and the members who serve them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from wxapi.caller import Caller
from wxapi.fields import Object, number, object_of, objects, text, texts, without_none

_ROOT = "/cgi-bin/externalcontact"


@dataclass(frozen=True, slots=True)
class Customer:
    """An external contact. ``type`` 1 WeChat user, 2 WeCom user; ``gender`` 0 unknown, 1 male, 2 female.

    ``unionid`` is empty unless the corp has bound a WeChat developer account; company fields come for type 2 only.
    """

    external_userid: str
    name: str = field(repr=False)
    type: int
    gender: int
    avatar: str = field(repr=False)
    unionid: str = field(repr=False)
    position: str = field(repr=False)
    corp_name: str = field(repr=False)
    corp_full_name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Follow:
    """What one member holds of a customer. ``created_at`` in Unix seconds; ``add_way`` as documented, open-ended."""

    userid: str
    created_at: int
    state: str
    add_way: int
    oper_userid: str
    remark: str = field(repr=False)
    description: str = field(repr=False)
    remark_company: str = field(repr=False)
    remark_mobiles: tuple[str, ...] = field(repr=False)
    tag_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A customer with a page of its members; ``next_cursor`` is empty on the last one."""

    customer: Customer
    follows: tuple[Follow, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Relation:
    """One customer and one of its members."""

    customer: Customer
    follow: Follow


@dataclass(frozen=True, slots=True)
class RelationPage:
    """A page of relations; ``next_cursor`` is empty on the last one."""

    relations: tuple[Relation, ...]
    next_cursor: str
    unlicensed_userids: tuple[str, ...]


class Customers:
    """``/cgi-bin/externalcontact``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list_follow_users(self) -> tuple[str, ...]:
        """Userids of members with 客户联系, within the app's range."""
        return texts(await self._caller.get(f"{_ROOT}/get_follow_user_list"), "follow_user")

    async def list(self, userid: str) -> tuple[str, ...]:
        """External userids of one member's customers. Without any, some corps answer 84061, some an empty list."""
        return texts(await self._caller.get(f"{_ROOT}/list", userid=userid), "external_userid")

    async def get(self, external_userid: str, cursor: str = "") -> CustomerPage:
        """One customer; more than 500 members come in pages."""
        query = {"external_userid": external_userid} | ({"cursor": cursor} if cursor else {})
        reply = await self._caller.get(f"{_ROOT}/get", **query)
        return CustomerPage(
            customer=_read_customer(object_of(reply, "external_contact")),
            follows=tuple(_read_follow(item) for item in objects(reply, "follow_user")),
            next_cursor=text(reply, "next_cursor"),
        )

    async def batch_get(self, userids: Sequence[str], cursor: str = "", limit: int = 100) -> RelationPage:
        """Customers of up to 100 members, one item per relation; ``limit`` is at most 100."""
        body = {"userid_list": list(userids), "cursor": cursor, "limit": limit}
        reply = await self._caller.post(f"{_ROOT}/batch/get_by_user", body)
        return RelationPage(
            relations=tuple(_read_relation(item) for item in objects(reply, "external_contact_list")),
            next_cursor=text(reply, "next_cursor"),
            unlicensed_userids=texts(object_of(reply, "fail_info"), "unlicensed_userid_list"),
        )

    async def remark(
        self,
        userid: str,
        external_userid: str,
        *,
        remark: str | None = None,
        description: str | None = None,
        company: str | None = None,
        mobiles: Sequence[str] | None = None,
    ) -> None:
        """Change what a member holds of a customer; ``mobiles`` replaces all, ``[""]`` clears them."""
        body = {
            "userid": userid,
            "external_userid": external_userid,
            "remark": remark,
            "description": description,
            "remark_company": company,
            "remark_mobiles": None if mobiles is None else list(mobiles),
        }
        await self._caller.post(f"{_ROOT}/remark", without_none(body))


def _read_customer(item: Object) -> Customer:
    return Customer(
        external_userid=text(item, "external_userid"),
        name=text(item, "name"),
        type=number(item, "type"),
        gender=number(item, "gender"),
        avatar=text(item, "avatar"),
        unionid=text(item, "unionid"),
        position=text(item, "position"),
        corp_name=text(item, "corp_name"),
        corp_full_name=text(item, "corp_full_name"),
    )


def _read_follow(item: Object) -> Follow:
    return Follow(
        userid=text(item, "userid"),
        created_at=number(item, "createtime"),
        state=text(item, "state"),
        add_way=number(item, "add_way"),
        oper_userid=text(item, "oper_userid"),
        remark=text(item, "remark"),
        description=text(item, "description"),
        remark_company=text(item, "remark_corp_name"),
        remark_mobiles=texts(item, "remark_mobiles"),
        tag_ids=_tag_ids(item),
    )


def _tag_ids(item: Object) -> tuple[str, ...]:
    """``get`` gives objects (without an id for a member's own tags), ``batch/get_by_user`` a list of ids."""
    listed = tuple(text(tag, "tag_id") for tag in objects(item, "tags"))
    return tuple(tag_id for tag_id in listed if tag_id) or texts(item, "tag_id")


def _read_relation(item: Object) -> Relation:
    return Relation(_read_customer(object_of(item, "external_contact")), _read_follow(object_of(item, "follow_info")))
