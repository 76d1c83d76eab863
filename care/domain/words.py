"""What a report is likely about, by the words in its caption; how they are read stands in `signs.py`."""

from __future__ import annotations

from collections.abc import Mapping

from care.domain.items import Category

# What a caption speaks of; the first category with most hits is offered first.
CATEGORY_WORDS: Mapping[Category, tuple[str, ...]] = {
    Category.HAZARD: (
        "隐患", "危险", "井盖", "飞线", "电线", "漏电", "消防", "堵塞通道", "堵了通道", "塌", "裂缝", "坠落", "脱落", "结冰", "充电",
        "冒烟", "着火", "煤气", "燃气", "触电", "danger", "hazard", "manhole", "wire", "smoke",
    ),
    Category.HYGIENE: ("垃圾", "脏", "臭", "污水", "粪", "狗屎", "堆放", "卫生", "清扫", "trash", "rubbish", "garbage", "dirty"),
    Category.FACILITY: (
        "坏", "破", "路灯", "灯不亮", "电梯", "健身", "长椅", "护栏", "水管", "漏水", "爆管", "门禁", "单元门", "路面", "坑", "下水道",
        "broken", "lamp", "light", "lift", "elevator", "leak", "pothole", "bench",
    ),
    Category.OCCUPATION: ("占道", "占用", "摆摊", "乱停", "违停", "车位", "僵尸车", "挡路", "堵路", "共享单车", "stall", "parking", "blocked"),
    Category.FLYERS: ("小广告", "广告", "牛皮癣", "传单", "贴纸", "flyer", "poster", "sticker"),
    Category.RESIDENT: ("老人", "求助", "帮忙", "帮助", "没人管", "走失", "迷路", "轮椅", "生病", "摔", "help", "elderly", "lost"),
    Category.QUARREL: ("吵架", "打架", "纠纷", "矛盾", "噪音", "扰民", "邻居", "quarrel", "dispute", "noise", "neighbour", "neighbor"),
}  # fmt: skip

# What makes a plain sentence sound like a report, where not every sentence is one (an elder's): something is amiss.
AMISS: tuple[str, ...] = (
    "坏了", "坏掉", "坏着", "破了", "破损", "不亮", "漏水", "漏了", "爆管", "有个坑", "大坑", "堵了", "堵住", "堵塞", "垃圾", "脏", "很臭", "臭死", "发臭",
    "污水", "粪", "狗屎", "堆满", "堆着", "小广告", "牛皮癣", "占道", "乱停", "违停", "僵尸车", "挡路", "隐患", "很危险", "井盖", "飞线", "漏电", "塌了",
    "裂缝", "脱落", "结冰", "停水", "停电", "没水", "没电了", "没人管", "扰民", "broken", "leak", "leaking", "pothole", "trash", "rubbish",
    "garbage", "manhole", "blocked", "power cut",
)  # fmt: skip
