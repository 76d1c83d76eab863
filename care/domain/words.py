"""The words that people use, as data: what raises an alarm, what is only kindness, what a report is likely about.

Lists are extended in the config (`checkin.alarm_words`); how they are read stands in `signs.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from care.domain.items import Category

# Said anywhere in a sentence, these send a report out at once.
ALARM_WORDS: tuple[str, ...] = (
    "救命", "着火", "起火", "失火", "火灾", "煤气味", "煤气漏", "漏煤气", "煤气泄漏", "燃气泄漏", "燃气味", "漏燃气",
    "有人砸门", "触电", "爆炸", "坠楼", "跳楼", "有人晕倒", "昏倒", "不省人事", "没有呼吸", "掉进井", "掉井里",
    "fire", "help me", "gas leak", "smell gas", "smell of gas", "explosion", "electrocuted", "unconscious",
)  # fmt: skip

# What turns an alarm word into talk of what might be, or was avoided, when it stands right before or around it.
NOT_AN_ALARM: tuple[str, ...] = (
    "没着火", "没有着火", "没起火", "没有起火", "不会着火", "容易着火", "容易起火", "怕着火", "怕起火", "小心着火",
    "防止着火", "防止起火", "防火灾", "预防火灾", "防触电", "小心触电", "容易触电", "怕触电", "没爆炸", "怕爆炸", "会着火", "会起火",
    "消防火灾演练", "火灾演练", "火灾报警器", "fire extinguisher", "fire door", "fire exit", "fire hydrant", "fire lane",
    "fire escape", "fire drill", "no fire", "fire alarm test", "firework",
)  # fmt: skip

# A message that is nothing but one of these is kindness, not a report.
WARM_WORDS: frozenset[str] = frozenset(
    "谢谢 谢谢你 谢谢您 谢谢啦 谢了 多谢 感谢 非常感谢 好 好的 好滴 好嘞 好吧 行 行的 可以 嗯 嗯嗯 哦 噢 哈哈 在 在吗 在么 在不在 你好 您好 "
    "你好啊 早 早上好 中午好 下午好 晚上好 晚安 收到 知道了 明白 明白了 辛苦 辛苦了 再见 拜拜 没事 没事了 不客气 "
    "ok okay hi hello thanks thank thx bye good great yes no".split()
) | frozenset({"thank you", "thank you very much", "good morning", "are you there", "got it"})

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
