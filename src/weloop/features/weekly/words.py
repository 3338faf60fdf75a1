"""The report in Chinese words, for the card and the workbook; the pages have their own."""

from collections.abc import Callable, Mapping

from weloop.features.weekly.schemas import ChangeKey, TodoKey, WeekChange, WeekReport, WeekTodo

CHANGES: Mapping[ChangeKey, str] = {
    "friends": "新增好友",
    "leads": "新线索",
    "qualified": "有效线索",
    "sql": "SQL",
    "campaign": "活动",
    "article": "文章",
    "staff": "员工",
}
_TODOS: Mapping[TodoKey, Callable[[WeekTodo], str]] = {
    "accounts": lambda todo: f"{todo.count} 个账号连接失败：{'、'.join(todo.names)}",
    "late": lambda todo: f"处理 {todo.count} 条超时或逾期的线索",
    "hop": lambda todo: f"先修这一环：{todo.names[0]}，约可多得 {todo.low:.1f}–{todo.high:.1f} 个有效线索/月",
    "article": lambda todo: f"《{todo.names[0]}》{todo.count} 次阅读，换成领取物文末码",
    "full": lambda todo: f"{todo.count} 名员工好友快满：{'、'.join(todo.names)}",
    "pool": lambda todo: f"公海有 {todo.count} 条线索待领取",
    "costs": lambda _: "近 28 天没有登记费用，算不出单个 SQL 成本",
}


def change_text(change: WeekChange) -> str:
    """新线索 12 → 20; of a group: 活动「…」线索 2 → 11."""
    name = f"{CHANGES[change.what]}「{change.name or change.key}」线索" if change.key else CHANGES[change.what]
    return f"{name} {change.before} → {change.now}"


def todo_text(todo: WeekTodo) -> str:
    """One thing to do, in a line."""
    return _TODOS[todo.key](todo)


def week_text(report: WeekReport) -> str:
    """11-16 ~ 11-22."""
    return f"{report.first:%m-%d} ~ {report.last:%m-%d}"


def hours_text(seconds: float | None) -> str:
    """Working time as hours or minutes; a dash for none."""
    if seconds is None:
        return "–"
    return f"{seconds / 3600:.1f} 小时" if seconds >= 3600 else f"{seconds / 60:.0f} 分钟"
