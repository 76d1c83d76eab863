"""The claimer's sheet: who gets it, when a claim counts, and when it goes."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select

from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.domain.items import Kind, Severity, State
from care.services.ports import Seen
from handlers.callback_data import Button, Press
from storage.care_tables import doors
from tests import planted
from tests.families import raised
from tests.grannies import LI, a_relative, an_elder
from tests.harness import COMMUNITY, GRID, Town, again
from tests.harness import town as make_town

CLAIM, DONE, RELEASE, CLIMB, TAKE_OVER = "🙋 我来处理", "✅ 办结", "↩️ 放弃认领", "⬆️ 上报", "🤝 接手"
OUTCOMES = ["📞 电话已确认平安", "🚪 上门已见平安", "🔕 敲门没人应", "🏥 已送医", "🧳 外出", "📝 其他", "🕯 离世或搬走"]
SENT = "#1 的单子私下发给您了，收到就归您了，谢谢！"
WITH_A_LINK = "#1 请在打开的私聊里按“开始”，看到单子就归您了，谢谢！"


def sheets(phone: Phone) -> list[MessageView]:
    """What of a sheet stands in somebody's chat."""
    return [m for m in phone.messages() if m.from_bot and any(secret in m.text for secret in planted.PERSONAL)]


def never_started(phone: Phone) -> None:
    phone.started = False


async def known(town: Town, *phones: Phone) -> None:
    """The bot has written to them before."""
    for phone in phones:
        phone.start()
    await town.settle()


async def looks(town: Town, number: int = 1) -> list[tuple[int, Seen]]:
    async with town.app.parts.db.read() as uow:
        found = await uow.looks.of_item(number)
        return [((await uow.people.get(look.who)).telegram_id or 0, look.what) for look in found]


async def acts(town: Town, number: int = 1) -> list[str]:
    """The item's history: each act, and why."""
    async with town.app.parts.db.read() as uow:
        history = await uow.items.history(number)
        return [f"{event.action}:{event.reason}".rstrip(":") for event in history]


async def claims(town: Town, phone: Phone, number: int = 1) -> str:
    return (await town.press(phone, town.card(town.grid, number), CLAIM)).text


async def test_who_claims_gets_all_she_needs_in_private_and_it_goes_with_the_claim(town: Town) -> None:
    contacts = [{"name": "李强", "relation": "儿子", "phone": planted.CONTACT}]
    wang = await an_elder(town, contacts=json.dumps(contacts))
    await a_relative(town, wang)
    await raised(town, wang, Kind.HELP, Severity.HIGH)
    await known(town, town.li)
    answer = await town.press(town.li, town.card(town.grid, 1), CLAIM)
    assert (answer.text, answer.url) == (SENT, None)
    [sheet] = sheets(town.li)
    assert sheet.text == (
        "📋 #1 需要帮助 · 王奶奶 3号楼\n"
        "王秀英，81 岁\n"
        "🏠 3号楼2单元401\n"
        "📞 本人 +8613909310051\n"
        "📞 李强(儿子) +8613912345678\n"
        "🔑 钥匙：对门刘师傅有钥匙\n"
        "💊 健康：装过心脏支架\n"
        "🕗 作息：凌晨三点起夜\n"
        "\n有了结果，请点一下："
    )
    assert sheet.labels == [*OUTCOMES, RELEASE]
    assert not sheet.silent
    [call] = [c for c in town.world.calls if c.method == "sendMessage" and planted.FLAT in str(c.params.get("text"))]
    assert call.params["protect_content"] in (True, "true")
    card = town.card(town.grid, 1)
    assert "李娟 处理中（10:00 起）" in card.text
    assert card.labels == [DONE, RELEASE, CLIMB]
    assert await looks(town) == [(town.li.id, Seen.SHEET)]
    taken = await town.zhao.forge_press(card.id, Press(Button.CLAIM, 1).pack(), GRID)
    assert taken.text == "已由 李娟 认领"

    await town.press(town.li, sheet, RELEASE)
    assert sheets(town.li) == []
    assert town.card(town.grid, 1).labels == [CLAIM]
    late = await town.li.forge_press(sheet.id, Press(Button.OUTCOME, 1, "seen").pack())
    assert late.text == "#1 现在没有人认领。请先点“🙋 我来处理”，再点结果"
    assert (await town.item(1)).state is State.OPEN


