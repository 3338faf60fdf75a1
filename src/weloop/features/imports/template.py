"""The workbook that people fill in. Its number columns are text: a spreadsheet would write 1.38E+10 for a number."""

import io
from functools import cache

import xlsxwriter

COLUMNS = ("姓名", "手机号", "邮箱", "公司", "职位", "需求", "备注", "负责人", "来源")
"""Each is guessed from its name."""
NOTES = (
    "一行一个人；手机号、邮箱、unionid、external_userid 至少填一个，用来认出同一个人。",
    "同一手机号或邮箱的多行会合并成一个联系人；已有的联系人不会重复建立。",
    "负责人：填企业微信成员的姓名或账号；来源：填渠道的名称或来源标识。两者都可留空。",
    "历史线索可以另加五列：历史来源、进入时间、阶段、成交金额、成交时间；它们进入基线体检。",
    "可以增删列，列名不必与此相同，导入时再对应。",
)


@cache
def template_file() -> bytes:
    """Its bytes."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    text, head = workbook.add_format({"num_format": "@"}), workbook.add_format({"bold": True, "bottom": 1})
    sheet = workbook.add_worksheet("联系人")
    sheet.set_column(0, len(COLUMNS) - 1, 16, text)
    sheet.write_row(0, 0, COLUMNS, head)
    sheet.freeze_panes(1, 0)
    notes = workbook.add_worksheet("说明")
    notes.set_column(0, 0, 90)
    notes.write_column(0, 0, NOTES)
    workbook.close()
    return out.getvalue()
