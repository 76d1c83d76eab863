"""What people see, by value: cards, receipts, questions. Pure: a view goes in, text and buttons come out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.areas import Area, Level
from care.domain.items import Category, DismissReason, Item, Kind, Place, Severity, State
from care.domain.people import Person, Post, Role
from care.domain.progress import Progress
from care.domain.transfers import Destinations
from care.services.handing import Handing
from care.services.ports import Medium
from care.services.views import ItemView, LastWord
from handlers.callback_data import Press
from handlers.content import Content
from handlers.render.card import MARKS, card, moved, veiled
from handlers.render.card_buttons import Offers
from handlers.render.handed import offer
from handlers.render.menus import transfer_question
from handlers.render.personal import help_text, my_reports, welcome
from handlers.render.pictures import cover, parts
from handlers.render.questions import dismiss_question, ended, place_question, proof_question
from handlers.render.receipt import receipt
from handlers.render.speaker import CAPTION_LIMIT, TEXT_LIMIT, Speaker, shorten, units

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
AT = datetime(2026, 11, 2, 2, 2, tzinfo=UTC)  # 10:02 in Lanzhou
ZH = Speaker("zh", ZoneInfo("Asia/Shanghai"), NOW)
EN = Speaker("en", ZoneInfo("Asia/Shanghai"), NOW)
MA = Person(id=1, name="小马", telegram_id=11, posts=frozenset({Post(Role.COURIER, "g3")}))
LI = Person(id=2, name="李娟", telegram_id=12, posts=frozenset({Post(Role.WORKER, "g3")}))


def medium(number: int = 1, kind: str = "photo", kept: bool = False) -> Medium:
    sha = f"{number:064x}" if kept else None
    return Medium(
        id=number, item=128, purpose="report", kind=kind, file=f"F{number}", unique=f"U{number}", size=9, by=1, at=AT,
        sha256=sha,
    )  # fmt: skip


def view(media: list[Medium] | None = None, **more: Any) -> ItemView:
    """#128, a courier's report, open in the third grid."""
    item_fields = {name: more.pop(name) for name in list(more) if name in Item.__dataclass_fields__}
    fields: dict[str, Any] = {
        "number": 128, "version": 2, "state": State.OPEN, "kind": Kind.REPORT, "severity": Severity.NORMAL,
        "created_at": AT, "since": AT, "category": Category.FACILITY, "area": "g3", "reporter": 1, "text": "井盖坏了",
    }  # fmt: skip
    names: dict[str, Any] = {
        "area": "第三网格", "area_is_building": False, "reporter": MA, "claimer": None, "resolver": None, "said_done": None,
        "dismisser": None, "confirmed": False, "media": media or [], "proofs": [], "last_word": None,
        "reason_words": "", "awaits_self_photo": False, "companion": None,
        "sorted_by_time": False, "reporter_unreachable": False,
    }  # fmt: skip
    names["area"] = more.pop("area_name", names["area"])
    return ItemView(item=Item(**(fields | item_fields)), **(names | more))


def labels(content: Content) -> list[list[str]]:
    return [[button.label for button in row] for row in content.buttons]


HAS_IT = [["✅ 办结", "📅 预计完成"], ["↩️ 放弃认领", "⬆️ 上报", "↪️ 转派"]]


def test_an_open_card() -> None:
    shown = card(view(), ZH, has_photo=None)
    assert shown.text == (
        "🟢 <b>#128</b> 随手拍 · 公共设施\n"
        "📍 第三网格 · 具体地点还不知道\n"
        "“井盖坏了”\n"
        "上报：骑手 · 10:02\n"
        "待认领（10:02 起）"
    )
    assert labels(shown) == [["🙋 我来处理"], ["↪️ 转派", "⬆️ 上报"], ["🚫 不用处理", "❓ 问问在哪"]]
    assert shown.picture is None


def test_a_card_in_english() -> None:
    assert "Reported by: courier · 10:02" in card(view(), EN, has_photo=None).text