async def test_who_never_started_the_bot_comes_by_a_link_and_until_then_it_is_nobodys(town: Town) -> None:
    wang = await an_elder(town)
    never_started(town.li)
    await raised(town, wang, Kind.HELP, Severity.HIGH)
    answer = await town.press(town.li, town.card(town.grid, 1), CLAIM)
    assert answer.text == WITH_A_LINK
    assert answer.url is not None
    assert len(answer.url.partition("?start=")[2]) == 64
    card = town.card(town.grid, 1)
    assert "待认领（10:00 起）\n李娟（还没打开单子）" in card.text
    assert card.labels == [CLAIM]
    assert "10:10 将提醒" in card.text  # the clocks run on

    thief = await town.press(town.li, card, CLAIM)  # she presses again: another link, and the first still leads there
    assert thief.url not in (None, answer.url)
    town.zhao.open_link(answer.url)
    await town.settle()
    assert town.told(town.zhao)[-1].text == "这个链接是发给别人的。"
    assert sheets(town.zhao) == []

    await town.forward(minutes=2)
    town.li.open_link(answer.url)
    await town.settle()
    [sheet] = sheets(town.li)
    assert town.told(town.li) == [sheet]  # no word of welcome before it
    assert "李娟 处理中（10:02 起）" in town.card(town.grid, 1).text
    assert "还没打开" not in town.card(town.grid, 1).text
    item = await town.item(1)
    assert item.progress is not None
    assert item.progress.claimed_at == town.clock.now()  # asking starts here
    assert await looks(town) == [(town.li.id, Seen.SHEET)]
    town.li.open_link(answer.url)
    await town.settle()
    assert town.told(town.li)[-1].text == "这个链接用过了，单子就在上面。要再看，请回群里点“✅ 办结”。"
    assert sheets(town.li) == [sheet]
    async with town.app.parts.db.read() as uow:
        kept = [row.token_hash for row in await uow.link.run(select(doors))]
    assert not any(answer.url.endswith(one) for one in kept)  # a stolen database opens no door


async def test_a_claim_whose_sheet_nobody_opened_falls_away_kindly(town: Town) -> None:
    wang = await an_elder(town)
    never_started(town.li)
    await raised(town, wang, Kind.UNREACHABLE, Severity.HIGH)
    answer = await town.press(town.li, town.card(town.grid, 1), CLAIM)
    heard = len(town.heard(town.grid))
    await town.forward(minutes=4, seconds=59)
    assert "李娟（还没打开单子）" in town.card(town.grid, 1).text
    await town.forward(seconds=1)
    assert town.said_in(town.grid)[-1].text == "#1 请再来一位帮忙（李娟还没打开单子）"
    assert not town.said_in(town.grid)[-1].silent
    assert len(town.heard(town.grid)) == heard + 1
    assert "还没打开" not in town.card(town.grid, 1).text
    assert (await acts(town))[-1] == "fall_away:sheet_unopened"
    await town.forward(minutes=10)  # what called people counts as the reminder: the next comes ten minutes later
    assert town.times(town.grid, "还没人接") == ["02 10:15"]
    assert answer.url is not None
    town.li.open_link(answer.url)  # she has come after all, and nobody else has
    await town.settle()
    assert len(sheets(town.li)) == 1
    assert "李娟 处理中（10:15 起）" in town.card(town.grid, 1).text


