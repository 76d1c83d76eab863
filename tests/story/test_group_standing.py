"""What Telegram and its people do to groups: put out, let in, promoted, upgraded, a topic deleted, renamed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.importing import bring_in
from bot.roster_file import read_roster
from bot.sandbox.groups import Group
from bot.sandbox.views import MessageView
from care.domain.items import LIVE, State
from care.services.ports import Face
from handlers.callback_data import Button, Press
from storage.database import Database
from tests.harness import GRID, Town
from tests.harness import town as make_town
from tests.story.test_groups import an_elders_matter, bindings, bound, last, menus, new_group, question, says

NOTE = "请把我设为管理员，否则看不到处理照片"
SMALL = -777
SMALL_AREAS = [
    {"id": "c", "name": "海关社区", "level": "community", "audience": "staff"},
    {"id": "g7", "name": "第七网格", "level": "grid", "parent": "c", "chat_id": SMALL, "audience": "staff"},
]


def cards(town: Town, group: Group) -> list[MessageView]:
    return [message for message in town.said_in(group) if message.text.startswith(("🟢", "🟠", "🔴", "🤝"))]


# ---------------------------------------------------------------- put out and let in


async def test_put_out_the_coordinators_hear_it_within_seconds_and_the_items_go_up(town: Town) -> None:
    await town.reports(town.ma)
    await town.reports(town.ma, text="路灯坏了")
    await town.reports(town.ma, text="墙裂了", place="第二网格")
    rang = town.li.sounding(town.community)
    before = town.clock.now()
    town.grid.remove_bot()
    await town.settle()
    told = town.told(town.wang)[-1].text
    assert "第三网格" in told
    assert "2 件" in told
    assert "请把我重新拉进群" in told
    assert (town.clock.now() - before).total_seconds() < 10
    assert [town.card(town.community, n).labels[0] for n in (1, 2)] == ["🙋 我来处理"] * 2
    assert town.li.sounding(town.community) == rang + 2
    assert (await town.press(town.li, town.card(town.community, 1), "🙋 我来处理")).text == "#1 归您了，谢谢！"
    await town.forward(hours=1)
    assert len([m for m in town.told(town.wang) if "请把我重新拉进群" in m.text]) == 1


async def test_let_in_again_all_is_as_before(town: Town) -> None:
    await town.reports(town.ma)
    town.grid.remove_bot()
    await town.settle()
    await town.reports(town.ma, text="路灯坏了")
    await town.forward(minutes=30)
    town.grid.add_bot(admin=True)
    await town.forward(seconds=20)
    assert len(cards(town, town.grid)) == 2  # what stood there from before is gone
    assert any(m.text == "我回来啦，第三网格的事又发到这里。" for m in town.said_in(town.grid))
    assert [m.text for m in town.told(town.wang)].count("我回到第三网格的群里了，它的事照旧发到群里。") == 1
    assert (await town.press(town.zhao, town.card(town.grid, 1), "🙋 我来处理")).text == "#1 归您了，谢谢！"
    await town.reports(town.ma, text="墙裂了")
    assert town.card(town.grid, 3)
    assert len(menus(town, town.grid)) == 1


async def test_put_out_unnoticed_it_is_noticed_at_the_first_message(town: Town) -> None:
    await town.reports(town.ma)
    town.world.faults.network_down = True
    town.grid.remove_bot()
    town.world.updates.clear()  # as after more than a day without us
    town.world.faults.network_down = False
    await town.reports(town.ma, text="路灯坏了")
    await town.forward(seconds=20)
    assert "g3" not in await bindings(town)
    assert town.card(town.community, 1)
    assert town.card(town.community, 2)
    assert "请把我重新拉进群" in "".join(m.text for m in town.told(town.wang))


async def test_put_out_of_a_group_that_is_bound_to_another_area_by_then(town: Town) -> None:
    town.grid.remove_bot()
    await town.settle()
    group = new_group(town)
    await bound(town, group, "第三网格")
    town.grid.add_bot()
    await town.forward(seconds=5)
    assert (await bindings(town))["g3"].chat == group.id
    assert "还没有绑定网格" in last(town, town.grid).text


async def test_put_out_of_every_group_nothing_is_lost(town: Town) -> None:
    await town.reports(town.ma)
    for group in (town.grid, town.second_grid, town.community):
        group.remove_bot()
    await town.forward(seconds=20)
    assert any("#1" in m.text and "🙋 我来处理" in m.labels for m in town.told(town.wang))


async def test_the_quarrels_of_a_lost_group_are_veiled_where_they_go(town: Town) -> None:
    await town.reports(town.ma, category="矛盾纠纷", text="老张和老李吵架")
    town.grid.remove_bot()
    await town.forward(seconds=10)
    assert town.card(town.community, 1).text == "🤝 邻里说事 #1 · 第三网格 · 已请社区联系"
    assert not any("老张" in m.text for m in town.said_in(town.community))


async def test_a_new_group_is_greeted_once_a_day(town: Town) -> None:
    group = new_group(town, bot_is_member=False)
    for _ in range(2):
        group.add_bot()
        await town.settle()
        group.remove_bot()
        await town.settle()
    group.add_bot()
    await town.forward(seconds=5)
    assert [text for text in town.heard(group) if "/bind" in text] == [town.heard(group)[0]]
    assert "请把我重新拉进群" not in "".join(m.text for m in town.told(town.wang))
    await town.forward(hours=24)
    group.remove_bot()
    await town.settle()
    group.add_bot()
    await town.settle()
    assert len([text for text in town.heard(group) if "/bind" in text]) == 2


async def test_in_private_a_block_is_no_group(town: Town) -> None:
    town.wang.block_bot()
    town.wang.unblock_bot()
    await town.settle()
    assert not any("/bind" in m.text for m in town.told(town.wang))


# ---------------------------------------------------------------- admin or not


async def test_demoted_it_says_once_what_it_misses(town: Town) -> None:
    for _ in range(3):
        town.grid.demote_bot()
        await town.settle()
    assert [m.text for m in town.said_in(town.grid)] == [NOTE]
    town.grid.promote_bot()
    await town.forward(seconds=3)
    assert town.said_in(town.grid) == []


async def test_promoted_before_the_note_is_out_nothing_is_said(town: Town) -> None:
    town.world.faults.network_down = True
    town.grid.demote_bot()
    town.grid.promote_bot()
    town.world.faults.network_down = False
    await town.forward(minutes=2)
    assert town.heard(town.grid) == []


async def test_a_group_that_is_not_bound_is_not_asked_for_anything(town: Town) -> None:
    group = new_group(town)
    group.demote_bot()
    await town.settle()
    assert town.said_in(group) == []


# ---------------------------------------------------------------- the upgrade


async def test_five_open_cards_survive_the_upgrade(tmp_path: Path) -> None:
    async with make_town(tmp_path, areas=SMALL_AREAS) as town:
        group = town.world.add_group(SMALL, "第七网格", [town.wang, town.li, town.sun], supergroup=False)
        for n in range(5):
            await town.reports(town.ma, text=f"第{n + 1}件", place="第七网格")
        old = [town.card(group, n) for n in range(1, 6)]
        sent = len(town.world.calls)
        new_id = group.upgrade_to_supergroup()
        await town.forward(minutes=1)
        assert not [c for c in town.world.calls[sent:] if c.method.startswith("send") and c.code == 200]
        for n, card in enumerate(old, 1):
            assert (await town.press(town.li, card, "🙋 我来处理")).text.startswith(f"#{n} 归您了，谢谢！")
        late = await town.sun.forge_press(old[0].id, Press(Button.CLAIM, 1).pack(), SMALL)
        assert late.text  # every press is answered
        await town.forward(seconds=30)
        posted = [c for c in town.world.calls[sent:] if c.method.startswith("send") and c.code == 200]
        assert {int(c.params["chat_id"]) for c in posted} == {new_id}
        assert len(posted) == 5  # each card once, when there was something new to show
        for n in range(1, 6):
            [here] = [m for m in cards(town, group) if f"#{n}" in m.text and m.chat_id == new_id]
            assert "李娟 处理中" in here.text
        assert (await town.press(town.li, old[0], "🙋 我来处理")).text == "#1 已经在您手上了"


async def test_after_the_upgrade_reminders_questions_and_commands_go_to_the_new_id(tmp_path: Path) -> None:
    async with make_town(tmp_path, areas=SMALL_AREAS) as town:
        group = town.world.add_group(SMALL, "第七网格", [town.wang, town.li], supergroup=False)
        await town.reports(town.ma, place="第七网格")
        old = town.card(group, 1)
        group.upgrade_to_supergroup()
        await town.forward(hours=3)
        assert any("#1" in m.text and m.chat_id == group.id for m in town.said_in(group))
        await town.press(town.li, old, "🙋 我来处理")
        town.world.press(town.li.user, town.world.chats[SMALL], old.id, Press(Button.DONE, 1).pack())
        await town.settle()
        asked = last(town, group)
        assert "请发处理后的照片或说明" in asked.text
        assert asked.chat_id == group.id
        await town.press(town.li, asked, "无需照片，直接办结")
        assert (await town.item(1)).state is State.RESOLVED
        posted = len(cards(town, group))
        await town.forward(hours=50)
        assert len(cards(town, group)) == posted  # archived: no news
        late = {"message_id": 90, "date": 1, "chat": {"id": SMALL, "type": "group", "title": "x"}}
        town.world.updates.add("message", late | {"from": town.li.user.to_json(), "text": "/open"})
        await town.settle()
        assert last(town, group).text == "没有未办的事，辛苦啦。"


async def test_old_ids_never_touch_other_messages_of_the_supergroup(tmp_path: Path) -> None:
    async with make_town(tmp_path, areas=SMALL_AREAS) as town:
        group = town.world.add_group(SMALL, "第七网格", [town.wang, town.li], supergroup=False)
        await town.reports(town.ma, place="第七网格")
        await town.press(town.li, town.card(group, 1), "🚫 不用处理")
        group.upgrade_to_supergroup()
        await town.settle()
        for n in range(8):
            town.wang.send_text(f"闲聊{n}", chat=group)
        await town.settle()
        await town.forward(minutes=20)  # the question is given up: it stood in the old group
        talk = [m.text for m in group.messages() if not m.from_bot and m.kind == "text"]
        assert talk == [f"闲聊{n}" for n in range(8)]


async def test_left_and_upgraded_in_either_order_is_not_put_out(tmp_path: Path) -> None:
    async with make_town(tmp_path, areas=SMALL_AREAS) as town:
        group = town.world.add_group(SMALL, "第七网格", [town.wang, town.li], supergroup=False)
        await town.reports(town.ma, place="第七网格")
        bot, chat = town.world.bot.to_json(), {"id": SMALL, "type": "group", "title": "第七网格"}
        left = {
            "chat": chat,
            "from": town.wang.user.to_json(),
            "date": 1,
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": {"user": bot, "status": "left"},
        }
        town.world.updates.add("my_chat_member", left)
        new_id = group.upgrade_to_supergroup()
        await town.settle()
        town.world.updates.add("my_chat_member", left)
        await town.forward(seconds=5)
        assert (await bindings(town))["g7"].chat == new_id
        assert len([m for m in cards(town, group) if m.chat_id == new_id]) == 1


# ---------------------------------------------------------------- topics and names


async def test_a_deleted_topic_falls_back_to_the_group_with_all_its_cards(town: Town) -> None:
    group = new_group(town, forum=True)
    topic = group.create_topic("上报")
    await says(town, town.wang, "/bind g9", group, thread=topic)
    await town.press(town.wang, question(town, group), "👷 只有工作人员")
    await town.reports(town.ma, place="第九网格")
    await town.reports(town.ma, text="路灯坏了", place="第九网格")
    group.delete_topic(topic)
    await town.reports(town.ma, text="墙裂了", place="第九网格")
    await town.forward(seconds=20)
    assert sorted(m.text.split("#")[1][0] for m in cards(town, group)) == ["1", "2", "3"]
    assert {m.thread for m in cards(town, group)} == {None}
    assert (await bindings(town))["g9"].thread is None
    assert [m.text for m in town.told(town.wang)].count(
        "第九网格的话题被删了，它的事先发在群里。要换话题，请在新话题里发 /bind。"
    ) == 1
    assert (await town.press(town.li, town.card(group, 1), "🙋 我来处理")).text
    await town.reports(town.ma, text="第四件", place="第九网格")
    assert town.card(group, 4).thread is None
    assert len(menus(town, group)) == 1


async def test_a_closed_topic_is_still_the_areas_own(town: Town) -> None:
    group = new_group(town, forum=True, bot_is_admin=False)
    topic = group.create_topic("上报")
    await says(town, town.wang, "/bind g9", group, thread=topic)
    await town.press(town.wang, question(town, group), "👷 只有工作人员")
    group.close_topic(topic)
    await town.reports(town.ma, place="第九网格")
    assert town.card(group, 1).thread is None
    assert (await bindings(town))["g9"].thread == topic


async def test_a_new_name_changes_nothing(town: Town) -> None:
    await town.reports(town.ma)
    town.grid.rename("<b>三网格</b> & 热心群")
    await town.settle()
    assert len(town.said_in(town.grid)) == 1
    assert (await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")).text == "#1 归您了，谢谢！"


# ---------------------------------------------------------------- helping hands


async def hand_offered(town: Town) -> tuple[int, MessageView]:
    """孙强, who is in the group and not enrolled, can go; the coordinator's message."""
    number = await an_elders_matter(town, "b3")
    answer = await town.press(town.sun, town.card(town.grid, number), "🙋 我来处理")
    assert answer.alert
    assert "3号楼" in answer.text
    return number, next(m for m in town.told(town.wang) if "✅ 是我们的网格员" in m.labels)


