"""Every figure of the platform that the simulator keeps to, with its source and date; all can be changed per test."""

from dataclasses import dataclass, field, fields
from typing import TypeVar

T = TypeVar("T")


def _figure(default: T, source: str, as_of: str) -> T:
    return field(default=default, metadata={"source": source, "as_of": as_of})


WELCOME = "work.weixin 92137 发送新客户欢迎语"
CONTACT_WAY = "work.weixin 92228 客户联系「联系我」管理"
JOIN_WAY = "work.weixin 92229 客户群「加入群聊」管理"
FREQUENCY = "work.weixin 90454 访问频率限制"
KF = "work.weixin 94670 微信客服 读取消息"
KF_SEND = "work.weixin 微信客服 发送消息 (kf/send_msg)"
TAGS = "work.weixin 92117 管理企业标签"
CALLBACK = "work.weixin 90930 接收消息与事件; weixin.qq.com 消息推送 (same rule on both)"
MASS = "work.weixin 92135 创建企业群发"
MOMENTS = "work.weixin 96351 创建发表任务"
ACCOUNT_MASS = "weixin.qq.com 群发接口"
CUSTOM = "weixin.qq.com 客服消息 (the 2021 text said 20 messages)"


@dataclass(slots=True)
class Limits:
    """``None``, where the type allows it, switches a limit off. Units are in the names; the rest are counts."""

    token_seconds: int = _figure(7200, "work.weixin 91039; weixin.qq.com access_token", "2025-12")
    wrong_secrets_before_block: int | None = _figure(None, "91039 says «repeated» without a number; off", "2025-12")
    wrong_secret_block_seconds: int = _figure(3600, "work.weixin 91039", "2025-12")
    replaced_token_seconds: int = _figure(300, "widely reported, not documented", "2026-10")
    stable_token_renew_seconds: int = _figure(300, "weixin.qq.com stable_token", "2026-10")
    forced_refresh_per_day: int | None = _figure(20, "weixin.qq.com stable_token", "2026-10")
    forced_refresh_gap_seconds: int | None = _figure(30, "weixin.qq.com stable_token", "2026-10")

    callback_timeout_seconds: int = _figure(5, CALLBACK, "2025-12")
    callback_attempts: int = _figure(3, CALLBACK, "2025-12")
    callback_retry_seconds: tuple[float, ...] = _figure(
        (1, 2), "«within seconds», no figure published; machine time", "2025-12"
    )
    callback_concurrency: int = _figure(64, "the simulator's own: callbacks under way at once per receiver", "2026-11")
    welcome_patience_seconds: int = _figure(3, "the simulator's own: a fast clock stays real that long", "2026-11")
    url_verification_seconds: int = _figure(1, "work.weixin 90930 (answer within 1 s)", "2025-12")

    welcome_code_seconds: int | None = _figure(20, WELCOME, "2025-12")
    welcome_text_bytes: int | None = _figure(4000, WELCOME, "2025-12")
    welcome_attachments: int | None = _figure(9, WELCOME, "2025-12")
    media_seconds: int | None = _figure(3 * 86400, "work.weixin 90253; weixin.qq.com media/upload", "2025-12")
    image_bytes: int | None = _figure(10 * 1024 * 1024, "work.weixin 90253 (2 MB before 2023)", "2025-12")
    voice_bytes: int | None = _figure(2 * 1024 * 1024, "work.weixin 90253", "2025-12")
    video_bytes: int | None = _figure(10 * 1024 * 1024, "work.weixin 90253", "2025-12")
    file_bytes: int | None = _figure(20 * 1024 * 1024, "work.weixin 90253", "2025-12")
    thumb_bytes: int | None = _figure(64 * 1024, "weixin.qq.com media/upload", "2026-10")
    uploaded_image_bytes: int | None = _figure(2 * 1024 * 1024, "work.weixin 90256 (uploadimg)", "2025-12")

    group_chat_members: int | None = _figure(
        200,
        "web pages of vendors: a code lets nobody in above 200 (owner and invitations: 500); not verified",
        "2026-11",
    )
    join_way_chats: int | None = _figure(5, JOIN_WAY, "2025-12")
    join_way_state_chars: int | None = _figure(30, JOIN_WAY, "2025-12")
    join_way_remark_chars: int = _figure(30, JOIN_WAY + ": longer ones are cut", "2025-12")
    join_way_name_chars: int | None = _figure(40, JOIN_WAY, "2025-12")
    listed_members: int | None = _figure(1000, "work.weixin 92120 获取客户群列表 (81017)", "2025-12")
    kf_kept_seconds: int = _figure(3 * 86400, KF, "2025-12")
    kf_token_seconds: int = _figure(600, KF, "2025-12")
    kf_window_seconds: int = _figure(48 * 3600, KF_SEND, "2025-12")
    kf_window_count: int = _figure(5, KF_SEND, "2025-12")
    kf_text_bytes: int = _figure(2048, KF_SEND, "2025-12")
    kf_page: int = _figure(1000, KF, "2025-12")
    kf_syncs_without_token_per_minute: int | None = _figure(
        None, KF + ": «strict» without a number; answers 45009 when set, per account", "2025-12"
    )
    mass_recipients: int | None = _figure(10_000, MASS, "2025-11")
    mass_text_bytes: int | None = _figure(4000, MASS, "2025-11")
    mass_attachments: int | None = _figure(9, MASS, "2025-11")
    mass_reminders_per_day: int | None = _figure(3, MASS + " (41094)", "2025-11")
    mass_page: int = _figure(1000, MASS, "2025-11")
    mass_period_days: int | None = _figure(
        31, MASS + ": to a customer a month as many as it has days; 7: seven a week, 1: one a day", "2025-11"
    )
    moment_text_chars: int | None = _figure(2000, MOMENTS, "2025-09")
    moment_text_bytes: int | None = _figure(
        None, MOMENTS + ": 4000 is named beside 2,000 characters, which are up to 6,000 bytes in UTF-8; off", "2025-09"
    )
    moment_images: int | None = _figure(9, MOMENTS, "2025-09")
    moment_link_title_bytes: int | None = _figure(64, MOMENTS, "2025-09")
    moment_senders: int | None = _figure(100_000, MOMENTS, "2025-09")
    moment_image_edge: int | None = _figure(10_800, MOMENTS + ", pixels of a long picture (41081)", "2025-09")
    moment_video_seconds: int | None = _figure(30, MOMENTS + " (41082)", "2025-09")
    moment_tasks_per_minute: int | None = _figure(10, MOMENTS + ", per corp", "2025-09")
    moment_tasks_per_month: int | None = _figure(100_000, MOMENTS + ", per corp; 30 days", "2025-09")
    moment_jobs_running: int | None = _figure(None, MOMENTS + ": 41078 without a number; off", "2025-09")
    moment_job_seconds: float = _figure(2, "the simulator's own: asynchronous, no figure published", "2026-11")
    moment_jobid_seconds: int = _figure(86_400, MOMENTS, "2025-09")
    moment_page: int = _figure(1000, "work.weixin 获取客户朋友圈: members, and the chosen customers", "2025-09")
    moment_visible_page: int = _figure(5000, "work.weixin 获取客户朋友圈, customers who could see it", "2025-09")
    moment_list_page: int = _figure(20, "work.weixin 获取客户朋友圈; what is larger counts as this", "2025-09")
    moment_list_days: int = _figure(30, "work.weixin 获取客户朋友圈", "2025-09")
    moments_per_customer_month: int | None = _figure(
        4, "pages of 2021: four posts of the corp a month and customer; the present rule is not published", "2021"
    )
    moments_own_per_day: int | None = _figure(
        3, "a later page: posts of a member's own a day; 1 on pages of 2021; the present rule is not published", "2021"
    )
    moment_publish_share: float = _figure(0.8, "the simulator's own, of members, with crowd_acts", "2026-11")
    moment_publish_seconds: float = _figure(2400, "the simulator's own: how long a member takes, mean", "2026-11")
    moment_like_share: float = _figure(0.02, "the simulator's own, of who could see it; none is published", "2026-11")
    moment_comment_share: float = _figure(0.003, "the simulator's own, of who could see it", "2026-11")
    moment_reaction_seconds: float = _figure(7200, "the simulator's own: after it was published, mean", "2026-11")
    contact_ways: int | None = _figure(500_000, CONTACT_WAY, "2025-12")
    contact_way_members: int | None = _figure(100, CONTACT_WAY, "2025-12")
    contact_way_remark_chars: int | None = _figure(30, CONTACT_WAY, "2025-12")
    contact_way_state_chars: int | None = _figure(30, CONTACT_WAY, "2025-12")
    customers_per_member: int | None = _figure(5000, "several web pages; grows to 20,000 on request", "2025-12")
    remark_chars: int | None = _figure(20, "work.weixin 92115", "2025-12")
    description_chars: int | None = _figure(150, "work.weixin 92115", "2025-12")
    remark_mobiles: int | None = _figure(5, "not verified", "2025-12")
    corp_tags: int | None = _figure(10_000, TAGS + " (3,000 in a 2022 copy)", "2025-12")
    tag_name_chars: int | None = _figure(30, TAGS, "2025-12")
    tags_per_friendship: int | None = _figure(3000, TAGS, "2025-12")
    app_message_text_bytes: int | None = _figure(2048, "work.weixin 90236", "2025-09")
    app_message_receivers: int | None = _figure(1000, "work.weixin 90236", "2025-09")
    card_code_seconds: int = _figure(72 * 3600, "work.weixin 94888 (24 h in older texts)", "2025-09")
    card_callback_code_seconds: int = _figure(24 * 3600, "work.weixin 94888, codes of callbacks", "2025-09")
    page_code_seconds: int = _figure(300, "work.weixin 91023 网页授权", "2025-12")
    app_messages_per_member_minute: int | None = _figure(30, FREQUENCY, "2023-08")
    app_messages_per_member_hour: int | None = _figure(1000, FREQUENCY, "2023-08")

    wecom_calls_per_minute: int | None = _figure(10_000, FREQUENCY + ": one API per corp", "2023-08")
    wecom_calls_per_hour: int | None = _figure(150_000, FREQUENCY + ": one API per corp", "2023-08")
    wecom_ip_calls_per_minute: int | None = _figure(20_000, FREQUENCY + ": one API per caller IP", "2023-08")
    wecom_ip_calls_per_hour: int | None = _figure(600_000, FREQUENCY + ": one API per caller IP", "2023-08")
    account_calls_per_minute: int | None = _figure(None, "not published; answers 45011 when set", "2026-10")
    stable_token_per_minute: int | None = _figure(10_000, "weixin.qq.com stable_token", "2026-10")
    clear_quota_per_month: int | None = _figure(10, "weixin.qq.com clear_quota", "2026-10")

    message_window_seconds: int | None = _figure(48 * 3600, CUSTOM, "2026-10")
    message_window_count: int | None = _figure(5, CUSTOM, "2026-10")
    event_window_seconds: int | None = _figure(60, CUSTOM, "2026-10")
    event_window_count: int | None = _figure(3, CUSTOM, "2026-10")
    custom_text_bytes: int | None = _figure(2048, "from memory of the author of the reference; not verified", "2026-10")
    follower_page: int = _figure(10_000, "weixin.qq.com user/get", "2026-10")
    profile_batch: int = _figure(100, "weixin.qq.com user/info/batchget", "2026-10")
    account_remark_bytes: int | None = _figure(29, "weixin.qq.com updateremark (< 30 bytes)", "2026-10")
    scene_code_seconds: int | None = _figure(2_592_000, "weixin.qq.com qrcode/create (30 days)", "2026-10")
    scene_code_default_seconds: int = _figure(60, "newer text; the older one says 30", "2026-10")
    article_page: int = _figure(20, "weixin.qq.com draft/batchget, freepublish/batchget", "2026-10")
    article_data_ready_hour: int = _figure(8, "weixin.qq.com 数据统计: 次日 8 点后", "2026-10")
    account_mass_recipients: int = _figure(10_000, ACCOUNT_MASS, "2026-10")
    account_mass_per_month: int | None = _figure(4, ACCOUNT_MASS + ", service accounts, to one follower", "2026-10")
    account_mass_to_all_per_month: int | None = _figure(4, ACCOUNT_MASS + ", service accounts", "2026-10")
    account_mass_per_day: int | None = _figure(1, ACCOUNT_MASS + ", subscription accounts", "2026-10")
    account_mass_per_minute: int | None = _figure(60, ACCOUNT_MASS, "2026-10")
    account_mass_id_bytes: int = _figure(32, ACCOUNT_MASS + ", clientmsgid", "2026-10")
    account_mass_id_seconds: int = _figure(86_400, ACCOUNT_MASS + ", clientmsgid", "2026-10")
    template_id_seconds: int = _figure(600, "weixin.qq.com message/template/send, client_msg_id", "2026-10")
    permanent_scene_codes: int | None = _figure(100_000, "weixin.qq.com qrcode/create", "2026-10")