async def test_an_urgent_one_waits_a_minute_and_its_ladder_runs_as_if_nobody_had_pressed(town: Town) -> None:
    """Pressing again and again without coming holds up neither reminders nor the climb."""
    wang = await an_elder(town)
    never_started(town.li)
    await raised(town, wang, Kind.HELP)
    urls = []
    for _ in range(16):
        if CLAIM in town.card(town.grid, 1).labels:
            urls.append((await town.press(town.li, town.card(town.grid, 1), CLAIM)).url)
        await town.forward(seconds=20)
    assert all(urls)
    assert (await acts(town)).count("fall_away:sheet_unopened") == 5
    assert town.times(town.community, "#1")[0] == "02 10:05"  # the first climb, five minutes after it opened
    assert not any("已由" in text for text in town.heard(town.grid))
    await town.forward(minutes=13)
    late = await town.press(town.zhao, town.card(town.grid, 1), CLAIM)
    assert late.text == SENT
    assert "赵敏 处理中" in town.card(town.grid, 1).text
    town.li.open_link(urls[-1] or "")
    await town.settle()
    assert "这个链接过期了。#1 还要去看的话，请回群里再点一次。" in [m.text for m in town.told(town.li)]
    assert sheets(town.li) == []


async def test_anybody_may_claim_what_another_has_not_opened(town: Town) -> None:
    wang = await an_elder(town)
    never_started(town.li)
    await raised(town, wang, Kind.HELP, Severity.HIGH)
    answer = await town.press(town.li, town.card(town.grid, 1), CLAIM)
    await known(town, town.zhao)
    assert await claims(town, town.zhao) == SENT
    assert "赵敏 处理中" in town.card(town.grid, 1).text
    assert answer.url is not None
    town.li.open_link(answer.url)
    await town.settle()
    assert [m.text for m in town.told(town.li)] == ["#1 已由 赵敏 认领，不用您去了，谢谢！"]
    assert await looks(town) == [(town.zhao.id, Seen.SHEET)]


async def test_of_two_who_press_at_once_the_second_hears_who_was_first(town: Town) -> None:
    wang = await an_elder(town)
    await raised(town, wang, Kind.HELP, Severity.HIGH)
    await known(town, town.li, town.zhao)
    card = town.card(town.grid, 1)
    presses = [(who, who.press_nowait(card, CLAIM)) for who in (town.li, town.zhao)]
    await town.settle()
    answers = [(await who.answer_to(query)).text for who, query in presses if query]
    assert answers == [SENT, "已由 李娟 认领"]
    assert (len(sheets(town.li)), sheets(town.zhao)) == (1, [])
    assert await looks(town) == [(town.li.id, Seen.SHEET)]
    assert [act for act in await acts(town) if act in ("pledge", "claim")] == ["pledge", "claim"]


async def test_a_sheet_that_is_held_up_keeps_nobody_from_coming_and_the_first_to_arrive_counts(town: Town) -> None:
    """Telegram holds up what goes to 李娟: 赵敏 has it, and 李娟's does not stand, nor is she left waiting for it."""
    wang = await an_elder(town)
    await raised(town, wang, Kind.HELP, Severity.HIGH)
    await known(town, town.li, town.zhao)
    to_li = {"chat_id": town.li.id}
    town.world.faults.too_many("sendMessage", 20, when=lambda params: params.get("chat_id") == to_li["chat_id"])
    await town.press(town.li, town.card(town.grid, 1), CLAIM)
    await town.forward(seconds=6)
    assert "李娟（还没打开单子）" in town.card(town.grid, 1).text
    assert (await town.press(town.zhao, town.card(town.grid, 1), CLAIM)).text == SENT
    assert "赵敏 处理中" in town.card(town.grid, 1).text
    await town.forward(seconds=30)
    assert sheets(town.li) == []
    assert town.told(town.li)[-1].text == "#1 已由 赵敏 认领，不用您去了，谢谢！"
    assert await looks(town) == [(town.zhao.id, Seen.SHEET)]