async def test_a_helping_hand_is_enrolled_in_one_tap(town: Town) -> None:
    number, asked = await hand_offered(town)
    assert "孙强（未登记）说能去" in town.card(town.grid, number).text
    assert (await town.item(number)).state is State.OPEN
    assert "孙强（未登记）说能去" in asked.text
    assert (await town.press(town.wang, asked, "✅ 是我们的网格员")).text == "孙强登记好了，谢谢！"
    assert "孙强 处理中" in town.card(town.grid, number).text
    seen = town.wang.see(asked)
    assert seen is not None
    assert seen.text == f"✅ 孙强登记为网格员了\n#{number} 由孙强去办"
    assert seen.labels == []
    assert f"#{number} 归您了" in town.told(town.sun)[-1].text
    async with town.app.parts.db.read() as uow:
        sun = await uow.people.by_telegram(town.sun.id)
    assert sun is not None
    assert sun.ref == f"tg-{sun.id}"
    assert {(str(post.role), post.area) for post in sun.posts} == {("worker", "g3")}
    await says(town, town.li, f"/item {number}", town.grid)
    assert "王主任 记了一笔：登记孙强为网格员" in last(town, town.grid).text
    assert "孙强 记了一笔：未登记，说能去" in last(town, town.grid).text


async def test_a_hand_offered_twice_is_told_once_and_the_ladder_runs_on(town: Town) -> None:
    number, _ = await hand_offered(town)
    again = await town.press(town.sun, town.card(town.grid, number), "🙋 我来处理")
    assert "3号楼" in again.text
    await town.forward(minutes=6)
    assert len([m for m in town.told(town.wang) if "✅ 是我们的网格员" in m.labels]) == 1
    assert town.card(town.grid, number).text.count("说能去") == 1
    assert town.card(town.community, number)  # it has climbed


