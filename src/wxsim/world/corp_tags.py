"""Corp tags as people use them in the client: administrators keep them, members put them on their customers."""

from collections.abc import Sequence

from wxsim.ids import TOKEN
from wxsim.world.corps import Corp, CorpTag, Friendship, TagGroup
from wxsim.world.world import World

IN_CLIENT = 0
"""The agent id of tags that no app made; no app may change them."""


def make_tag(world: World, corp: Corp, group_name: str, name: str) -> CorpTag:
    """An administrator makes a tag, in a group of this name."""
    group = next((each for each in corp.tag_groups.values() if each.name == group_name and not each.deleted), None)
    at = world.clock.unix()
    if group is None:
        group = TagGroup(_fresh(world, "tag group"), group_name, at, 0, IN_CLIENT)
        corp.tag_groups[group.id] = group
    tag = CorpTag(_fresh(world, "tag"), name, at, 0, IN_CLIENT)
    group.tags[tag.id] = tag
    _tell(world, corp, tag, "create")
    return tag


def rename_tag(world: World, corp: Corp, tag: CorpTag, name: str) -> None:
    """An administrator renames a tag."""
    tag.name = name
    _tell(world, corp, tag, "update")


def delete_tag(world: World, corp: Corp, tag: CorpTag) -> None:
    """An administrator deletes a tag; nobody carries it any more."""
    tag.deleted = True
    for followers in corp.followers_of.values():
        for friendship in followers.values():
            friendship.tag_ids = [each for each in friendship.tag_ids if each != tag.id]
    _tell(world, corp, tag, "delete")


def mark_in_client(world: World, corp: Corp, friendship: Friendship, tags: Sequence[CorpTag]) -> None:
    """A member lets a customer of theirs carry these tags and no others."""
    friendship.tag_ids = [tag.id for tag in tags]
    named = {"corpid": corp.corpid, "external_userid": friendship.external_userid, "userid": friendship.userid}
    cause = world.ledger.write("friend.tagged", **named, tags=list(friendship.tag_ids))
    world.notices.contact_edited(corp, friendship, cause)
    world.changes.touch()


def _fresh(world: World, what: str) -> str:
    return "et" + world.ids.fresh(30, what, alphabet=TOKEN)


def _tell(world: World, corp: Corp, tag: CorpTag, change: str) -> None:
    cause = world.ledger.write(f"tag.{change}", corpid=corp.corpid, tag=tag.id, name=tag.name)
    world.notices.tag_changed(corp, tag, change, cause)
    world.changes.touch()