async def test_who_has_blocked_us_is_called_by_name_and_has_it_once_he_has_come(town: Town) -> None:
    wang = await an_elder(town)
    await raised(town, wang, Kind.HELP)
    await known(town, town.li)
    town.li.block_bot()
    await town.settle()
    assert (await town.press(town.li, town.card(town.grid, 1), CLAIM)).url is None  # nothing tells us until we try
    called = town.said_in(town.grid)[-1]
    assert called.text == "李娟，我发不了私信给您：请点开我，按“开始”，再点一次 🙋。#1 也请别人帮忙看看"
    assert [entity["user"]["id"] for entity in called.entities if "user" in entity] == [town.li.id]
    assert called.reply_to == town.card(town.grid, 1).id
    assert (await acts(town))[-2:] == ["pledge", "fall_away:sheet_refused"]
    assert "待认领" in town.card(town.grid, 1).text
    second = await town.press(town.li, town.card(town.grid, 1), CLAIM)
    assert second.url is not None
    town.li.unblock_bot()
    town.li.open_link(second.url)
    await town.settle()
    assert len(sheets(town.li)) == 1
    assert "李娟 处理中" in town.card(town.grid, 1).text
    assert await looks(town) == [(town.li.id, Seen.SHEET)]  # what was refused nobody has seen


async def test_a_plain_start_brings_what_waited(town: Town) -> None:
    wang = await an_elder(town)
    never_started(town.li)
    await raised(town, wang, Kind.HELP, Severity.HIGH)
    await claims(town, town.li)
    town.li.start()
    await town.settle()
    assert len(sheets(town.li)) == 1
    assert "李娟 处理中" in town.card(town.grid, 1).text


async def test_who_takes_over_from_above_has_it_once_he_has_the_sheet_too(town: Town) -> None:
    wang = await an_elder(town)
    await raised(town, wang, Kind.HELP)
    await claims(town, town.li)
    await town.press(town.li, town.card(town.grid, 1), CLIMB)
    above = town.card(town.community, 1)
    assert TAKE_OVER in above.labels
    town.wang.block_bot()
    await town.settle()
    await town.press(town.wang, above, TAKE_OVER)
    assert "李娟 处理中" in town.card(town.grid, 1).text  # nobody is without anybody meanwhile
    assert len(sheets(town.li)) == 1
    assert (await acts(town))[-2:] == ["pledge", "fall_away:sheet_refused"]
    town.wang.unblock_bot()
    await town.settle()
    await town.press(town.wang, town.card(town.community, 1), TAKE_OVER)
    town.wang.start()
    await town.settle()
    assert "王主任 处理中" in town.card(town.grid, 1).text
    assert sheets(town.li) == []
    assert len(sheets(town.wang)) == 1
    assert "由王主任接手了" in town.told(town.li)[-1].text
    late = await town.li.forge_press(above.id, Press(Button.TAKE_OVER, 1).pack(), COMMUNITY)
    assert late.text == "已由 王主任 认领"


async def test_done_on_the_card_sends_the_claimer_the_sheet_and_another_the_outcomes_only(town: Town) -> None:
    wang = await an_elder(town)
    await raised(town, wang, Kind.HELP)
    await known(town, town.li, town.zhao)
    await claims(town, town.li)
    [first] = sheets(town.li)
    assert (await town.press(town.li, town.card(town.grid, 1), DONE)).text == "#1 的单子又发给您了，请在私聊里点结果"
    [second] = sheets(town.li)
    assert (second.id != first.id, second.text) == (True, first.text)
    assert await looks(town) == [(town.li.id, Seen.SHEET)] * 2  # each look is noted
    heard = len(town.said_in(town.grid))
    assert (await town.press(town.zhao, town.card(town.grid, 1), DONE)).text == "#1 请在和我的私聊里点结果"
    asked = town.told(town.zhao)[-1]
    assert (asked.text, asked.labels) == ("#1 王奶奶 3号楼：结果怎么样？", OUTCOMES)
    assert sheets(town.zhao) == []
    assert len(town.said_in(town.grid)) == heard  # nothing of it in the group
    await town.press(town.zhao, asked, "🚪 上门已见平安")
    assert "✅ 平安：赵敏 10:00 上门见到了" in town.card(town.grid, 1).text
    assert town.told(town.li)[-1].text == "王奶奶 3号楼那里 赵敏 10:00 已经办好了，您不用去了，谢谢！"
    assert sheets(town.li) == []
    assert town.zhao.see(asked) is None
    gone = await town.zhao.forge_press(asked.id, Press(Button.OUTCOME, 1, "phoned").pack())
    assert gone.text == "#1 已经办完了"

    never_started(town.sun)
    refused = await town.sun.forge_press(town.card(town.grid, 1).id, Press(Button.DONE, 1).pack(), GRID)
    assert "登记过的网格员" in refused.text


