"""A group is bound in the chat, has its menu and lists, and sees what it may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.groups import Group
from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.services.ports import Binding
from handlers.callback_data import Button, Press
from tests.harness import GRID, Town
from tests.harness import town as make_town

NEW = -1003000000077
STAFF, RESIDENTS = "👷 只有工作人员", "🏘 也有居民"


def new_group(town: Town, **more: Any) -> Group:
    return town.world.add_group(NEW, "九网格新群", [town.wang, town.li, town.sun], **more)


def last(town: Town, group: Group) -> MessageView:
    return town.said_in(group)[-1]


def menus(town: Town, group: Group) -> list[MessageView]:
    return [message for message in town.said_in(group) if "📋 未办" in message.labels]


def question(town: Town, group: Group) -> MessageView:
    return next(m for m in town.said_in(group) if "这个群是哪个网格的" in m.text or "这个群里都有谁" in m.text)


async def says(town: Town, phone: Phone, text: str, group: Group | None = None, thread: int | None = None) -> None:
    phone.send_text(text, chat=group, thread=thread)
    await town.settle()


async def bound(town: Town, group: Group, area: str = "第九网格", audience: str = STAFF) -> MessageView:
    """/bind by the coordinator, pressed through; the message that the question has become."""
    await says(town, town.wang, "/bind", group)
    asked = question(town, group)
    await town.press(town.wang, asked, area)
    await town.press(town.wang, asked, audience)
    await town.settle()
    now = town.wang.see(asked)
    assert now is not None
    return now


async def bindings(town: Town) -> dict[str, Binding]:
    async with town.app.parts.db.read() as uow:
        return {binding.area: binding for binding in await uow.bindings.all()}


# ---------------------------------------------------------------- /bind


async def test_a_coordinator_binds_a_group_in_two_presses(town: Town) -> None:
    group = new_group(town)
    await says(town, town.wang, "/bind", group)
    asked = question(town, group)
    assert asked.labels == ["3号楼", "第九网格", "海关社区（已有群）", "第三网格（已有群）", "第二网格（已有群）"]
    assert asked.buttons[0] == ["3号楼", "第九网格"]
    await town.press(town.wang, asked, "第九网格")
    assert question(town, group).labels == [STAFF, RESIDENTS]
    assert (await town.press(town.wang, asked, STAFF)).text == "第九网格绑定好了"
    proof = town.wang.see(asked)
    assert proof is not None
    assert "✅ 第九网格绑定到这个群了" in proof.text
    assert "👷 只有工作人员" in proof.text
    assert "登记的网格员：0 位" in proof.text
    assert "第九网格没有登记的网格员，紧急求助没人能接" in proof.text
    assert proof.labels == []
    assert (await bindings(town))["g9"] == Binding(area="g9", chat=NEW)
    await town.reports(town.ma, place="第九网格")
    assert town.card(group, 1)


async def test_with_enrolled_workers_there_is_no_warning(town: Town) -> None:
    await town.enrol(town.sun, "worker", "g9", "W9")
    proof = await bound(town, new_group(town))
    assert "登记的网格员：1 位" in proof.text
    assert "⚠️" not in proof.text


@pytest.mark.parametrize("named", ["第九网格", "g9", "G9", " 第九网格 "])
async def test_it_can_be_named(town: Town, named: str) -> None:
    group = new_group(town)
    await says(town, town.wang, f"/bind@GridCareBot {named}", group)
    assert question(town, group).labels == [STAFF, RESIDENTS]


async def test_a_name_that_there_is_not_is_asked_for_again(town: Town) -> None:
    group = new_group(town)
    await says(town, town.wang, "/bind <b>第九十九网格", group)
    assert question(town, group).text.startswith("没有找到这个名字")
    assert "第九网格" in question(town, group).labels


async def test_of_thirty_areas_the_unbound_come_first_and_the_rest_is_bound_by_name(tmp_path: Path) -> None:
    grids = [{"id": f"g{n}", "name": f"第{n}网格", "level": "grid", "parent": "c"} for n in range(1, 30)]
    grids[0] |= {"chat_id": GRID, "audience": "staff"}
    areas = [{"id": "c", "name": "海关社区", "level": "community", "audience": "staff"}, *grids]
    async with make_town(tmp_path, areas=areas) as town:
        group = new_group(town)
        await says(town, town.wang, "/bind", group)
        asked = question(town, group)
        assert len(asked.labels) == 24
        assert "第1网格（已有群）" not in asked.labels
        assert "/bind 第1网格" in asked.text
        proof = await bound(town, group, "海关社区")
        assert proof.text.count("⚠️") == 6
        assert "还有 22 个网格" in proof.text  # all but g3 and g2, in which somebody is enrolled


async def test_areas_of_one_name_are_told_apart(tmp_path: Path) -> None:
    areas = [
        {"id": "c1", "name": "甲社区", "level": "community", "audience": "staff"},
        {"id": "c2", "name": "乙社区", "level": "community", "audience": "staff"},
        {"id": "a1", "name": "第一网格 <i>&", "level": "grid", "parent": "c1"},
        {"id": "b1", "name": "第一网格 <i>&", "level": "grid", "parent": "c2"},
    ]
    async with make_town(tmp_path, areas=areas) as town:
        group = new_group(town)
        await says(town, town.wang, "/bind 第一网格 <i>&", group)
        assert "第一网格 <i>& (b1)" in question(town, group).labels
        proof = await bound(town, group, "第一网格 <i>& (b1)")
        assert "第一网格 <i>&绑定到这个群了" in proof.text
        assert set(await bindings(town)) == {"b1"}
        await says(town, town.wang, "/unbind", group)
        assert "第一网格 <i>&和这个群解除绑定了" in last(town, group).text


async def test_only_coordinators_bind(town: Town) -> None:
    group = new_group(town)
    await says(town, town.li, "/bind", group)
    assert last(town, group).text == "绑定群要社区管理员来做，麻烦请社区来发一下。"
    await says(town, town.wang, "/bind", group)
    asked = question(town, group)
    for label in ("第九网格", Press(Button.BIND_STAFF, 0, "g9").pack()):
        query = town.li.press_nowait(asked, label) if label in asked.labels else None
        answer = await town.li.answer_to(query) if query else await town.li.forge_press(asked.id, label, group)
        assert answer.text == "绑定群要社区管理员来做，麻烦请社区来发一下。"
    await town.settle()
    assert "g9" not in await bindings(town)


async def test_a_coordinator_of_one_grid_binds_only_that(town: Town) -> None:
    await town.enrol(town.sun, "coordinator", "g9", "K9")
    group = new_group(town)
    await says(town, town.sun, "/bind", group)
    asked = question(town, group)
    assert asked.labels == ["第九网格"]
    answer = await town.sun.forge_press(asked.id, Press(Button.BIND_STAFF, 0, "g3").pack(), group)
    assert answer.text == "绑定群要社区管理员来做，麻烦请社区来发一下。"
    answer = await town.sun.forge_press(asked.id, Press(Button.BIND_AREA, 0, "nowhere").pack(), group)
    assert answer.text == "没有找到这个名字的网格，请看看名字对不对。"
    await town.press(town.wang, asked, "第九网格")  # another coordinator may go on
    await town.press(town.wang, asked, STAFF)
    assert (await bindings(town))["g9"].chat == NEW


async def test_an_anonymous_admin_is_asked_to_show_himself(town: Town) -> None:
    group = new_group(town)
    group.make_anonymous(town.wang)
    await says(town, town.wang, "/bind", group)
    assert "请先关闭匿名身份再发送" in last(town, group).text
    await says(town, town.wang, "/unbind", group)
    assert "请先关闭匿名身份再发送" in last(town, group).text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/bind", "请把我拉进工作群，再在那个群里发 /bind。"),
        ("/unbind", "这个指令请在工作群里用。"),
        ("/menu", "这个指令请在工作群里用。"),
        ("/open", "这个指令请在工作群里用。"),
        ("未办", "这个指令请在工作群里用。"),
        ("/item 7", "这里没有这个编号的事，请看看编号对不对。"),
        ("/item", "请写上编号，比如：/item 128"),
    ],
)
async def test_in_private_a_group_command_says_where_it_goes(town: Town, text: str, answer: str) -> None:
    await says(town, town.ma, text)
    assert town.told(town.ma)[-1].text == answer


@pytest.mark.parametrize("text", ["/unbind", "/menu", "/open", "/item 1"])
async def test_in_a_group_that_is_not_bound_it_says_so(town: Town, text: str) -> None:
    group = new_group(town)
    await says(town, town.wang, text, group)
    assert last(town, group).text == "这个群还没有绑定网格，请社区管理员在这里发 /bind。"


async def test_commands_for_others_are_none_of_our_business(town: Town) -> None:
    for text in ("/bind@OtherBot", "/open@OtherBot", "/weather"):
        await says(town, town.wang, text, town.grid)
    assert town.said_in(town.grid) == []
    await says(town, town.wang, "/my", town.grid)
    assert last(town, town.grid).text == "这个指令请在和我的私聊里用。"


async def test_an_area_moves_with_its_items_and_the_old_group_hears_it_once(town: Town) -> None:
    await town.reports(town.ma)
    await town.reports(town.ma, text="路灯坏了", place="第二网格")
    await town.reports(town.ma, text="墙裂了")
    group = new_group(town)
    await bound(town, group, "第三网格（已有群）")
    await town.forward(minutes=2)
    assert [m.text for m in town.said_in(town.grid)] == ["第三网格改到别的群了，以后它的事不再发到这里。"]
    cards = [m for m in town.said_in(group) if m.text.startswith("🟢")]
    assert ["#1" in cards[0].text, "#3" in cards[1].text, len(cards)] == [True, True, 2]
    assert town.card(town.second_grid, 2)
    assert (await town.press(town.li, town.card(group, 1), "🙋 我来处理")).text == "#1 归您了，谢谢！"
    await bound(town, group, "第三网格 ✓")
    await town.forward(minutes=1)
    assert len(town.said_in(town.grid)) == 1


async def test_items_that_waited_elsewhere_come_to_the_new_group_at_once(town: Town) -> None:
    await town.reports(town.ma, place="第九网格")
    assert town.card(town.community, 1)
    group = new_group(town)
    await bound(town, group)
    assert town.card(group, 1)


async def test_a_group_may_serve_several_areas(town: Town) -> None:
    await bound(town, town.grid, "第九网格")
    await town.reports(town.ma)
    await town.reports(town.ma, place="第九网格")
    assert town.card(town.grid, 1)
    assert town.card(town.grid, 2)
    assert len(menus(town, town.grid)) == 1


async def test_a_forged_press_on_a_card_leaves_the_card_alone(town: Town) -> None:
    await town.reports(town.ma)
    card = town.card(town.grid, 1)
    for button in (Button.BIND_AREA, Button.BIND_STAFF, Button.UNBIND):
        await town.wang.forge_press(card.id, Press(button, 0, "g9").pack(), town.grid)
    await town.forward(seconds=10)
    assert town.card(town.grid, 1).id == card.id
    assert any("第九网格和这个群解除绑定了" in m.text for m in town.said_in(town.grid))


async def test_two_coordinators_press_at_once(town: Town) -> None:
    await town.enrol(town.sun, "coordinator", None, "K1")
    group = new_group(town)
    await says(town, town.wang, "/bind g9", group)
    asked = question(town, group)
    presses = [town.wang.press_nowait(asked, STAFF), town.sun.press_nowait(asked, STAFF)]
    await town.settle()
    assert [query is not None and query.answer is not None for query in presses] == [True, True]
    assert len(menus(town, group)) == 1
    assert [m.text for m in town.said_in(group)].count(STAFF) == 0


async def test_a_topic_is_bound_with_its_thread(town: Town) -> None:
    group = new_group(town, forum=True)
    topic = group.create_topic("上报")
    await says(town, town.wang, "/bind g9", group, thread=topic)
    await town.press(town.wang, question(town, group), STAFF)
    assert (await bindings(town))["g9"] == Binding(area="g9", chat=NEW, thread=topic)
    assert {m.thread for m in town.said_in(group)} == {topic}
    await town.reports(town.ma, place="第九网格")
    assert town.card(group, 1).thread == topic
    await says(town, town.li, "/open", group, thread=topic)
    listed = group.messages(topic)[-1]
    assert listed.thread == topic
    card = town.card(group, 1)
    assert listed.entities[0]["url"] == f"https://t.me/c/3000000077/{topic}/{card.id}"


async def test_where_the_bot_is_no_admin_there_is_one_standing_note(town: Town) -> None:
    group = new_group(town, bot_is_admin=False)
    await bound(town, group)
    note = "请把我设为管理员，否则看不到处理照片"
    assert [m.text for m in town.said_in(group)].count(note) == 1
    assert not any(m.pinned for m in town.said_in(group))
    await bound(town, group, "3号楼")
    assert [m.text for m in town.said_in(group)].count(note) == 1
    group.promote_bot()
    await town.settle()
    assert note not in [m.text for m in town.said_in(group)]


async def test_an_admin_is_not_asked_to_be_one(town: Town) -> None:
    group = new_group(town)
    await bound(town, group)
    assert not any("设为管理员" in text for text in town.heard(group))


# ---------------------------------------------------------------- /unbind


async def test_an_unbound_grid_goes_one_level_up(town: Town) -> None:
    await town.reports(town.ma)
    await says(town, town.li, "/unbind", town.grid)
    assert last(town, town.grid).text == "绑定群要社区管理员来做，麻烦请社区来发一下。"
    await says(town, town.wang, "/unbind", town.grid)
    await town.forward(seconds=5)
    assert last(town, town.grid).text == "第三网格和这个群解除绑定了，以后它的事发到海关社区的群。"
    assert town.card(town.community, 1)
    assert "第三网格的群解除绑定了" in town.told(town.wang)[-1].text
    assert not any(m.text.startswith("🟢") for m in town.said_in(town.grid))
    answer = await town.sun.forge_press(1, Press(Button.CLAIM, 1).pack(), town.grid)
    assert "登记过的网格员" in answer.text  # that he is in the group says nothing any more
    await says(town, town.wang, "/unbind", town.grid)
    assert last(town, town.grid).text == "这个群还没有绑定网格，请社区管理员在这里发 /bind。"


async def test_of_several_areas_it_asks_which(town: Town) -> None:
    await bound(town, town.grid, "第九网格")
    await says(town, town.wang, "/unbind", town.grid)
    asked = next(m for m in town.said_in(town.grid) if "解除绑定？" in m.text)
    assert asked.labels == ["第三网格", "第九网格"]
    refused = await town.press(town.li, asked, "第九网格")
    assert refused.text == "绑定群要社区管理员来做，麻烦请社区来发一下。"
    await town.press(town.wang, asked, "第九网格")
    assert town.wang.see(asked) is None
    assert set(await bindings(town)) == {"haiguan", "g2", "g3"}
    stale = await town.wang.forge_press(asked.id, Press(Button.UNBIND, 0, "g9").pack(), town.grid)
    assert stale.text == "第九网格现在不在这个群里。"
    await says(town, town.wang, "/unbind 第二网格", town.grid)
    assert "g2" in await bindings(town)  # it is told elsewhere


async def test_the_last_group_leaves_its_matters_to_the_coordinators(town: Town) -> None:
    await says(town, town.wang, "/unbind", town.community)
    await says(town, town.wang, "/unbind", town.grid)
    assert last(town, town.grid).text == "第三网格和这个群解除绑定了，以后它的事私下发给海关社区的管理员。"
    await town.reports(town.ma)
    assert "#1" in town.told(town.wang)[-1].text


async def test_an_unbound_group_loses_its_menu_and_a_restart_does_not_bind_it_again(town: Town) -> None:
    await says(town, town.wang, "/menu", town.grid)
    await says(town, town.wang, "/open", town.grid)
    await says(town, town.wang, "/unbind", town.grid)
    await town.forward(seconds=5)
    assert [m.text[:4] for m in town.said_in(town.grid)] == ["第三网格"]
    assert set(await bindings(town)) == {"haiguan", "g2"}


# ---------------------------------------------------------------- the menu


async def test_the_menu_is_pinned_and_there_is_one(town: Town) -> None:
    await says(town, town.li, "/menu", town.grid)
    [menu] = menus(town, town.grid)
    assert menu.labels == ["📋 未办", "☀️ 今早平安", "🧳 暂停问候"]
    assert menu.pinned
    await town.forward(minutes=1)
    await says(town, town.li, "/menu", town.grid)
    [newer] = menus(town, town.grid)
    assert newer.id != menu.id
    assert newer.pinned


async def test_a_menu_that_is_too_old_to_be_deleted_loses_its_buttons(town: Town) -> None:
    await says(town, town.li, "/menu", town.grid)
    [old] = menus(town, town.grid)
    await town.forward(hours=50)
    await says(town, town.li, "/menu", town.grid)
    await town.forward(seconds=5)
    assert len(menus(town, town.grid)) == 1
    seen = town.li.see(old)
    assert seen is not None
    assert seen.labels == []


async def test_each_topic_has_its_own_menu(town: Town) -> None:
    group = new_group(town, forum=True)
    one, other = group.create_topic("上报"), group.create_topic("安全")
    await says(town, town.wang, "/bind g9", group, thread=one)
    await town.press(town.wang, question(town, group), STAFF)
    await says(town, town.wang, "/menu", group, thread=other)
    assert sorted(m.thread or 0 for m in menus(town, group)) == [one, other]


async def test_where_nobody_is_greeted_there_is_nobody_to_pause(town: Town) -> None:
    await says(town, town.li, "/menu", town.grid)
    [menu] = menus(town, town.grid)
    assert (await town.press(town.li, menu, "🧳 暂停问候")).text == "这里还没有每天问候的老人，不用暂停。"


async def test_pressing_the_list_twice_brings_the_same_list_up_to_date(town: Town) -> None:
    await says(town, town.li, "/menu", town.grid)
    [menu] = menus(town, town.grid)
    assert (await town.press(town.li, menu, "📋 未办")).text == ""
    assert last(town, town.grid).text == "没有未办的事，辛苦啦。"
    await town.reports(town.ma)
    assert (await town.press(town.zhao, menu, "📋 未办")).text == "刚发过的清单已经更新了"
    listed = [m for m in town.said_in(town.grid) if m.text.startswith("未办")]
    assert [m.text.splitlines()[0] for m in listed] == ["未办 1 件："]
    await town.forward(minutes=2)
    await town.press(town.zhao, menu, "📋 未办")
    assert len([m for m in town.said_in(town.grid) if m.text.startswith("未办")]) == 1
    assert last(town, town.grid).text.startswith("未办 1 件：")


async def test_an_outsiders_press_on_the_menu_tells_him_nothing(town: Town) -> None:
    await says(town, town.li, "/menu", town.grid)
    [menu] = menus(town, town.grid)
    before = len(town.said_in(town.grid))
    answer = await town.guest.forge_press(menu.id, Press(Button.MENU_OPEN).pack(), town.grid)
    assert answer.text == "请在收到这张卡片的群里按"
    private = await town.guest.forge_press(1, Press(Button.MENU_OPEN).pack())
    assert private.text == "请在收到这张卡片的群里按"
    await town.settle()
    assert len(town.said_in(town.grid)) == before


# ---------------------------------------------------------------- /open and /item


async def test_the_list_names_the_urgent_first_and_links_the_cards(town: Town) -> None:
    await town.reports(town.ma)
    town.ma.send_text("3号楼楼道着火 <b>")
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 2), "安全隐患")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.reports(town.ma, text="路灯坏了", place="第二网格")
    await says(town, town.sun, "/open", town.grid)
    lines = last(town, town.grid).text.splitlines()
    assert lines[0] == "未办 2 件："
    assert lines[1].startswith("🔴 #2 安全隐患 · 3号楼 · 待认领（")
    assert lines[2].startswith("🟢 #1 公共设施 · 第三网格 · 李娟 处理中（")
    links = [entity["url"] for entity in last(town, town.grid).entities]
    assert f"https://t.me/c/3000000001/{town.card(town.grid, 1).id}" in links
    await says(town, town.li, "/open", town.community)
    assert last(town, town.community).text.splitlines()[0] == "未办 3 件："


async def test_a_new_list_takes_the_place_of_the_old(town: Town) -> None:
    await town.reports(town.ma)
    for minutes in (0, 5, 5):
        await town.forward(minutes=minutes)
        await says(town, town.li, "/open", town.grid)
    assert len([m for m in town.said_in(town.grid) if m.text.startswith("未办")]) == 1


async def test_a_long_list_is_cut(town: Town) -> None:
    async with town.app.parts.db.write() as uow:
        from care.domain.items import Action, Details, begin

        for _ in range(25):
            number = await uow.items.next_number()
            details = Details(area="g3", text="长" * 4000)
            item, event = begin(number, Action.RAISE, at=town.clock.now(), actor=None, details=details)
            await uow.items.add(item, event, None)
    await says(town, town.li, "/open", town.grid)
    text = last(town, town.grid).text
    assert text.startswith("未办 25 件：")
    assert text.endswith("还有 5 件")


async def test_a_coordinator_asks_for_his_list_in_private(town: Town) -> None:
    await town.reports(town.ma, category="矛盾纠纷", text="邻居吵架")
    await town.reports(town.ma)
    await says(town, town.wang, "未办")
    lines = town.told(town.wang)[-1].text.splitlines()
    assert lines[0] == "未办 2 件："
    assert any("邻里说事" in line for line in lines)


async def test_a_quarrel_is_only_a_veiled_line_in_a_group(town: Town) -> None:
    await town.reports(town.ma, category="矛盾纠纷", text="老张和老李又吵架了")
    await says(town, town.li, "/open", town.grid)
    assert "🤝 邻里说事 #1 · 第三网格 · 已请社区联系" in last(town, town.grid).text
    await says(town, town.li, "/item 1", town.grid)
    assert last(town, town.grid).text == "🤝 邻里说事 #1 · 第三网格 · 已请社区联系"
    await says(town, town.wang, "/item 1")
    assert "老张和老李又吵架了" in town.told(town.wang)[-1].text


async def test_a_list_that_stands_forgets_what_turned_out_a_quarrel(town: Town) -> None:
    town.ma.send_text("老张又占道")
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 1), "占道经营")
    town.ma.send_text("老张家门口")
    await town.settle()
    await says(town, town.li, "/open", town.grid)
    assert "老张家门口" in last(town, town.grid).text
    async with town.app.parts.db.write() as uow:
        from care.domain.items import Category
        from care.services import reports

        item, ma = await uow.items.get(1), await uow.people.by_telegram(town.ma.id)
        assert ma is not None
        await reports.categorise(uow, item, Category.QUARREL, ma, town.clock.now(), town.app.parts.rules)
    await town.forward(seconds=10)
    assert not any("老张" in m.text for m in town.said_in(town.grid))


async def test_an_items_history_says_who_what_when_and_why(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    town.li.send_text("配件明天到 <script>", chat=town.grid, reply_to=town.card(town.grid, 1))
    await town.settle()
    await says(town, town.sun, "/item #1", town.grid)
    text = last(town, town.grid).text
    assert "🟢 #1 随手拍 · 公共设施" in text
    assert "“井盖坏了”" in text
    assert "10:00 骑手 报了上来" in text
    assert "李娟 认领" in text
    assert "李娟 记了一笔：“配件明天到 <script>”" in text
    assert "小马" not in text


@pytest.mark.parametrize("text", ["/item", "/item abc", "/item -5", "/item 1 2", "/item 9999999999999999"])
async def test_a_number_that_is_none_is_explained(town: Town, text: str) -> None:
    await says(town, town.li, text, town.grid)
    assert last(town, town.grid).text == "请写上编号，比如：/item 128"


async def test_what_a_group_may_not_see_it_is_told_nothing_of(town: Town) -> None:
    await town.reports(town.ma, place="第二网格")
    for number in (1, 77):
        await says(town, town.li, f"/item {number}", town.grid)
        assert last(town, town.grid).text == "这里没有这个编号的事，请看看编号对不对。"
    await says(town, town.li, "/item 1", town.community)
    assert "井盖坏了" in last(town, town.community).text
    await says(town, town.ma, "/item 1")
    assert town.told(town.ma)[-1].text == "这里没有这个编号的事，请看看编号对不对。"


async def test_a_long_history_loses_its_oldest_lines(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    async with town.app.parts.db.write() as uow:
        from care.domain.items import Action
        from care.services.acts import change

        item, li = await uow.items.get(1), await uow.people.by_telegram(town.li.id)
        for n in range(60):
            note = f"{n}." + "长" * 190
            now, rules = town.clock.now(), town.app.parts.rules
            item = await change(uow, item, Action.NOTE, by=li, now=now, rules=rules, note=note)
    await says(town, town.li, "/item 1", town.grid)
    text = last(town, town.grid).text
    assert len(text) <= 4096
    assert "…更早的还有" in text
    assert "59.长" in text


# ---------------------------------------------------------------- residents


async def an_elders_matter(town: Town, area: str = "g3") -> int:
    """An urgent matter of an elder, as an update of hers that nobody can read makes one."""
    wang = town.world.add_user(41, "王桂英")
    await town.enrol(wang, "elder", area, "E1")
    wang.started = True
    sender, chat = {"id": 41, "first_name": "王桂英"}, {"id": 41, "type": "private"}
    town.world.updates.add("message", {"from": sender, "chat": chat, "text": "救命", "photo": 7})
    await town.forward(seconds=20)
    async with town.app.parts.db.read() as uow:
        return max(item.number for item in await uow.items.in_states(["open"]))


async def test_where_neighbours_are_in_the_group_elders_are_not(town: Town) -> None:
    group = new_group(town)
    proof = await bound(town, group, "第三网格（已有群）", RESIDENTS)
    assert "🏘 也有居民" in proof.text
    assert menus(town, group)[0].labels == ["📋 未办"]
    number = await an_elders_matter(town)
    await town.reports(town.ma)
    assert not any(f"#{number}" in m.text for m in town.said_in(group))
    assert any(f"#{number}" in m.text for m in town.told(town.li))
    await says(town, town.sun, "/open", group)
    assert last(town, group).text.splitlines()[0] == "未办 1 件："
    await says(town, town.sun, f"/item {number}", group)
    assert last(town, group).text == "这里没有这个编号的事，请看看编号对不对。"
    refused = await town.press(town.sun, town.card(group, number + 1), "🙋 我来处理")
    assert "登记过的网格员" in refused.text  # always enrolled people only


async def test_who_is_in_a_group_is_true_of_the_whole_group(town: Town) -> None:
    number = await an_elders_matter(town)
    assert town.card(town.grid, number)
    await bound(town, town.grid, "第九网格", RESIDENTS)
    await town.forward(seconds=10)
    assert {b.audience for b in (await bindings(town)).values() if b.chat == GRID} == {"residents"}
    assert not any(f"#{number}" in m.text for m in town.said_in(town.grid))
    assert any(f"#{number}" in m.text for m in town.told(town.li))


async def test_by_the_config_only_enrolled_people_act(tmp_path: Path) -> None:
    async with make_town(tmp_path, groups={"workers": "enrolled"}) as town:
        await town.reports(town.ma)
        answer = await town.press(town.sun, town.card(town.grid, 1), "🙋 我来处理")
        assert "登记过的网格员" in answer.text
        assert (await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")).text == "#1 归您了，谢谢！"


async def test_each_scope_sees_the_commands_it_can_use(town: Town) -> None:
    found = {key: [c["command"] for c in commands] for key, commands in town.world.commands.items()}
    assert found['{"type": "all_group_chats"}', "zh"] == ["open", "today", "item", "pause", "resume", "menu"]
    admins = found['{"type": "all_chat_administrators"}', "en"]
    assert admins == ["open", "today", "item", "pause", "resume", "menu", "bind", "unbind"]
    assert "bind" not in found['{"type": "all_private_chats"}', ""]