@pytest.mark.parametrize(
    ("state", "more", "line", "buttons"),
    [
        (State.CLAIMED, {"claimer": "李娟", "claimed_at": AT}, "李娟 处理中（10:02 起）", HAS_IT),
        (
            State.CLAIMED,
            {"claimer": "李娟", "claimed_at": AT, "said_done": "李娟"},
            "李娟说办好了，等照片或说明",
            HAS_IT,
        ),
        (State.RESOLVED, {"resolver": "李娟", "resolved_at": AT}, "✅ 已办结：李娟 · 10:02", [["🔄 重新打开"]]),
        (
            State.RESOLVED,
            {"self_settled": True, "resolved_at": AT},
            "💪 上报的人已随手处理 · 10:02，请一位网格员确认",
            [["👍 确认", "🔄 重新打开"]],
        ),
        (
            State.CLOSED,
            {"resolver": "李娟", "resolved_at": AT, "confirmed": True},
            "✅ 已办结：李娟 · 10:02 👍 · 已归档",
            [],
        ),
        (
            State.DISMISSED,
            {"dismiss_reason": DismissReason.DUPLICATE, "dismisser": "李娟"},
            "🚫 不用处理：重复（李娟）",
            [],
        ),
        (
            State.DISMISSED,
            {"dismiss_reason": DismissReason.OTHER, "reason_words": "下周统一换", "dismisser": "李娟"},
            "🚫 不用处理：下周统一换（李娟）",
            [],
        ),
        (State.OPEN, {"reopened": 1, "reason_words": "还在漏水"}, "还没好的：“还在漏水”", None),
        (State.DRAFT, {"held": True}, "未登记的人今天报得多了，等社区放行", [["✅ 放行", "🚫 不用处理"]]),
    ],
)
def test_a_card_says_where_it_stands(
    state: State, more: dict[str, Any], line: str, buttons: list[list[str]] | None
) -> None:
    shown = card(view(state=state, **more), ZH, has_photo=None)
    assert line in shown.text.splitlines()
    if buttons is not None:
        assert labels(shown) == buttons


def test_haste_stands_first() -> None:
    assert card(view(severity=Severity.URGENT), ZH, has_photo=None).text.startswith(
        "🔴 <b>#128</b> 随手拍 · 公共设施 · 紧急"
    )
    assert card(view(severity=Severity.HIGH), ZH, has_photo=None).text.startswith("🟠")


def test_who_is_not_enrolled_is_said_so_and_nobody_is_named() -> None:
    shown = card(view(reporter_known=False, reporter=Person(id=9, name="张三")), ZH, has_photo=None)
    assert "未登记" in shown.text
    assert "张三" not in shown.text
    assert "小马" not in card(view(), ZH, has_photo=None).text


def test_peoples_words_are_text_and_never_markup() -> None:
    hostile = "<b>x</b> & <a href='tg://user?id=1'>"
    shown = card(view(text=hostile, place=Place(words="<i>")), ZH, has_photo=None)
    assert "&lt;b&gt;x&lt;/b&gt; &amp; &lt;a" in shown.text
    assert "&lt;i&gt;" in shown.text
    assert "&lt;b&gt;" in card(view(last_word=LastWord(who="<b>", words="<b>")), ZH, has_photo=None).text


def test_a_point_has_a_map_and_is_not_asked_about() -> None:
    shown = card(view(place=Place(latitude=36.05, longitude=103.8)), ZH, has_photo=None)
    assert "position=103.800000,36.050000" in shown.text
    assert labels(shown) == [["🙋 我来处理"], ["↪️ 转派", "⬆️ 上报"], ["🚫 不用处理"]]


def test_a_mere_grid_is_no_place_to_find_anything() -> None:
    assert "❓ 问问在哪" in labels(card(view(place=Place(words="第三网格")), ZH, has_photo=None))[2]
    assert "❓ 问问在哪" not in labels(card(view(place=Place(words="3号楼门口")), ZH, has_photo=None))[2]


def test_a_building_is_a_place() -> None:
    named = view(place=Place(words="3号楼"), area_name="3号楼", area_is_building=True)
    assert labels(card(named, ZH, has_photo=None))[2] == ["🚫 不用处理"]


def test_who_cannot_be_reached_is_not_asked_again() -> None:
    shown = card(view(reporter_unreachable=True), ZH, has_photo=None)
    assert "联系不上上报的人，问不到地点" in shown.text
    assert labels(shown)[2] == ["🚫 不用处理"]


def test_a_photo_card_keeps_within_a_caption_and_offers_the_rest() -> None:
    long = card(view([medium()], text="坏" * 4000), ZH, has_photo=None)
    assert units(long.text) <= CAPTION_LIMIT
    assert ["📄 全文"] in labels(long)
    assert long.picture is not None
    assert long.picture.file == "F1"


