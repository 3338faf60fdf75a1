"""People who use WeChat, and their names."""

from dataclasses import dataclass
from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余于杜叶程魏"
    "苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万钱严覃武戴莫孔向汤"
)
COMPOUND_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "司徒", "东方")
MALE_NAMES = (
    "伟 强 磊 军 洋 勇 杰 涛 明 超 刚 平 辉 鹏 华 飞 鑫 波 斌 宇 浩然 子轩 宇航 俊杰 志强 建国 文博 思远 嘉豪 天宇 "
    "泽宇 明哲 立新 国栋 振华 海峰 晓东 一鸣 承宇 景行 亦凡 家骏 启明 云帆 逸飞 仲谦 望舒"
).split()
FEMALE_NAMES = (
    "芳 娜 敏 静 丽 艳 娟 霞 秀英 桂英 雪 倩 婷 玲 洁 颖 梅 琳 雅婷 雨桐 诗涵 梦瑶 欣怡 思琪 佳怡 若曦 语嫣 晓燕 晓雯 "
    "美玲 慧敏 丹丹 静怡 婉清 知夏 清越 一诺 书瑶 可馨 锦瑟 南乔 予安 听雪"
).split()
NICKNAMES = (
    "A华东设备采购老周",
    "不加糖",
    "Kevin陈",
    "小林同学",
    "山里的风",
    "Luna🌙",
    "老马识途",
    "云起时",
    "阿哲@精密制造",
    "努力的打工人",
    "Mr.Li",
    "一只猫",
)
"""Names people give themselves; a phone shows them as they are."""
NOBODYS_RANGE = "10"
"""Mobile numbers that begin so were given to no carrier."""


@dataclass(slots=True, eq=False)
class Person:
    """One human being with one WeChat account. ``gender``: 1 male, 2 female, as the wire counts."""

    id: str
    name: str
    gender: int
    phone: str
    created_at: int

    @property
    def hue(self) -> int:
        """Colour of the drawn portrait, degrees."""
        return hue_of(self.id + self.name)


def hue_of(text: str) -> int:
    """A colour for a text, degrees; the same text always has the same."""
    return sum(ord(character) * 37 * (place + 1) for place, character in enumerate(text)) % 360


def invent_name(random: Random) -> tuple[str, int]:
    """A Chinese name, sometimes a nickname, with the gender (1 or 2)."""
    gender = random.choice((1, 2))
    if random.random() < 0.15:
        return random.choice(NICKNAMES), gender
    surname = random.choice(COMPOUND_SURNAMES) if random.random() < 0.02 else random.choice(SURNAMES)
    return surname + random.choice(MALE_NAMES if gender == 1 else FEMALE_NAMES), gender


def invent_phone(random: Random) -> str:
    """Eleven digits of a mobile number in a range that no carrier was given (1 followed by 0)."""
    return NOBODYS_RANGE + "".join(random.choice("0123456789") for _ in range(9))