@dataclass(slots=True)
class Switches:
    """Behaviour that corps and accounts differ in, or that a test wants otherwise."""

    quotas: bool = True
    """Count calls and refuse with 45009 / 45011."""
    callbacks: bool = True
    """Send callbacks at all."""
    own_changes_call_back: bool = False
    """The platform does not report what the app itself did through the API; some tests want to see it."""
    half_event_on_skip_verify: bool = False
    """Adding without confirmation first fires add_half_external_contact, then add_external_contact."""
    empty_list_is_84061: bool = True
    """externalcontact/list of a member without customers: 84061, in other corps an empty list (not verified)."""
    keep_customer_who_left: bool = True
    """After del_follow_user the member still sees the customer (field reports, not verified)."""
    refuse_unicode_escapes: bool = False
    """Answer 40033 to bodies with \\uXXXX escapes instead of UTF-8 (the documents say it can happen)."""
    crowd_acts: bool = False
    """Members publish Moments and customers like and comment by themselves, at the shares and paces of the limits."""
    detect_own_replies: bool = True
    """Show a passive reply that is neither empty, ``success`` nor valid XML as the service-fault notice."""


DAILY_QUOTAS: dict[str, int] = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/user/info": 500_000,
    "/cgi-bin/user/info/batchget": 500_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info/updateremark": 10_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/media/upload": 5000,
    "/cgi-bin/media/get": 10_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/tags/create": 1000,
    "/cgi-bin/tags/get": 1000,
    "/cgi-bin/tags/update": 1000,
    "/cgi-bin/tags/members/batchtagging": 100_000,
}
"""Calls a day of one official account, from console listings of 2018-2023; a path not named here is not counted."""


def describe_limits(limits: Limits) -> dict[str, dict[str, object]]:
    """Each figure with its source and date."""
    return {each.name: {"value": getattr(limits, each.name), **each.metadata} for each in fields(limits)}