@given(st.text(max_size=5000), st.booleans())
def test_no_words_break_the_limits(text: str, photo: bool) -> None:
    """Everything that can stand on a card at once, as long as it can be."""
    full = view(
        [medium()] if photo else [],
        state=State.CLAIMED, claimed_at=AT, reopened=1, linked_to=127, severity=Severity.URGENT,
        text=text, place=Place(words="<" * 900), claimer="名" * 90, said_done="名" * 90, reason_words="还" * 900,
        last_word=LastWord(who="名" * 90, words="<&>" * 900), reporter_unreachable=True,
        progress=progress(promised_until=NOW + TEN, promises=3),
    )  # fmt: skip
    shown = card(full, ZH, has_photo=None)
    plain = shown.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert units(plain) <= (CAPTION_LIMIT if photo else TEXT_LIMIT)


def test_a_message_never_changes_its_type() -> None:
    assert card(view([medium()]), ZH, has_photo=False).picture is None
    assert ["🖼 看全部 (2)"] in labels(card(view([medium(1), medium(2)]), ZH, has_photo=False))


def test_several_photos_become_one_sheet_once_they_are_on_disk() -> None:
    waiting = cover([medium(1, kept=True), medium(2)])
    assert waiting is not None
    assert waiting.file == "F1"
    sheet = cover([medium(1, kept=True), medium(2, kept=True)])
    assert sheet is not None
    assert len(sheet.hashes) == 2
    assert sheet.file is None
    assert cover([medium(kind="video_note")]) is None
    assert [len(part) for part in parts([medium(n) for n in range(12)] + [medium(99, "voice")])] == [10, 2, 1]


def progress(**more: Any) -> Progress:
    return Progress(**({"climb_since": AT, "since": AT, "claimed_at": AT} | more))


CLAIMED = {"state": State.CLAIMED, "claimer": "李娟", "claimed_at": AT, "claimed_by": 2}
TEN = timedelta(hours=7)  # NOW is 11:00 in Lanzhou, and NOW + TEN 18:00


@pytest.mark.parametrize(
    ("until", "materials", "on_card", "on_receipt"),
    [
        (NOW + TEN, False, "李娟预计今天 18:00 前办好", "李娟在处理（预计今天）"),
        (NOW + TEN + timedelta(days=1), False, "李娟预计明天 18:00 前办好", "李娟在处理（预计明天）"),
        (NOW + TEN + timedelta(days=7), False, "李娟预计11月9日 18:00 前办好", "李娟在处理（预计11月9日）"),
        (NOW + timedelta(days=7), True, "等物料，11月9日再问", "李娟在处理（等物料）"),
    ],
)
def test_a_promise_is_on_the_card_and_on_the_receipt(
    until: datetime, materials: bool, on_card: str, on_receipt: str
) -> None:
    promised = view(
        **CLAIMED, progress=progress(promised_until=until, promises=1), handing=Handing(awaits_materials=materials)
    )
    assert on_card in card(promised, ZH, has_photo=None).text.splitlines()
    assert receipt(promised, ZH).text.endswith(on_receipt)
    over = replace(promised, item=replace(promised.item, progress=progress(promised_until=NOW, promises=1)))
    assert "预计" not in card(over, ZH, has_photo=None).text
    assert receipt(over, ZH).text.endswith("李娟在处理")
    said_done = replace(promised, item=replace(promised.item, said_done_by=2))
    assert on_card not in card(said_done, ZH, has_photo=None).text


def test_the_third_promise_is_counted_on_the_card() -> None:
    for promises, shown in ((2, False), (3, True), (4, True)):
        text = card(view(**CLAIMED, progress=progress(promises=promises)), ZH, has_photo=None).text
        assert (f"第 {promises} 次改期" in text) is shown


def test_an_elders_card_is_neither_put_off_nor_handed_round() -> None:
    claimed = view(**CLAIMED, kind=Kind.SOS, category=None)
    assert labels(card(claimed, ZH, has_photo=None)) == [["✅ 办结", "↩️ 放弃认领"], ["⬆️ 上报"]]
    above = card(claimed, ZH, has_photo=None, offers=Offers(take_over=True))
    assert labels(above) == [["✅ 办结", "↩️ 放弃认领"], ["⬆️ 上报", "🤝 接手"]]
    unclaimed = view(kind=Kind.SOS, category=None, place=Place(words="3号楼"))
    assert labels(card(unclaimed, ZH, has_photo=None)) == [["🙋 我来处理"]]