async def test_only_a_coordinator_enrols_and_only_who_offered(town: Town) -> None:
    number, asked = await hand_offered(town)
    data = asked.button("✅ 是我们的网格员")["callback_data"]
    for who in (town.li, town.sun, town.guest):
        assert (await who.forge_press(1, data)).text == "这个按钮要社区管理员来按"
    async with town.app.parts.db.read() as uow:
        guest = await uow.people.by_telegram(town.guest.id)
    assert guest is not None
    for word in (str(guest.id), "x", "", "99999", "²"):
        forged = await town.wang.forge_press(asked.id, Press(Button.ENROL, number, word).pack())
        assert forged.text == "这个按钮太旧了，请看最新的消息"
    await town.settle()
    assert (await town.item(number)).state is State.OPEN


async def test_somebody_else_has_it_by_then(town: Town) -> None:
    number, asked = await hand_offered(town)
    await town.press(town.li, town.card(town.grid, number), "🙋 我来处理")
    assert (await town.press(town.wang, asked, "✅ 是我们的网格员")).text == f"孙强登记好了。#{number} 已由 李娟 认领"
    await town.settle()
    seen = town.wang.see(asked)
    assert seen is not None
    assert f"#{number} 已由 李娟 认领" in seen.text
    assert (await town.item(number)).claimed_by is not None
    assert "李娟 处理中" in town.card(town.grid, number).text
    assert "已经有人在办了" in town.told(town.sun)[-1].text