async def test_who_settles_what_another_has_and_never_wrote_to_us_comes_by_a_link_too(town: Town) -> None:
    wang = await an_elder(town)
    await raised(town, wang, Kind.HELP, Severity.HIGH)
    await claims(town, town.li)
    never_started(town.zhao)
    answer = await town.press(town.zhao, town.card(town.grid, 1), DONE)
    assert answer.text == "#1 请在打开的私聊里按“开始”，再点结果"
    town.zhao.open_link(answer.url or "")
    await town.settle()
    assert town.told(town.zhao)[-1].labels == OUTCOMES
    assert sheets(town.zhao) == []


async def test_a_sheet_that_cannot_be_deleted_any_more_says_that_it_was_taken_back(town: Town) -> None:
    wang = await an_elder(town)
    await raised(town, wang, Kind.HELP, Severity.NORMAL)
    await claims(town, town.li)
    [sheet] = sheets(town.li)
    for _ in range(3):
        await town.forward(hours=23)
        await town.li.forge_press(town.card(town.grid, 1).id, Press(Button.STILL, 1).pack(), GRID)
    await town.press(town.li, town.card(town.grid, 1), RELEASE)
    await town.forward(seconds=10)
    blank = town.li.see(sheet)
    assert blank is not None
    assert (blank.text, blank.labels) == ("已收回", [])


async def test_it_lapses_and_the_sheet_goes(town: Town) -> None:
    wang = await an_elder(town)
    await raised(town, wang, Kind.HELP)
    await claims(town, town.li)
    await town.forward(minutes=10)
    asked = town.told(town.li)[-1]
    assert asked.labels == ["⏳ 还在处理", *OUTCOMES, RELEASE]  # the outcomes at once, no proof is asked for
    await town.forward(minutes=20)
    assert (await acts(town)).count("lapse:lapse") == 1
    assert sheets(town.li) == []
    assert "待认领" in town.card(town.grid, 1).text


async def test_a_helping_hand_that_a_coordinator_enrols_gets_the_sheet(town: Town) -> None:
    wang = await an_elder(town)
    await raised(town, wang, Kind.HELP)
    await town.press(town.sun, town.card(town.grid, 1), CLAIM)
    assert sheets(town.sun) == []
    await town.press(town.wang, town.told(town.wang)[-1], "✅ 是我们的网格员")
    assert len(sheets(town.sun)) == 1
    assert "孙强 处理中" in town.card(town.grid, 1).text
    assert "#1 由孙强去办" in town.told(town.wang)[-1].text


async def test_nobody_takes_what_is_about_herself(town: Town) -> None:
    """周大妈 is a liaison of 81, and her own phone does not answer."""
    zhou = await an_elder(town, LI, "周桂兰", ref="E2")
    await town.enrol(zhou, "liaison", "b3", "E2", "周桂兰")
    town.grid.add(zhou)
    await raised(town, zhou, Kind.HELP)
    refused = await zhou.forge_press(town.card(town.grid, 1).id, Press(Button.CLAIM, 1).pack(), GRID)
    assert (await town.item(1)).state is State.OPEN
    assert refused.text != SENT
    assert sheets(zhou) == []


async def test_a_restart_forgets_neither_who_was_about_to_come_nor_when(tmp_path: Path) -> None:
    async with make_town(tmp_path) as town:
        wang = await an_elder(town)
        never_started(town.li)
        await raised(town, wang, Kind.HELP)
        answer = await town.press(town.li, town.card(town.grid, 1), CLAIM)
    async with again(town):
        await town.forward(seconds=30)
        assert "李娟（还没打开单子）" in town.card(town.grid, 1).text
        town.li.open_link(answer.url or "")
        await town.settle()
        assert len(sheets(town.li)) == 1
        assert "李娟 处理中" in town.card(town.grid, 1).text