def test_a_quarrel_is_not_handed_round() -> None:
    unclaimed = card(view(kind=Kind.DISPUTE, place=Place(words="3号楼")), ZH, has_photo=None)
    assert labels(unclaimed) == [["🙋 我来处理"], ["⬆️ 上报"], ["🚫 不用处理"]]
    claimed = card(view(**CLAIMED, kind=Kind.DISPUTE), ZH, has_photo=None)
    assert labels(claimed) == [["✅ 办结", "📅 预计完成"], ["↩️ 放弃认领", "⬆️ 上报"]]


def test_what_depends_on_the_chat_and_on_the_hour() -> None:
    above = card(view(**CLAIMED), ZH, has_photo=None, offers=Offers(take_over=True))
    assert labels(above) == [*HAS_IT, ["🤝 接手"]]
    ended = view(state=State.RESOLVED, resolver="李娟", resolved_at=AT)
    assert labels(card(ended, ZH, has_photo=None, offers=Offers(undo=True))) == [["🔄 重新打开", "↶ 撤销"]]
    gone = view(state=State.DISMISSED, dismiss_reason=DismissReason.GONE, dismisser="李娟")
    assert labels(card(gone, ZH, has_photo=None, offers=Offers(undo=True))) == [["↶ 撤销"]]


def test_the_old_card_says_where_it_went_and_nothing_else() -> None:
    shown = moved(view(area_name="第二<网格>", text="井盖坏了"), ZH)
    assert shown.text == "🟢 <b>#128</b> 随手拍 · 公共设施\n已转给第二&lt;网格&gt;"
    assert (shown.buttons, shown.picture) == ((), None)


def test_who_is_asked_to_take_it() -> None:
    handing = Handing(offered="孙强", offered_by="<李娟>")
    asked = view([medium()], handing=handing, offered_to=7, text="井盖" * 900)
    assert "已请孙强来接，等他答复" in card(asked, ZH, has_photo=None).text
    shown = offer(asked, ZH, waits=True)
    assert shown.text.startswith("&lt;李娟&gt;想请您接 #128 公共设施 · 第三网格\n“井盖")
    assert units(shown.text) < 500
    assert labels(shown) == [["👌 我接", "🖼 看全部 (1)"]]
    nobody = view(handing=Handing(offered_by="李娟", unreachable="孙强"))
    assert "孙强联系不上，请别人来接" in card(nobody, ZH, has_photo=None).text


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (CLAIMED, "已由李娟认领，不用您接了，谢谢！"),
        ({"state": State.OPEN}, "已经另作安排，不用您接了，谢谢！"),
        ({"state": State.DISMISSED}, "这件事已经办完，不用您接了，谢谢！"),
    ],
)
def test_an_offer_that_is_settled_says_how(more: dict[str, Any], word: str) -> None:
    shown = offer(view(**more, handing=Handing(offered_by="赵敏")), ZH, waits=False)
    assert shown.text.splitlines()[-1] == word
    assert shown.buttons == ()


def test_the_menu_of_places() -> None:
    areas = [Area(id=f"g{n}", name=f"第{n}网格", level=Level.GRID, parent="c") for n in range(30)]
    far = Area(id="g" * 60, name="太长", level=Level.GRID, parent="c")
    parent = Area(id="c", name="海关社区", level=Level.COMMUNITY)
    shown = transfer_question(view(), ZH, Destinations([far, *areas], parent), 9)
    assert labels(shown)[0] == ["第0网格", "第1网格"]
    assert labels(shown)[-2:] == [["⬆️ 海关社区"], ["👤 转给某个人"]]
    assert len(labels(shown)) == 14  # 24 grids, two a row
    assert shown.reply_to == 9
    assert labels(transfer_question(view(), ZH, Destinations([], None), None)) == [["👤 转给某个人"]]


def test_a_quarrel_shows_nothing_of_itself() -> None:
    shown = veiled(view([medium()], kind=Kind.DISPUTE, text="张三和李四"), ZH, "3号楼")
    assert shown.text == "🤝 邻里说事 #128 · 3号楼 · 已请社区联系"
    assert (shown.buttons, shown.picture) == ((), None)