async def test_a_second_coordinators_press_takes_nothing_back(town: Town) -> None:
    await town.enrol(town.wang, "coordinator", "haiguan", "K1", "王主任")
    await town.enrol(town.qian, "coordinator", "haiguan", "K2")
    number, asked = await hand_offered(town)
    other = next(m for m in town.told(town.qian) if "✅ 是我们的网格员" in m.labels)
    data = other.button("✅ 是我们的网格员")["callback_data"]
    await town.press(town.wang, asked, "✅ 是我们的网格员")
    await town.press(town.sun, town.card(town.grid, number), "↩️ 放弃认领")
    seen = town.qian.see(other)
    assert seen is not None
    assert seen.labels == []
    await town.qian.forge_press(other.id, data)
    await town.settle()
    assert (await town.item(number)).state is State.OPEN
    assert (await town.press(town.sun, town.card(town.grid, number), "🙋 我来处理")).text == f"#{number} 归您了，谢谢！"


async def test_no_hand_where_it_is_none(town: Town) -> None:
    number, _ = await hand_offered(town)
    card = town.card(town.grid, number)
    outside = await town.guest.forge_press(card.id, Press(Button.CLAIM, number).pack(), GRID)
    assert "登记过的网格员" in outside.text
    foreign = await town.qian.forge_press(card.id, Press(Button.CLAIM, number).pack(), town.second_grid)
    assert foreign.text == "请在收到这张卡片的群里按"
    private = await town.sun.forge_press(1, Press(Button.CLAIM, number).pack())
    assert private.text == "请在收到这张卡片的群里按"
    await town.settle()
    assert town.card(town.grid, number).text.count("说能去") == 1


