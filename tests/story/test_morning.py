"""An elder's morning by the clock: asked, asked again, her family told, somebody goes; and what stops it."""

from __future__ import annotations

import pytest

from care.domain.checkins import How, Outcome, Why
from care.domain.elders import ElderState, PauseWhy
from care.domain.items import Kind, State
from care.services import checkins, pausing
from tests.families import record_of, rules_of
from tests.grannies import LI, WANG, a_relative, an_elder
from tests.greeted import ask_to, greeting, is_well, local, missing, of_day, outcome, until
from tests.harness import Town


async def test_a_silent_morning_is_two_questions_the_family_and_then_an_item(town: Town) -> None:
    wang, li = await an_elder(town), await an_elder(town, LI, "李大爷", ref="E2", sex="m")
    son = await a_relative(town, wang)
    await until(town, 3, 7, 59)
    assert town.heard(wang) == []
    await until(town, 3, 8, 10)
    assert await is_well(town, li)
    await until(town, 3, 9, 31)
    assert town.heard(wang) == [
        "03 08:00 王奶奶早上好！今天一切都好吗？",
        "03 08:30 王奶奶，早饭吃了吗？看见了就按一下“我很好”，我们就放心啦。",
    ]
    assert town.heard(li) == ["03 08:00 李爷爷早上好！今天一切都好吗？"]
    assert [line[:8] for line in town.heard(son)] == ["03 08:45"]
    [item] = await missing(town, wang)
    assert (item.state, item.severity, item.area, item.opened_at) == (
        State.OPEN, "high", "g3", local(3, 9, 30)
    )  # fmt: skip
    assert await missing(town, li) == []
    assert await outcome(town, wang, 3) == (Outcome.MISSED, Why.SILENT)
    assert await outcome(town, li, 3) == (Outcome.OK, Why.ANSWERED)
    [kept] = await of_day(town, wang, 3)
    assert kept.item == item.number


async def test_who_has_shown_herself_since_four_is_not_asked_at_all(town: Town) -> None:
    wang, li = await an_elder(town), await an_elder(town, LI, "李大爷", ref="E2", sex="m")
    await until(town, 3, 3, 59)
    li.send_text("还没睡呢")
    await until(town, 3, 6, 30)
    wang.send_text("起来了，天真好")
    await town.settle()
    await until(town, 3, 9, 35)
    assert town.heard(wang, only="一切都好吗") == []
    assert await outcome(town, wang, 3) == (Outcome.OK, Why.EARLY)
    assert len(town.heard(li, only="一切都好吗")) == 1
    assert await outcome(town, li, 3) == (Outcome.MISSED, Why.SILENT)