DRAFT = {"state": State.DRAFT, "category": None}


def test_the_receipt_asks_with_the_likeliest_first() -> None:
    shown = receipt(view([medium()], **DRAFT, text="墙上小广告"), ZH)
    assert shown.text == "已收到 📷 #128。这是什么问题？"
    rows = labels(shown)
    assert rows[0][0] == "小广告"
    assert all(len(row) == 2 for row in rows[:4])
    assert rows[4] == ["🆘 紧急", "💪 我已随手处理"]
    assert len(rows) == 5  # a photo is a report: no ✍️


@pytest.mark.parametrize(
    ("media", "place", "text"),
    [
        ([medium(n) for n in range(12)], None, "已收到 📷×12 #128。这是什么问题？"),
        ([medium(1, "voice")], None, "已收到 🎤 #128。这是什么问题？"),
        ([medium(1, "video")], None, "已收到 🎬 #128。这是什么问题？"),
        ([medium(1, "document")], None, "已收到 📎 #128。这是什么问题？"),
        ([], Place(latitude=1.0, longitude=2.0), "已收到 📍 #128。这是什么问题？"),
        ([], None, "已收到 #128。这是什么问题？"),
    ],
)
def test_the_receipt_says_what_came(media: list[Medium], place: Place | None, text: str) -> None:
    assert receipt(view(media, **DRAFT, place=place), ZH).text == text


def test_mere_words_may_be_no_report_and_an_earlier_one_may_be_the_same() -> None:
    rows = labels(receipt(view(**DRAFT, companion=127), ZH))
    assert rows[-2:] == [["🔗 和 #127 是一件事"], ["✍️ 不是上报"]]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"state": State.DRAFT}, "#128 已收到 · 公共设施"),
        ({}, "#128 已收到 → 已派第三网格"),
        ({"state": State.CLAIMED, "claimer": "李娟"}, "#128 已收到 → 已派第三网格 → 李娟在处理"),
        ({"state": State.RESOLVED, "resolver": "李娟"}, "#128 已收到 → 已派第三网格 → 已办结"),
        ({"state": State.DISMISSED, "dismiss_reason": DismissReason.GONE}, "#128 已收到 → 已派第三网格 → 不用处理"),
        ({"kind": Kind.DISPUTE}, "#128 已收到 → 已请社区联系"),
        ({"reopened": 1}, "#128 已收到 → 已派第三网格 → 重新处理中"),
        (
            {"state": State.DISMISSED, "dismiss_reason": DismissReason.NOT_A_REPORT},
            "好的，#128 不算上报，已经撤下。",
        ),
        (
            {"state": State.DISMISSED, "dismiss_reason": DismissReason.SAME, "linked_to": 127},
            "#128 已并到 #127，一起处理。",
        ),
        (
            {"state": State.RESOLVED, "self_settled": True},
            "#128 已收到 → 已派第三网格 → 您已随手处理 💪，等网格员确认",
        ),
    ],
)
def test_the_receipt_is_edited_along(more: dict[str, Any], text: str) -> None:
    assert receipt(view(**more), ZH).text == text


def test_an_urgent_receipt_begins_with_whom_to_ring() -> None:
    shown = receipt(view([medium()], category=None, severity=Severity.URGENT), ZH)
    assert shown.text.splitlines() == [
        "着火请打 119，有人受伤请打 120。",
        "已收到 📷 #128。这是什么问题？",
        "#128 已收到 → 已派第三网格",
    ]
    assert ["🆘 紧急"] not in [row[:1] for row in labels(shown)]


def test_the_after_photo_is_asked_for_in_place() -> None:
    shown = receipt(view(state=State.DRAFT, awaits_self_photo=True), ZH)
    assert shown.text == "#128 辛苦啦 💪 请拍一张处理后的照片发来。"


G3, G1, G2 = (Area(id=f"g{n}", name=f"第{zh}网格", level=Level.GRID) for n, zh in ((3, "三"), (1, "一"), (2, "二")))


