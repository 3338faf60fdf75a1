"""What findings say, in both languages, for the page and the command line alike.

Keys: a check is its title, ``check.outcome`` the cause, ``check.outcome.fix`` what to do; a kind of account
stands behind it where that differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from weloop.features.doctor.rules import Finding

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Described:
    """A finding in words. ``fix`` is None where nothing is to be done."""

    finding: Finding
    title: Text
    cause: Text
    fix: Text | None


def describe(finding: Finding, zh: Words, en: Words, kind: str = "") -> Described:
    """Put a finding into words; an outcome that all checks share has words without the check."""
    cause = f"{finding.check}.{finding.outcome}"
    if cause not in zh:
        cause = finding.outcome
    fix = next((key for key in (f"{cause}.fix.{kind}", f"{cause}.fix") if key in zh), None)

    def said(key: str) -> Text:
        return Text(zh[key].format_map(finding.values), en[key].format_map(finding.values))

    return Described(finding, said(finding.check), said(cause), said(fix) if fix else None)


EN: Words = {
    "after": "Not known before the other problems of this account are mended.",
    "credentials": "Credentials",
    "credentials.good": "The platform accepts id and secret.",
    "credentials.missing": "There is no secret that can be used: {reason}",
    "credentials.missing.fix": "Enter the secret again on the accounts page.",
    "credentials.secret": "The secret is wrong (code {errcode}).",
    "credentials.secret.fix.wecom": "「应用管理」 → the app → Secret: view it and enter it again on the accounts page.",
    "credentials.secret.fix.official_account": (
        "Developer platform → 「开发密钥」 → AppSecret: reset it and enter the new one on the accounts page. "
        "The old one stops working at once."
    ),
    "credentials.other_corp": "The secret belongs to another corp (code {errcode}).",
    "credentials.other_corp.fix": "Compare corp id and secret: both must come from the same admin console.",
    "credentials.app_id": "There is no corp or account with this id (code {errcode}).",
    "credentials.app_id.fix.wecom": "「我的企业」 → 「企业信息」, at the bottom: copy the corp id again.",
    "credentials.app_id.fix.official_account": "Developer platform → 「基础信息」: copy the AppID again.",
    "credentials.frozen": "The AppSecret is frozen (code {errcode}).",
    "credentials.frozen.fix": "Developer platform → 「开发密钥」: unfreeze it.",
    "credentials.blocked": "The platform has frozen the account (code {errcode}).",
    "credentials.blocked.fix": "Sign in to the account's console and follow the notice there.",
    "credentials.refused": "The platform refuses: {reason} (code {errcode}).",
    "credentials.refused.fix": "Look the code up in the platform's list of codes, mend it, then examine again.",
    "credentials.silent": "The platform cannot be reached: {reason}",
    "credentials.silent.fix": (
        "Check DNS, firewall and proxy of this server: it must reach the API address over https. Then examine again."
    ),
    "credentials.busy": "The platform asks to try later: {reason} (code {errcode}).",
    "credentials.busy.fix": "Examine again in a minute.",
    "address": "Trusted address",
    "address.good": "The platform lets this server in.",
    "address.known": "The platform lets this server in; it last saw it as {address}.",
    "address.refused": "The platform refuses calls from {address} (code {errcode}).",
    "address.refused.fix.wecom": (
        "「应用管理」 → the app → 「企业可信IP」: add {address}. It takes about a minute; then examine again."
    ),
    "address.refused.fix.official_account": (
        "Developer platform → 「开发密钥」 → 「API IP 白名单」: add {address}. Some minutes later examine again."
    ),
    "address.changed": "This server's outgoing address has changed from {before} to {address} (code {errcode}).",
    "address.changed.fix.wecom": (
        "「应用管理」 → the app → 「企业可信IP」: add {address}, remove {before}. If it changes again and again, send "
        "calls through a proxy with a fixed address."
    ),
    "address.changed.fix.official_account": (
        "Developer platform → 「开发密钥」 → 「API IP 白名单」: add {address}, remove {before}. If it changes again "
        "and again, send calls through a proxy with a fixed address."
    ),
    "address.unnamed": "The platform refuses this server's address and does not name it (code {errcode}).",
    "address.unnamed.fix": "Ask your network administrator for the outgoing address of this server and add it.",
    "customer_contact": "Customer contact",
    "customer_contact.good": "The app may call customer contact.",
    "customer_contact.refused": "The app may not call customer contact (code {errcode}).",
    "customer_contact.refused.fix": (
        "「客户与上下游」 → 「客户联系」 → 「客户」 → 「API」 → 「可调用接口的应用」: add the app."
    ),
    "kf": "WeChat customer service",
    "kf.good": "The app may read customer service.",
    "kf.refused": (
        "The app may not read customer service (code {errcode}). A corp without customer service misses nothing."
    ),
    "kf.refused.fix": (
        "If members answer customers there: 「微信客服」 → 「可调用接口的应用」: add the app, and set the account to "
        "「通过API管理」."
    ),
    "kf.untold": "The platform did not tell whether the app may read customer service.",
    "visible_range": "Visible range",
    "visible_range.good": "The app sees members: {seen}; may have customers: {enabled}.",
    "visible_range.nobody": "The app sees no member.",
    "visible_range.nobody.fix": "「应用管理」 → the app → 「可见范围」: add the members who shall have codes.",
    "visible_range.disabled": "The app sees {seen} members, none of whom may have customers.",
    "visible_range.disabled.fix": "「客户与上下游」 → 「客户联系」: give these members the right to customer contact.",
    "visible_range.failed": "The members cannot be listed: {reason}",
    "visible_range.failed.fix": "Examine again; if it stays, compare the code with the platform's list of codes.",
    "clock": "Clock",
    "clock.good": "Agrees with the platform's.",
    "clock.slow": "This server's clock is {seconds} s behind the platform's.",
    "clock.slow.fix": "Switch time synchronisation (NTP) on for this server.",
    "clock.fast": "This server's clock is {seconds} s ahead of the platform's.",
    "clock.fast.fix": "Switch time synchronisation (NTP) on for this server.",
    "clock.untold": "The platform did not tell its time.",
    "callback": "Callbacks",
    "callback.good": "They come, and their signature is right.",
    "callback.watched": "A callback came after you began to wait: the way from the platform to here works.",
    "callback.unset": "No callback token is stored: the account is read only, nothing is received.",
    "callback.unset.fix": "To receive messages, enter Token and EncodingAESKey on the accounts page.",
    "callback.never": "Nothing has come to the callback address yet.",
    "callback.never.fix.wecom": (
        "「应用管理」 → the app → 「接收消息」 → 「设置API接收」: paste the address, Token and EncodingAESKey, and "
        "save. It must be reachable from outside over https."
    ),
    "callback.never.fix.official_account": (
        "Developer platform → 「基础信息」 → 「域名与消息推送配置」 → 「消息推送」: paste the address, Token and "
        "EncodingAESKey, and save. It must be reachable from outside over https."
    ),
    "callback.waiting": "Waiting for the callback …",
    "callback.waiting.fix.wecom": (
        "Now save 「设置API接收」 of the app again, or add a member from a WeChat that is no friend yet."
    ),
    "callback.waiting.fix.official_account": "Now send the official account any message from a WeChat that follows it.",
    "callback.token": "What comes has a wrong signature (answered {status}): the Token differs.",
    "callback.token.fix": "Make the Token in the platform's console and on the accounts page the same, and save both.",
    "callback.aes_key": "What comes cannot be decrypted (answered {status}): EncodingAESKey or account differ.",
    "callback.aes_key.fix": (
        "Make the EncodingAESKey in the platform's console and on the accounts page the same; check that the address "
        "stands at the right account."
    ),
    "callback.refused": "What comes is refused (answered {status}).",
    "callback.refused.fix": "See callback.refused in the log of this server for the reason.",
    "sidebar": "Chat sidebar",
    "sidebar.opened": "{by} opened it beside a customer's chat, last at {at}: trusted domain and signatures work.",
    "sidebar.never": "Nobody has opened it beside a customer's chat yet.",
    "sidebar.never.fix": (
        "「应用管理」 → the app → 「配置到聊天工具栏」: add a page with this address; then open it beside a "
        "customer's chat."
    ),
    "unionid": "Union ids",
    "unionid.good": "{percent}% can be joined: {joined} of {known} known people have a union id.",
    "unionid.nobody": "Nobody is known yet whom the platform was asked about.",
    "unionid.nobody.fix": "Add or follow from a real WeChat, or fetch existing people; then examine again.",
    "unionid.none": "0% can be joined: none of {known} known people has a union id.",
    "unionid.none.fix.wecom": (
        "「客户与上下游」 → 「客户联系」 → 「客户」 → 「API」 → 「微信开发者ID」 → 「绑定」: bind the open platform "
        "account to which the official account is bound. Then fetch existing people again."
    ),
    "unionid.none.fix.official_account": (
        "On the open platform (open.weixin.qq.com) bind this account to the same open platform account as WeCom. "
        "Then fetch existing people again."
    ),
}
ZH: Words = {
    "after": "本账号的其他问题解决后才能判断。",
    "credentials": "凭证",
    "credentials.good": "平台认可 ID 与 Secret。",
    "credentials.missing": "没有可用的 Secret：{reason}",
    "credentials.missing.fix": "请在账号页重新填写 Secret。",
    "credentials.secret": "Secret 不正确（错误码 {errcode}）。",
    "credentials.secret.fix.wecom": "「应用管理」→ 该应用 → Secret：查看后在账号页重新填写。",
    "credentials.secret.fix.official_account": (
        "微信开发者平台 →「开发密钥」→ AppSecret：重置后在账号页填写新的。旧的会立即失效。"
    ),
    "credentials.other_corp": "该 Secret 属于另一家企业（错误码 {errcode}）。",
    "credentials.other_corp.fix": "请核对企业 ID 与 Secret，两者须来自同一个管理后台。",
    "credentials.app_id": "没有这个 ID 的企业或账号（错误码 {errcode}）。",
    "credentials.app_id.fix.wecom": "「我的企业」→「企业信息」页底部：重新复制企业 ID。",
    "credentials.app_id.fix.official_account": "微信开发者平台 →「基础信息」：重新复制 AppID。",
    "credentials.frozen": "AppSecret 已被冻结（错误码 {errcode}）。",
    "credentials.frozen.fix": "微信开发者平台 →「开发密钥」：解冻。",
    "credentials.blocked": "账号已被平台冻结（错误码 {errcode}）。",
    "credentials.blocked.fix": "请登录该账号的后台，按通知处理。",
    "credentials.refused": "平台拒绝：{reason}（错误码 {errcode}）。",
    "credentials.refused.fix": "请在平台的错误码表中查该码，处理后再体检。",
    "credentials.silent": "连不上平台：{reason}",
    "credentials.silent.fix": "请检查本服务器的 DNS、防火墙与代理：须能以 https 访问接口地址。然后再体检。",
    "credentials.busy": "平台请稍后再试：{reason}（错误码 {errcode}）。",
    "credentials.busy.fix": "请一分钟后再体检。",
    "address": "可信 IP",
    "address.good": "平台允许本服务器调用。",
    "address.known": "平台允许本服务器调用；平台最近看到的出口地址是 {address}。",
    "address.refused": "平台拒绝来自 {address} 的调用（错误码 {errcode}）。",
    "address.refused.fix.wecom": "「应用管理」→ 该应用 →「企业可信IP」：加入 {address}。约一分钟生效，然后再体检。",
    "address.refused.fix.official_account": (
        "微信开发者平台 →「开发密钥」→「API IP 白名单」：加入 {address}。几分钟后再体检。"
    ),
    "address.changed": "本服务器的出口地址变了：{before} → {address}（错误码 {errcode}）。",
    "address.changed.fix.wecom": (
        "「应用管理」→ 该应用 →「企业可信IP」：加入 {address}，移除 {before}。"
        "若经常变化，请让调用经固定出口的代理发出。"
    ),
    "address.changed.fix.official_account": (
        "微信开发者平台 →「开发密钥」→「API IP 白名单」：加入 {address}，移除 {before}。"
        "若经常变化，请让调用经固定出口的代理发出。"
    ),
    "address.unnamed": "平台拒绝本服务器的地址，但没有说明是哪个（错误码 {errcode}）。",
    "address.unnamed.fix": "请向网络管理员询问本服务器的出口地址，并加入白名单。",
    "customer_contact": "客户联系权限",
    "customer_contact.good": "应用可以调用客户联系接口。",
    "customer_contact.refused": "应用无权调用客户联系接口（错误码 {errcode}）。",
    "customer_contact.refused.fix": "「客户与上下游」→「客户联系」→「客户」→「API」→「可调用接口的应用」：勾选该应用。",
    "kf": "微信客服权限",
    "kf.good": "应用可以读取微信客服。",
    "kf.refused": "应用无权读取微信客服（错误码 {errcode}）。不使用微信客服则无需处理。",
    "kf.refused.fix": (
        "若员工在微信客服里接待客户：「微信客服」→「可调用接口的应用」：勾选该应用，并把客服账号设为「通过API管理」。"
    ),
    "kf.untold": "平台没有说明应用能否读取微信客服。",
    "visible_range": "可见范围",
    "visible_range.good": "应用可见 {seen} 名成员，其中 {enabled} 名有客户联系权限。",
    "visible_range.nobody": "应用看不到任何成员。",
    "visible_range.nobody.fix": "「应用管理」→ 该应用 →「可见范围」：加入要使用活码的成员。",
    "visible_range.disabled": "应用可见 {seen} 名成员，但都没有客户联系权限。",
    "visible_range.disabled.fix": "「客户与上下游」→「客户联系」：为这些成员开通客户联系。",
    "visible_range.failed": "读不到成员：{reason}",
    "visible_range.failed.fix": "请再体检一次；若仍如此，请在平台的错误码表中查该码。",
    "clock": "时钟",
    "clock.good": "与平台一致。",
    "clock.slow": "本服务器的时钟比平台慢 {seconds} 秒。",
    "clock.slow.fix": "请为本服务器开启时间同步（NTP）。",
    "clock.fast": "本服务器的时钟比平台快 {seconds} 秒。",
    "clock.fast.fix": "请为本服务器开启时间同步（NTP）。",
    "clock.untold": "平台没有给出时间。",
    "callback": "回调",
    "callback.good": "能收到，签名正确。",
    "callback.watched": "开始等待之后收到了回调：从平台到本服务器的路是通的。",
    "callback.unset": "没有填写回调 Token：该账号只读，不接收消息。",
    "callback.unset.fix": "要接收消息，请在账号页填写 Token 与 EncodingAESKey。",
    "callback.never": "回调地址还没有收到过任何请求。",
    "callback.never.fix.wecom": (
        "「应用管理」→ 该应用 →「接收消息」→「设置API接收」：粘贴地址、Token、EncodingAESKey 并保存。"
        "该地址须能从外网以 https 访问。"
    ),
    "callback.never.fix.official_account": (
        "微信开发者平台 →「基础信息」→「域名与消息推送配置」→「消息推送」：粘贴地址、Token、EncodingAESKey 并保存。"
        "该地址须能从外网以 https 访问。"
    ),
    "callback.waiting": "正在等待回调……",
    "callback.waiting.fix.wecom": "现在请在该应用的「设置API接收」再按一次保存，或用一个还不是好友的微信添加成员。",
    "callback.waiting.fix.official_account": "现在请用一个已关注的微信给公众号发一条任意消息。",
    "callback.token": "收到的请求签名不对（已回 {status}）：两边的 Token 不一致。",
    "callback.token.fix": "请让平台后台与账号页的 Token 相同，并都保存。",
    "callback.aes_key": "收到的请求解不开（已回 {status}）：EncodingAESKey 或账号不一致。",
    "callback.aes_key.fix": "请让平台后台与账号页的 EncodingAESKey 相同，并核对地址是否填在对应的账号上。",
    "callback.refused": "收到的请求被拒绝（已回 {status}）。",
    "callback.refused.fix": "原因见本服务器日志中的 callback.refused。",
    "sidebar": "聊天侧边栏",
    "sidebar.opened": "{by} 最近于 {at} 在客户会话旁打开过：可信域名与签名可用。",
    "sidebar.never": "还没有成员在客户会话旁打开过。",
    "sidebar.never.fix": "应用管理 → 该应用 → 配置到聊天工具栏：添加页面并填此地址；然后在一个客户会话里打开。",
    "unionid": "unionid",
    "unionid.good": "{percent}% 可打通：已知的 {known} 人中，{joined} 人有 unionid。",
    "unionid.nobody": "还没有向平台查询过资料的人。",
    "unionid.nobody.fix": "请用真实微信添加或关注一次，或同步存量，然后再体检。",
    "unionid.none": "0% 可打通：已知的 {known} 人都没有 unionid。",
    "unionid.none.fix.wecom": (
        "「客户与上下游」→「客户联系」→「客户」→「API」→「微信开发者ID」→「绑定」：绑定公众号所在的开放平台账号。"
        "然后重新同步存量。"
    ),
    "unionid.none.fix.official_account": (
        "在微信开放平台（open.weixin.qq.com）把本账号绑定到企业微信所绑的同一个开放平台账号。然后重新同步存量。"
    ),
}
