"""The baseline in Chinese words, for the workbook; the page has its own."""

from collections.abc import Callable, Mapping

from weloop.analytics.api import RateInfo
from weloop.features.baseline.rules import HopKey
from weloop.features.baseline.schemas import Finding, FindingKey, MissingKey

HOPS: Mapping[HopKey, str] = {
    "lead_mql": "线索 → MQL",
    "mql_sql": "MQL → SQL",
    "sql_won": "SQL → 赢单",
    "lead_won": "线索 → 赢单",
}
MISSING: Mapping[MissingKey, str] = {
    "official_account": "没有公众号数据：接入公众号（接入向导 L0）",
    "followers": "没有粉丝数：在账号接入里拉取现有粉丝",
    "articles": "近 90 天没有公众号文章：文章发布或同步后出现",
    "reads": "没有官方阅读数：平台次日给出",
    "history": "没有历史线索：导入历史名单（CSV / XLSX）",
    "source": "没有来源：导入时对应「历史来源」列",
    "entered_on": "没有进入时间：导入时对应「进入时间」列",
    "reached": "没有阶段：导入时对应「阶段」列",
    "won_on": "没有成交时间：导入时对应「成交时间」列",
    "amount": "没有成交金额：导入时对应「成交金额」列",
    "wecom": "没有企微客户：接入企业微信（接入向导 L1）",
    "codes": "没有文章带来的好友：给文章建文末码",
    "unionid": "没有 unionid：绑定到同一开放平台账号（接入向导 L2）",
}
_FINDINGS: Mapping[FindingKey, Callable[[Finding], str]] = {
    "hop": lambda each: (
        f"先修「{HOPS.get(each.name, each.name)}」：现在 {rate_text(each.rate)}，"  # type: ignore[call-overload]
        f"到 {each.target or 0:.1%}，同样的线索约多 {_span(each)} 单"
    ),
    "source": lambda each: f"多用来源「{each.name}」：赢单率 {rate_text(each.rate)}，其余来源 {rate_text(each.other)}",
    "reads": lambda each: (
        f"把文末码换成领取物：现在 {rate_text(each.rate)}，到 {each.target or 0:.1%}，约多 {_span(each)} 个好友 / 30 天"
    ),
    "footer": lambda each: f"给 {each.count} 篇没有文末码的文章配码：约多 {_span(each)} 个好友 / 30 天",
    "unionid": lambda each: f"{each.count} 人没有 unionid，跨账号认不出：{rate_text(each.rate)} 有",
    "doubled": lambda each: f"{each.count} 行重复的人：下次导入前先合并",
}


def finding_text(finding: Finding) -> str:
    """One thing to do, in a line."""
    return _FINDINGS[finding.key](finding)


def rate_text(rate: RateInfo | None) -> str:
    """约 8.0%–14.0%（3 / 24）; without a percentage where there are too few."""
    if rate is None or rate.value is None:
        return "–"
    counts = f"{rate.passed} / {rate.entered}"
    return f"{counts}（样本少）" if rate.few else f"约 {rate.low or 0:.1%}–{rate.high or 0:.1%}（{counts}）"


def _span(each: Finding) -> str:
    low, high = f"{each.low or 0:.1f}", f"{each.high or 0:.1f}"
    return low if low == high else f"{low}–{high}"
