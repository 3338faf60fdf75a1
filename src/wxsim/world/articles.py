"""Articles of an official account: drafts, what was published, and how many read it on each day."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wxsim.clock import beijing_day
from wxsim.ids import TOKEN

if TYPE_CHECKING:
    from wxsim.world.official_accounts import OfficialAccount
    from wxsim.world.world import World

FIRST_MESSAGE = 2_247_483_647
"""Where the platform's numbers of messages begin."""


@dataclass(slots=True, eq=False)
class Article:
    """One article. Until it is published it is known by its draft's id, afterwards by the others.

    ``key`` names it in this world alone. ``reads``: persons by Beijing day, each once a day.
    """

    key: str
    title: str
    draft_id: str
    updated_at: int
    author: str = ""
    digest: str = ""
    article_id: str = ""
    msgid: str = ""
    url: str = ""
    published_at: int = 0
    deleted: bool = False
    reads: dict[int, int] = field(default_factory=dict)

    @property
    def is_published(self) -> bool:
        """Whether anybody outside can read it."""
        return self.published_at > 0


def write_draft(world: "World", account: "OfficialAccount", key: str, title: str, digest: str = "") -> Article:
    """A draft in the account's box."""
    draft_id = world.ids.derive(64, "draft", account.appid, key, alphabet=TOKEN)
    article = Article(key, title, draft_id, world.clock.unix(), account.name, digest)
    account.articles[key] = article
    world.changes.touch()
    return article


def publish(world: "World", account: "OfficialAccount", article: Article) -> None:
    """Let everybody read it; its draft is gone from then on. Once is enough."""
    if article.is_published:
        return
    account.messages += 1
    mark = world.ids.derive(22, "article", account.appid, article.key, alphabet=TOKEN)
    article.article_id = world.ids.derive(64, "published", account.appid, article.key, alphabet=TOKEN)
    article.msgid = f"{FIRST_MESSAGE + account.messages}_1"
    article.url = f"{world.base_url}/mp.weixin.qq.com/s/{mark}"
    article.published_at = article.updated_at = world.clock.unix()
    world.changes.touch()


def count_reads(world: "World", article: Article, count: int = 1) -> None:
    """So many persons read it now."""
    day = beijing_day(world.clock.time())
    article.reads[day] = article.reads.get(day, 0) + count
    world.changes.touch()