async def test_a_hostile_name_is_only_a_name(town: Town) -> None:
    rude = town.world.add_user(66, "<b>黑客</b>{name}&\u202e" + "长" * 60)
    town.grid.add(rude)
    number = await an_elders_matter(town)
    await town.press(rude, town.card(town.grid, number), "🙋 我来处理")
    asked = next(m for m in town.told(town.wang) if "✅ 是我们的网格员" in m.labels)
    assert "<b>黑客</b>{name}&" in asked.text
    assert (await town.press(town.wang, asked, "✅ 是我们的网格员")).text
    await town.settle()
    assert "<b>黑客</b>{name}&" in town.card(town.grid, number).text


async def test_an_enrolled_hand_becomes_who_he_is_on_the_next_roster(town: Town) -> None:
    number, asked = await hand_offered(town)
    await town.press(town.wang, asked, "✅ 是我们的网格员")
    roster = town.folder / "roster.csv"
    roster.write_text("ref,role,name,area,telegram_id\nW77,worker,孙强,g3,23\n", "utf-8")
    config, now = town.app.parts.config, town.clock.now()
    storage = config.storage
    async with Database(storage.url, key_file=storage.key_file, connections=1) as db:
        imported = await bring_in(db, read_roster(roster), config, now=now, dry_run=False)
    assert imported.mistakes == ()
    async with town.app.parts.db.read() as uow:
        sun = await uow.people.by_telegram(town.sun.id)
    assert sun is not None
    assert sun.ref == "W77"
    assert (await town.item(number)).claimed_by == sun.id


# ---------------------------------------------------------------- whatever happens


@pytest.mark.parametrize("seed", range(6))
async def test_after_any_sequence_each_live_item_stands_somewhere(town: Town, seed: int) -> None:
    dice = random.Random(seed)
    groups = {-3: new_group(town, forum=True), 0: town.grid, 1: town.second_grid, 2: town.community}
    for place in ("第三网格", "第二网格", "第九网格"):
        await town.reports(town.ma, place=place)
    await an_elders_matter(town)
    for _ in range(12):
        group = dice.choice(list(groups.values()))
        inside = group.bot is not None and group.bot.present
        act = dice.choice(["bind", "bind", "unbind", "kick", "return", "demote", "wait"])
        if act == "bind" and inside:
            name = dice.choice(["g3", "g2", "g9", "b3", "haiguan"])
            who = dice.choice([Button.BIND_STAFF, Button.BIND_RESIDENTS])
            await town.wang.forge_press(1, Press(who, 0, name).pack(), group)
        elif act == "unbind" and inside:
            name = dice.choice(["g3", "g2", "g9", "haiguan"])
            await town.wang.forge_press(1, Press(Button.UNBIND, 0, name).pack(), group)
        elif act == "kick" and inside:
            group.remove_bot(by=town.wang)
        elif act == "return" and not inside:
            group.add_bot(admin=dice.random() < 0.5)
        elif act == "demote" and inside:
            group.demote_bot()
        else:
            await town.forward(minutes=dice.randint(1, 40))
        await town.settle()
    await town.forward(minutes=3)
    await _each_stands_somewhere(town, {group.id: group for group in groups.values()})


async def _each_stands_somewhere(town: Town, groups: dict[int, Group]) -> None:
    async with town.app.parts.db.read() as uow:
        for item in await uow.items.in_states(LIVE):
            seen = []
            for card in await uow.cards.of_item(item.number):
                group = groups.get(card.address.chat)
                reachable = group is None or (group.bot is not None and group.bot.present)
                if card.face is Face.CARD and card.posted and reachable:
                    seen.append(card)
            assert seen, f"#{item.number} stands nowhere"
            assert all(card.shown == card.wanted for card in seen)