async def test_one_press_is_enough_and_nobody_hears_anything_more(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await until(town, 3, 8, 5)
    await town.press(wang, greeting(town, wang), "✅ 我很好")
    await until(town, 3, 20)
    [kept] = await of_day(town, wang, 3)
    assert (kept.outcome, kept.why, kept.how, kept.sign_at) == (Outcome.OK, Why.ANSWERED, How.KEY, local(3, 8, 5))
    assert town.heard(son) == []
    assert town.heard(town.grid) == []
    assert await missing(town, wang) == []


async def test_an_answer_before_the_family_is_told_spares_them(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await until(town, 3, 8, 44)
    await town.press(wang, greeting(town, wang), "✅ 我很好")
    await until(town, 3, 12)
    assert len(town.heard(wang, only="吃了吗")) == 1
    assert town.heard(son) == []


async def test_a_late_answer_ends_the_item_and_her_family_hears_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    wang = await an_elder(town)
    await a_relative(town, wang)
    ended = ask_to(monkeypatch, "end")
    await until(town, 3, 9, 40)
    [item] = await missing(town, wang)
    await town.press(wang, greeting(town, wang), "✅ 我很好")
    assert ended == [(item.number, "herself")]
    assert await outcome(town, wang, 3) == (Outcome.OK, Why.ANSWERED)


async def test_who_told_her_family_only_ends_that_too(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await until(town, 3, 8, 50)
    wang.send_text("我在买菜")
    await town.settle()
    async with town.app.parts.db.read() as uow:
        her = await record_of(uow, wang)
        assert await uow.alerts.unended(her.id) == []
    assert "自己报平安了" in town.told(son)[-1].text
    await until(town, 3, 12)
    assert await missing(town, wang) == []


async def test_a_voice_stops_the_clock_but_ends_nothing_before_somebody_has_listened(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = await an_elder(town)
    await a_relative(town, wang)
    ended = ask_to(monkeypatch, "end")
    await until(town, 3, 9, 40)
    [item] = await missing(town, wang)
    assert await is_well(town, wang, How.VOICE)
    assert await outcome(town, wang, 3) == (Outcome.OK, Why.ANSWERED)
    assert ended == []
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, wang)
        await checkins.heard_well(uow, her, town.clock.now(), town.clock.now(), rules_of(town))
    assert ended == [(item.number, "herself")]


async def test_two_check_ins_a_day_and_the_evenings_miss_adds_to_the_mornings(town: Town) -> None:
    wang = await an_elder(town, prompt_at="08:00,20:00")
    await until(town, 2, 20, 1)
    wang.send_text("好着呢")
    await until(town, 3, 21, 31)
    assert town.times(wang, "好吗") == ["02 20:00", "03 08:00", "03 20:00"]
    assert [line[9:] for line in town.heard(wang)][-2:] == [
        "王奶奶晚上好！今天一切都好吗？",
        "王奶奶，晚饭吃了吗？看见了就按一下“我很好”，我们就放心啦。",
    ]
    [item] = await missing(town, wang)
    morning, evening = await of_day(town, wang, 3)
    assert (morning.item, evening.item) == (item.number, item.number)
    assert (morning.outcome, evening.outcome) == (Outcome.MISSED, Outcome.MISSED)
    assert item.progress is not None
    assert item.progress.climb_since == local(3, 21, 30), "its clocks have started anew"
    assert item.live


async def test_a_sign_in_the_afternoon_counts_for_the_evening_too(town: Town) -> None:
    wang = await an_elder(town, prompt_at="08:00,20:00")
    await until(town, 2, 15, 59)
    wang.send_text("好着呢")
    await until(town, 2, 20, 1)
    assert town.times(wang, "晚上好") == ["02 20:00"], "a minute before four is too early for it"
    wang.send_text("好着呢")
    await until(town, 3, 8, 1)
    wang.send_text("还是好着呢")
    await until(town, 3, 16)
    wang.send_text("还是好着呢")
    await until(town, 3, 23)
    assert town.times(wang, "晚上好") == ["02 20:00"]
    assert [one.why for one in await of_day(town, wang, 3)] == [Why.ANSWERED, Why.EARLY]


async def test_a_phone_that_takes_nothing_any_more_is_one_matter_until_it_does(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await until(town, 3, 8, 1)
    await town.press(wang, greeting(town, wang), "✅ 我很好")
    wang.blocked = True
    await until(town, 6, 12)
    for day in (4, 5, 6):
        assert await outcome(town, wang, day) == (Outcome.NOT_ASKED, Why.UNDELIVERABLE)
    [item] = await missing(town, wang, Kind.UNREACHABLE)
    assert (item.opened_at, item.live) == (local(4, 8), True)
    assert await missing(town, wang) == [], "nobody calls her silent"
    assert town.times(son, "手机")[:1] == ["04 08:00"]
    assert len(town.times(son, "手机")) == 1
    ended = ask_to(monkeypatch, "end")
    wang.blocked = False
    await until(town, 7, 8, 1)
    assert ended == [(item.number, "herself")]


async def test_who_never_pressed_start_is_invited_again_and_her_group_hears_it_once(town: Town) -> None:
    wang = await an_elder(town, started=False)
    li = await an_elder(town, LI, "李大爷", ref="E2", sex="m", building="12号楼", started=False)
    await until(town, 3, 20)
    [heard] = town.heard(town.grid)
    assert heard.startswith("03 08:02 有 2 位老人还没打开过小助手")
    text = town.said_in(town.grid)[-1].text
    assert text.splitlines()[1:] == ["3号楼：王奶奶", "12号楼：李爷爷"]
    assert text in [m.text for m in town.told(town.wang)]  # and at ten how the morning went
    for elder in (wang, li):
        assert await outcome(town, elder, 3) == (Outcome.NOT_ASKED, Why.UNDELIVERABLE)
        assert await missing(town, elder, Kind.UNREACHABLE) == []
        async with town.app.parts.db.read() as uow:
            assert (await record_of(uow, elder)).state is ElderState.INVITED
    await until(town, 5, 12)
    assert len(town.heard(town.grid)) == 1
    assert await outcome(town, wang, 4) == (Outcome.NOT_ASKED, Why.NOT_JOINED)


async def test_who_is_away_is_not_asked_and_who_is_back_is(town: Town) -> None:
    wang, li = await an_elder(town), await an_elder(town, LI, "李大爷", ref="E2", sex="m")
    son = await a_relative(town, li)
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, wang)
        await pausing.pause(uow, her, local(4, 0).date(), PauseWhy.AWAY, None, town.clock.now(), rules_of(town))
    await until(town, 3, 9)
    assert town.heard(wang, only="好吗") == []
    assert await outcome(town, wang, 3) == (Outcome.PAUSED, Why.PAUSED)
    assert len(town.heard(son)) == 1
    async with town.app.parts.db.write() as uow:  # somebody says that he is away after all
        his = await record_of(uow, li)
        await pausing.pause(uow, his, None, PauseWhy.LATER, None, town.clock.now(), rules_of(town))
    await until(town, 3, 12)
    assert await outcome(town, li, 3) == (Outcome.PAUSED, Why.PAUSED)
    assert await missing(town, li) == []
    assert "出门了" in town.told(son)[-1].text
    await until(town, 4, 8, 1)
    assert town.times(wang, "好吗") == ["04 08:00"]
    assert len(town.heard(li, only="好吗")) == 1


async def test_her_familys_word_that_nobody_answers_raises_it_at_once(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await until(town, 3, 8, 50)
    await town.press(son, town.told(son)[-1], "☎️ 打不通")
    [item] = await missing(town, wang)
    assert item.opened_at == local(3, 8, 50)
    await until(town, 3, 12)
    [kept] = await of_day(town, wang, 3)
    assert (kept.item, kept.raised_at) == (item.number, local(3, 8, 50))
    assert len(await missing(town, wang)) == 1


async def test_the_clock_starts_when_the_network_takes_the_question(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    town.world.faults.too_many("sendMessage", retry_after=600, when=lambda params: int(params["chat_id"]) == WANG)
    await until(town, 3, 9)
    [kept] = await of_day(town, wang, 3)
    assert kept.asked_at == local(3, 8, 10)
    assert town.times(son, "报平安") == ["03 08:55"]
