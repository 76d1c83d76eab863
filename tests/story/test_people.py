"""Who is known and who is not: strangers, quarrels, areas without a chat, invitations, languages, wrong places."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, update

from bot.sandbox.views import MessageView
from care.domain.items import Kind, State
from storage.tables import invites, people
from tests.harness import SECOND_GRID, Town, photo
from tests.harness import again as make_again
from tests.harness import town as make_town


async def unknown_reports(town: Town, count: int) -> None:
    for number in range(count):
        heard = len(town.told(town.guest))
        town.guest.send_text(f"第{number}处路灯坏了")
        await town.settle()
        await town.press(town.guest, town.told(town.guest)[heard], "公共设施")
        if town.guest.reply_keyboard():
            town.guest.tap_reply_key("跳过")
        await town.settle()


async def test_unknown_people_may_report_three_a_day(town: Town) -> None:
    await unknown_reports(town, 3)
    assert len(town.said_in(town.community)) == 3  # no home grid: the community
    assert "未登记" in town.card(town.community, 1).text
    await unknown_reports(town, 1)
    await town.forward(minutes=30)
    assert len(town.said_in(town.community)) == 3
    assert "请社区看过再发出" in town.receipt(town.guest, 4).text
    held = town.told(town.wang)[-1]
    assert held.labels[:2] == ["✅ 放行", "🚫 不用处理"]
    assert (await town.press(town.wang, held, "✅ 放行")).text == "#4 已发给网格"
    assert town.card(town.community, 4)


async def test_an_alarm_never_waits(town: Town) -> None:
    await unknown_reports(town, 3)
    town.guest.send_text("楼道着火了")
    await town.settle()
    assert town.card(town.community, 4).text.startswith("🔴")


async def test_the_next_day_he_may_again(town: Town) -> None:
    await unknown_reports(town, 4)
    await town.forward(hours=15)
    await unknown_reports(town, 1)
    assert town.card(town.community, 5)


async def test_what_waits_for_leave_is_not_forgotten(town: Town) -> None:
    await unknown_reports(town, 4)
    await town.forward(days=2)
    assert town.times(town.wang, "#4 还在等您放行") == ["03 09:00", "04 09:00"]
    await town.press(town.wang, held_card(town), "🚫 不用处理")
    await town.press(town.wang, town.told(town.wang)[-1], "看不清")
    assert "不用处理" in held_card(town).text
    await town.forward(days=2)
    assert len(town.times(town.wang, "#4 还在等您放行")) == 2


def held_card(town: Town) -> MessageView:
    return next(m for m in town.told(town.wang) if "#4" in m.text and "📍" in m.text)


async def test_only_a_coordinator_lets_it_out(town: Town) -> None:
    await unknown_reports(town, 4)
    held = town.told(town.wang)[-1]
    answer = await town.li.forge_press(held.id, "1:ap:4", town.wang.id)
    assert "请在收到这张卡片的群里按" in answer.text or "登记过的网格员" in answer.text
    assert (await town.item(4)).held


async def test_a_quarrel_never_shows_in_a_group(town: Town) -> None:
    heard = len(town.told(town.ma))
    town.ma.send_photo(photo(), caption="张三家天天打牌吵架")
    await town.settle()
    receipt = town.told(town.ma)[heard]
    assert receipt.labels[0] == "矛盾纠纷"
    await town.press(town.ma, receipt, "矛盾纠纷")
    town.ma.tap_reply_key("第三网格")
    await town.settle()
    veiled = town.card(town.grid, 1)
    assert veiled.text == "🤝 邻里说事 #1 · 第三网格 · 已请社区联系"
    assert (veiled.photo, veiled.labels) == (None, [])
    assert "张三" not in "".join(m.text for m in town.said_in(town.grid))
    details = town.told(town.wang)[-1]
    assert "张三家天天打牌吵架" in details.text
    assert details.photo is not None
    assert town.receipt(town.ma, 1).text == "#1 已收到 → 已请社区联系"
    assert (await town.item(1)).kind is Kind.DISPUTE
    await town.press(town.wang, details, "🙋 我来处理")
    await town.press(town.wang, town.told(town.wang)[-1], "✅ 办结")
    town.wang.send_text("两家说好了，十点以后不打牌")
    await town.settle()
    assert (await town.item(1)).state is State.RESOLVED


async def test_what_turns_out_a_quarrel_is_taken_down_and_posted_anew(town: Town) -> None:
    town.ma.send_photo(photo(), caption="楼上扔东西，张三干的")
    await town.settle()
    await town.forward(minutes=3)
    posted = town.card(town.grid, 1)
    assert "张三" in posted.text
    await town.press(town.ma, town.receipt(town.ma, 1), "🆘 紧急")
    receipt = town.receipt(town.ma, 1)
    answer = await town.ma.forge_press(receipt.id, "1:c:1:quarrel")
    assert answer.text == "矛盾纠纷"
    await town.settle()
    assert town.li.see(posted) is None
    assert town.card(town.grid, 1).text.startswith("🤝 邻里说事 #1")
    assert "张三" in town.told(town.wang)[-1].text


async def test_an_area_without_a_chat_starts_at_its_parents_and_its_workers_hear_in_private(town: Town) -> None:
    await town.enrol(town.sun, "worker", "g9", "W9")
    await town.reports(town.ma, place="第九网格")
    assert "第九网格" in town.card(town.community, 1).text
    private = town.told(town.sun)[-1]
    assert "#1" in private.text
    assert (await town.press(town.sun, private, "🙋 我来处理")).text == "#1 归您了，谢谢！"
    assert "孙强 处理中" in town.card(town.community, 1).text


async def test_no_chat_at_all_goes_to_the_coordinators(tmp_path: Path) -> None:
    areas = [{"id": "haiguan", "name": "海关社区", "level": "community"}]
    async with make_town(tmp_path, areas=areas) as town:
        town.ma.send_text("路灯坏了")
        await town.settle()
        await town.forward(minutes=3)
        assert "路灯坏了" in town.told(town.wang)[-1].text


async def test_enrolled_only(tmp_path: Path) -> None:
    async with make_town(tmp_path, groups={"workers": "enrolled"}) as town:
        await town.reports(town.ma)
        card = town.card(town.grid, 1)
        assert "登记过的网格员" in (await town.press(town.sun, card, "🙋 我来处理")).text
        assert (await town.press(town.li, card, "🙋 我来处理")).text == "#1 归您了，谢谢！"


async def test_in_a_residents_group_only_the_enrolled_act(tmp_path: Path) -> None:
    areas = [
        {"id": "c", "name": "海关社区", "level": "community"},
        {
            "id": "g2",
            "name": "第二网格",
            "level": "grid",
            "parent": "c",
            "chat_id": SECOND_GRID,
            "audience": "residents",
        },
    ]
    async with make_town(tmp_path, enrolled=False, areas=areas) as town:
        await town.enrol(town.qian, "worker", "g2", "W3")
        town.second_grid.add(town.guest)
        for phone in (town.ma, town.qian, town.guest, town.wang):
            phone.start()
        await town.settle()
        await town.reports(town.ma, place="第二网格")
        card = town.card(town.second_grid, 1)
        assert "登记过的网格员" in (await town.press(town.guest, card, "🙋 我来处理")).text
        assert (await town.press(town.qian, card, "🙋 我来处理")).text == "#1 归您了，谢谢！"


async def invite(town: Town, token: str, person: int, hours: int = 24) -> None:
    now = town.clock.now()
    async with town.app.parts.db.write() as uow:
        await uow.link.run(
            insert(invites).values(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                person=person,
                role="courier",
                created_at=now,
                expires_at=now + timedelta(hours=hours),
            )
        )


async def test_an_invitation_makes_somebody_known(town: Town) -> None:
    stand_in = town.world.add_user(500, "花名册上的人")
    person = await town.enrol(stand_in, "courier", "g2", "C7", "小陈")
    async with town.app.parts.db.write() as uow:
        await uow.link.run(update(people).where(people.c.id == person).values(telegram_id=None))
    await invite(town, "secret-token", person)
    chen = town.world.add_user(501, "Chen")
    chen.start("secret-token")
    await town.settle()
    assert town.told(chen)[-1].text.startswith("小陈您好！我是海关社区的小助手。")
    await town.reports(chen, place="第二网格")
    assert "上报：骑手" in town.card(town.second_grid, 1).text
    thief = town.world.add_user(502, "Thief")
    thief.start("secret-token")
    await town.settle()
    assert any("链接" in m.text for m in town.told(thief))
    assert "还没有登记" in town.told(thief)[-1].text


async def test_a_wrong_link(town: Town) -> None:
    stranger = town.world.add_user(503, "Stranger")
    stranger.start("no-such-token")
    await town.settle()
    assert any("链接" in m.text for m in town.told(stranger))


async def test_start_and_help_and_what_we_do_not_know(town: Town) -> None:
    town.ma.start()
    await town.settle()
    assert "拍张照片发给我" in town.told(town.ma)[-1].text
    for command, words in [("/help", "/my"), ("帮助", "/my"), ("/nosuch", "不认识这个指令"), ("/privacy", "加密")]:
        town.ma.send_text(command)
        await town.settle()
        assert words in town.told(town.ma)[-1].text


async def test_english_by_choice(town: Town) -> None:
    town.ma.send_text("/language")
    await town.settle()
    answer = await town.press(town.ma, town.told(town.ma)[-1], "English")
    assert answer.text == "All right, English from now on"
    await town.settle()
    town.ma.send_text("the lamp is broken")
    await town.settle()
    assert town.told(town.ma)[-1].text == "Received #1. What is it about?"
    await town.press(town.ma, town.told(town.ma)[-1], "Public facilities")
    town.ma.tap_reply_key("Skip")
    await town.settle()
    assert town.card(town.grid, 1).labels[0] == "🙋 我来处理"  # the group is spoken to in its own language


async def test_a_command_in_the_wrong_place(town: Town) -> None:
    town.li.send_text("/my@GridCareBot", chat=town.grid)
    await town.settle()
    assert "私聊" in town.said_in(town.grid)[-1].text


async def test_a_late_key_is_never_a_report(town: Town) -> None:
    for words in ("跳过", "第三网格", "📍 还是刚才那里"):
        town.ma.send_text(words)
        await town.settle()
        assert town.told(town.ma)[-1].text.startswith("这个问题已经过去啦")
    await town.forward(minutes=15)
    assert town.said_in(town.grid) == []


async def test_an_update_nobody_can_read_becomes_an_item(town: Town) -> None:
    sender, chat = {"id": 11, "first_name": "小马"}, {"id": 11, "type": "private"}
    broken = {"message_id": "x", "from": sender, "chat": chat, "text": "路灯坏了", "photo": 7}
    town.world.updates.add("message", broken)
    await town.forward(minutes=5)
    assert "路灯坏了" in town.card(town.grid, 1).text
    assert "您刚才发的我没看懂，已经记成 #1" in town.told(town.ma)[-1].text
    town.ma.send_text("下一条")
    await town.settle()
    assert town.told(town.ma)[-1].text == "已收到 #2。这是什么问题？"


async def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    """Half-given answers and half-given proofs survive."""
    async with make_town(tmp_path) as town:
        heard = len(town.told(town.ma))
        town.ma.send_photo(photo())
        await town.settle()
        await town.press(town.ma, town.told(town.ma)[heard], "公共设施")
    async with make_again(town):
        town.ma.tap_reply_key("第三网格")
        await town.settle()
        await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
        await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    async with make_again(town):
        town.li.send_photo(photo("green"), chat=town.grid)
        await town.settle()
        assert "✅ 已办结：李娟" in town.card(town.grid, 1).text
        assert len(town.said_in(town.grid)) == 1
        await town.forward(seconds=30)
        assert "已办结" in town.told(town.ma)[-1].text
