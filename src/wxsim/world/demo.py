"""The ready world 「山屿云」: an invented company, its staff, its account, and strangers who may become customers."""

from wxsim.ids import HEX, TOKEN
from wxsim.world.codes import AccountCode
from wxsim.world.corps import Corp, Department, Member, WecomApp
from wxsim.world.kf import add_kf_account
from wxsim.world.message_templates import Kind, add_template
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.video_channels import VideoChannel
from wxsim.world.world import World

CORPID = "ww5a1e0000000demo1"
AGENTID = 1000002
APPID = "wx5a1e0000000demo2"
FINDER_ID = "sph5a1e0000000demo3"
ENTITY = "山屿云"
STRANGERS = 30
TEMPLATES: tuple[tuple[str, str, str, Kind], ...] = (
    (
        "活动开始提醒",
        "活动名称:{{thing1.DATA}}\n开始时间:{{time2.DATA}}\n参与方式:{{thing3.DATA}}\n",
        "活动名称:私域获客公开课\n开始时间:2026年10月9日 20:00\n参与方式:点击卡片进入直播间\n",
        "template",
    ),
    (
        "报价单已生成",
        "方案名称:{{thing1.DATA}}\n金额:{{amount2.DATA}}\n联系人:{{name3.DATA}}\n",
        "方案名称:标准版一年\n金额:12800元\n联系人:林晓\n",
        "template",
    ),
    (
        "直播开始通知",
        "直播主题:{{thing1.DATA}}\n开始时间:{{date2.DATA}}\n",
        "直播主题:新品发布\n开始时间:2026年10月9日 20:00\n",
        "once",
    ),
)
"""Of the service account: title, content, example, kind."""


def build_demo(world: World) -> None:
    """Fill an empty world; ids and secrets are functions of its seed."""
    add_corp(world, CORPID, "山屿云（虚构）", open_platform=ENTITY)
    corp = world.corps[CORPID]
    corp.departments |= {
        2: Department(2, "市场部", 1, 200, ["zhouyan"]),
        3: Department(3, "销售拓展组", 1, 100, ["linxiao"]),
    }
    for userid, name, gender, position in (
        ("linxiao", "林晓", 2, "销售拓展主管"),
        ("chenyu", "陈屿", 1, "销售拓展顾问"),
        ("wangjing", "王静", 2, "销售拓展顾问"),
        ("zhaolei", "赵磊", 1, "销售拓展顾问"),
    ):
        add_member(world, corp, Member(userid, name, [3], gender, position))
    add_member(world, corp, Member("zhouyan", "周妍", [2], 2, "市场运营", contact_enabled=False))
    add_app(world, corp, AGENTID, "线索助手")
    add_kf_account(world, corp, "山屿云客服", ["linxiao", "chenyu"])
    add_account(world, APPID, "山屿云服务号（虚构）", open_platform=ENTITY)
    for title, content, example, kind in TEMPLATES:
        add_template(world, world.accounts[APPID], title, content, example, kind)
    world.video_channels.append(VideoChannel(FINDER_ID, "山屿云视频号（虚构）"))
    for _ in range(STRANGERS):
        world.create_person()


def add_corp(world: World, corpid: str, name: str, *, open_platform: str | None = None) -> Corp:
    """A corp with nothing but its root department."""
    corp = Corp(corpid, name, open_platform)
    corp.departments[1] = Department(1, name, 0, 1)
    world.corps[corpid] = corp
    return corp


def add_member(world: World, corp: Corp, member: Member) -> Member:
    """Enter a member of staff."""
    corp.members[member.userid.lower()] = member
    world.changes.touch()
    return member


def add_app(world: World, corp: Corp, agentid: int, name: str, secret: str = "") -> WecomApp:
    """A self-built app; its secret is a function of the seed unless given."""
    secret = secret or world.ids.derive(43, "secret", corp.corpid, str(agentid), alphabet=TOKEN)
    app = corp.apps[agentid] = WecomApp(agentid, name, secret)
    return app


def add_account(
    world: World, appid: str, name: str, *, secret: str = "", open_platform: str | None = None
) -> OfficialAccount:
    """A verified service account with its plain code; secret and original id are functions of the seed unless given."""
    secret = secret or world.ids.derive(32, "secret", appid, alphabet=HEX)
    original_id = "gh_" + world.ids.derive(12, "original", appid, alphabet=HEX)
    account = OfficialAccount(appid, secret, original_id, name, open_platform=open_platform)
    plain = world.ids.derive(24, "plain-code", appid, alphabet=HEX)
    account.code_url = f"http://weixin.qq.com/r/{plain}"
    world.register_code(AccountCode(plain, account.code_url, account, None))
    world.accounts[appid] = account
    return account