def test_the_keyboard_of_places() -> None:
    shown = place_question(view(), ZH, home=G3, others=[G1, G2, G3], has_last=True, inline=False)
    assert shown.keyboard is not None
    rows = [[key.label for key in row] for row in shown.keyboard.rows]
    assert rows == [["📍 发送我的位置"], ["📍 还是刚才那里"], ["第三网格"], ["第一网格", "第二网格"], ["跳过"]]
    assert shown.keyboard.rows[0][0].asks_location
    first_time = place_question(view(), ZH, home=None, others=[G1], has_last=False, inline=False)
    assert first_time.keyboard is not None
    assert [[key.label for key in row] for row in first_time.keyboard.rows] == [
        ["📍 发送我的位置"],
        ["第一网格"],
        ["跳过"],
    ]


def test_an_elders_keys_are_never_replaced() -> None:
    shown = place_question(view(), ZH, home=G3, others=[G1], has_last=True, inline=True)
    assert shown.keyboard is None
    assert labels(shown) == [["第三网格", "第一网格"], ["跳过"]]


def test_questions_in_the_group_ring_the_one_who_is_asked() -> None:
    asked = proof_question(view(), ZH, LI, reply_to=77)
    assert asked.text == '<a href="tg://user?id=12">李娟</a>，#128 请发处理后的照片或说明'
    assert (labels(asked), asked.reply_to) == ([["无需照片，直接办结"]], 77)
    why = dismiss_question(view(), ZH, LI, in_words=False, reply_to=77)
    assert labels(why) == [["已经没了", "重复"], ["看不清", "不在本社区"], ["不归社区管", "📝 其他"]]


def test_the_end_comes_with_its_proof() -> None:
    settled = replace(view(state=State.RESOLVED, resolver="李娟", proof="换了新的"), proofs=[medium(5)])
    shown = ended(settled, ZH)
    assert shown.text == "#128 已办结 ✅ 李娟处理好了，谢谢您告诉我们。\n“换了新的”"
    assert labels(shown) == [["👍 满意", "↩️ 没解决"]]
    assert shown.picture is not None
    assert shown.picture.file == "F5"
    gone = ended(view(state=State.DISMISSED, dismiss_reason=DismissReason.GONE), ZH)
    assert gone.text.startswith("#128 网格员去看过，已经没有了")
    assert gone.buttons == ()


def test_every_severity_has_a_mark_of_its_own() -> None:
    assert list(MARKS) == list(Severity)
    assert len(set(MARKS.values())) == len(MARKS)


def test_every_button_fits_and_means_something() -> None:
    contents = [card(view(state=state, self_settled=True), ZH, has_photo=None) for state in State] + [
        receipt(view(**DRAFT, companion=99_999_999), ZH),
        ended(view(state=State.RESOLVED), ZH),
    ]
    data = [button.data for content in contents for row in content.buttons for button in row]
    assert data
    assert all(item is not None and Press.unpack(item).item for item in data)


def test_who_is_welcomed_with_what() -> None:
    assert "拍张照片发给我" in welcome(MA, ZH, "海关社区").text
    assert "🙋 我来处理" in welcome(LI, ZH, "海关社区").text
    assert "还没有登记" in welcome(Person(id=9, name="路人"), ZH, "海关社区").text
    assert "私下发给您" in help_text(Person(id=8, name="王主任", admin=True), ZH).text
    elder = Person(id=7, name="王秀英", called="王奶奶", posts=frozenset({Post(Role.ELDER, "g3")}))
    assert welcome(elder, ZH, "海关社区").text.startswith("王奶奶您好！")


def test_my_reports() -> None:
    assert my_reports([], ZH).text.startswith("您还没有上报过")
    lines = my_reports([view(), view(state=State.CLAIMED, claimer="李娟", claimed_at=AT)], ZH).text.splitlines()
    assert lines[1:] == [
        "#128 随手拍 · 公共设施 · 待认领（10:02 起）",
        "#128 随手拍 · 公共设施 · 李娟 处理中（10:02 起）",
    ]


def test_yesterday_is_said_with_its_date() -> None:
    assert ZH.at(datetime(2026, 11, 1, 2, 2, tzinfo=UTC)) == "11月1日 10:02"
    assert EN.at(datetime(2026, 11, 1, 2, 2, tzinfo=UTC)) == "1/11 10:02"


@given(st.text(max_size=60), st.integers(1, 40))
def test_shortening_counts_as_telegram_does(text: str, room: int) -> None:
    assert units(shorten(text, room)) <= room
