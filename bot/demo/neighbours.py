"""Who lives and works in the demo's neighbourhood: invented people, as they stand on its roster.

No number here is anybody's. An elder's age is told, not her year of birth: so she is 81 whenever the demo is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

STREET = "yintan"
COMMUNITY = "haiguan"
HOME_GRID = "g3"
AGREED_BEFORE = timedelta(days=30)  # the paper agreements of elders and family

Cells = Mapping[str, str]
"""Cells of a roster by the Chinese name of their column."""


@dataclass(frozen=True)
class Neighbour:
    """Somebody of the demo. `role` is a word of the roster; `area` None: the whole tree, by the config's `admins`.

    `user_id` None: has no phone. `shown`: what others read as his name on Telegram, where it is not the roster's.
    """

    ref: str
    user_id: int | None
    name: str
    role: str
    area: str | None
    shown: str = ""
    more: Cells = field(default_factory=dict, hash=False)

    @property
    def id(self) -> int:
        """His number on the network; only of somebody with a phone."""
        assert self.user_id is not None, f"{self.ref} has no phone"  # noqa: S101 -- the script is ours
        return self.user_id

    def cells(self, today: date) -> Cells:
        """His row of the roster as of that day."""
        del today
        about = {"编号": self.ref, "角色": self.role, "姓名": self.name, "区域": self.area or ""}
        return about | {"telegram_id": str(self.user_id or "")} | dict(self.more)


@dataclass(frozen=True)
class Elder(Neighbour):
    """An elder who has agreed on paper."""

    sex: str = "女"
    age: int = 80

    def cells(self, today: date) -> Cells:
        """Her row of the roster as of that day."""
        agreed = (today - AGREED_BEFORE).isoformat()
        hers = {"性别": self.sex, "出生年": str(today.year - self.age), "约定日期": agreed}
        return {**super().cells(today), **hers}


def _elder(ref: str, user_id: int | None, name: str, shown: str, sex: str, age: int, **more: str) -> Elder:
    return Elder(ref, user_id, name, "elder", HOME_GRID, shown, MappingProxyType(more), sex, age)


MA = Neighbour("C001", 20001, "小马", "courier", HOME_GRID)
LI = Neighbour("W001", 20002, "李娟", "worker", HOME_GRID)
ZHAO = Neighbour("W002", 20003, "赵敏", "worker", HOME_GRID)
WANG = Neighbour("A001", 20004, "王主任", "coordinator", None)
SUN = Neighbour("W003", 20005, "孙丽", "worker", STREET)
STAFF = (MA, LI, ZHAO, WANG, SUN)

GRANNY_WANG = _elder(
    "E001", 20011, "王秀英", "王奶奶", "女", 81,
    楼栋="3号楼", 地址="3号楼2单元401", 电话="13900000011", 作息="六点起，饭后下楼走走",
    健康="高血压，左耳听不清，敲门要重些", 同住="独居", 钥匙="对门刘姐（402）", 紧急联系人="李强(儿子) 13900000021",
)  # fmt: skip
GRANDPA_ZHANG = _elder(
    "E002", 20012, "张国强", "张爷爷", "男", 78,
    楼栋="3号楼", 地址="3号楼1单元102", 电话="13900000012", 作息="起得早，七点买菜", 健康="糖尿病", 同住="独居",
    钥匙="物业值班室", 紧急联系人="张伟(儿子) 13900000022",
)  # fmt: skip
GRANNY_LIU = _elder(
    "E003", 20013, "刘玉兰", "刘奶奶", "女", 84,
    楼栋="6号楼", 地址="6号楼1单元301", 电话="13900000013", 作息="上午在家，下午打牌",
    健康="心脏不好，药在床头柜里", 同住="独居", 钥匙="女儿和物业各一把", 紧急联系人="陈静(女儿) 13900000023",
)  # fmt: skip
GRANDPA_LI = _elder(
    "E004", 20014, "李建国", "李爷爷", "男", 76,
    楼栋="7号楼", 地址="7号楼2单元502", 电话="13900000014", 作息="早上去公园下棋，常忘带手机", 健康="腿脚不便",
    同住="独居", 钥匙="楼下小卖部", 紧急联系人="李敏(女儿) 13900000024",
)  # fmt: skip
GRANDPA_LI_THE_ELDER = _elder(
    "E005", 20015, "李福生", "李爷爷", "男", 88,
    楼栋="7号楼", 地址="7号楼1单元201", 电话="13900000015", 作息="午后睡觉", 健康="耳背", 同住="和老伴",
    紧急联系人="李红(孙女) 13900000025",
)  # fmt: skip
GRANNY_CHEN = _elder(
    "E006", 20016, "陈桂芳", "陈奶奶", "女", 79,
    楼栋="6号楼", 地址="6号楼3单元101", 电话="13900000016", 作息="七点半送孙子上学",
    健康="白内障，看不清小字", 同住="独居", 紧急联系人="陈磊(儿子) 13900000026",
)  # fmt: skip
GRANNY_ZHAO = _elder(
    "E007", 20017, "赵淑珍", "赵奶奶", "女", 72,
    楼栋="6号楼", 地址="6号楼2单元602", 电话="13900000017", 作息="早上跳广场舞", 同住="独居",
    紧急联系人="赵磊(侄子) 13900000027",
)  # fmt: skip
GRANDPA_ZHOU = _elder(
    "E008", None, "周德海", "", "男", 83,
    楼栋="3号楼", 地址="3号楼3单元202", 问候方式="窗帘", 作息="七点拉窗帘", 健康="帕金森", 同住="独居",
    紧急联系人="周平(女儿) 13900000028",
)  # fmt: skip
ELDERS = (
    GRANNY_WANG,
    GRANDPA_ZHANG,
    GRANNY_LIU,
    GRANDPA_LI,
    GRANDPA_LI_THE_ELDER,
    GRANNY_CHEN,
    GRANNY_ZHAO,
    GRANDPA_ZHOU,
)

SON = Neighbour("F001", 20021, "李强", "family", HOME_GRID, more={"老人编号": GRANNY_WANG.ref, "电话": "13900000021"})
DAUGHTER = Neighbour(
    "F002", 20022, "陈静", "family", HOME_GRID, more={"老人编号": GRANNY_LIU.ref, "电话": "13900000023"}
)
FAMILY = (SON, DAUGHTER)

PEOPLE: tuple[Neighbour, ...] = (*STAFF, *ELDERS, *FAMILY)
