"""Pauses and when they are looked at, and relatives who hear good news: kept alike on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert

from care.domain.elders import GoodNews, Pause, PauseWhy
from care.domain.people import Role
from storage import tables
from storage.database import Database
from tests.contract.conftest import A_MINUTE, NOW
from tests.contract.test_elders import an_elder
from tests.contract.test_redeem import enrolled

WEEK = timedelta(days=7)
FIRST = date(2026, 12, 1)


async def test_a_pause_is_looked_at_when_its_time_has_come(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await an_elder(uow, "E1"), await an_elder(uow, "E2")
        away = Pause(since=NOW, until=FIRST, why=PauseWhy.AWAY, by=wang)
        assert (await uow.next_dues()).get("pause") is None
        await uow.elders.pause(wang, away, "去女儿家", NOW + A_MINUTE)
        await uow.elders.pause(li, Pause(since=NOW, until=FIRST, why=PauseWhy.AWAY, by=None), "", NOW + 2 * A_MINUTE)
        assert (await uow.next_dues()).get("pause") == NOW + A_MINUTE
        assert await uow.pauses.due(NOW, 9) == []
        first, second = await uow.pauses.due(NOW + WEEK, 9)
        assert await uow.pauses.due(NOW + WEEK, 1) == [first]
        row = await uow.pauses.get(first)
        assert row is not None
        assert (row.elder, row.pause, row.words, row.asked_at, row.next_at) == (
            wang, away, "去女儿家", None, NOW + A_MINUTE,
        )  # fmt: skip
        assert [each.elder for each in await uow.pauses.ending(FIRST, NOW + WEEK)] == [wang, li]
        assert [each.elder for each in await uow.pauses.ending(FIRST, NOW + A_MINUTE)] == [wang]
        assert await uow.pauses.ending(date(2026, 12, 2), NOW + WEEK) == []
        await uow.pauses.look_again([first, second], None)
        assert (await uow.next_dues()).get("pause") is None
        assert await uow.pauses.ending(FIRST, NOW + WEEK) == []  # told already


async def test_what_was_asked_stays_open_until_it_is_answered(db: Database) -> None:
    async with db.write() as uow:
        wang = await an_elder(uow, "E1")
        await uow.elders.pause(wang, Pause(since=NOW, until=None, why=PauseWhy.HOSPITAL, by=None), "", NOW + WEEK)
        row = await uow.pauses.of_elder(wang)
        assert row is not None
        assert await uow.pauses.unanswered() == []
        await uow.pauses.asked(row.id, NOW + WEEK, NOW + 2 * WEEK)
        assert [each.asked_at for each in await uow.pauses.unanswered()] == [NOW + WEEK]
        await uow.pauses.heard(row.id, NOW + 3 * WEEK)
        assert await uow.pauses.unanswered() == []
        assert (await uow.next_dues()).get("pause") == NOW + 3 * WEEK
        await uow.pauses.asked(row.id, NOW + WEEK, NOW + 2 * WEEK)
        await uow.elders.resume(wang, NOW + WEEK)  # over: nobody looks at it any more
        assert await uow.pauses.get(row.id) is None
        assert await uow.pauses.of_elder(wang) is None
        assert await uow.pauses.unanswered() == []
        assert (await uow.next_dues()).get("pause") is None
        await uow.pauses.look_again([row.id], NOW)
        assert await uow.pauses.due(NOW + WEEK, 9) == []


async def test_good_news_comes_due_for_those_who_chose_it(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await an_elder(uow, "E1"), await an_elder(uow, "E2")
        son, daughter = await enrolled(uow, "F1", Role.FAMILY), await enrolled(uow, "F2", Role.FAMILY)
        for family, elder in ((son, wang), (son, li), (daughter, wang)):
            await uow.link.run(insert(tables.kin), {"family": family, "elder": elder})
        assert (await uow.next_dues()).get("good_news") is None
        await uow.elders.set_good_news(son, wang, GoodNews.DAILY, NOW + A_MINUTE)
        await uow.elders.set_good_news(son, li, GoodNews.WEEKLY, NOW + 3 * A_MINUTE)
        await uow.elders.set_good_news(daughter, wang, GoodNews.DAILY, NOW + 2 * A_MINUTE)
        assert await uow.news.due(NOW, 9) == []
        assert await uow.news.due(NOW + WEEK, 9) == [son, daughter]
        assert [(w.elder, w.choice, w.next_at) for w in await uow.news.wishes_of(son)] == [
            (wang, GoodNews.DAILY, NOW + A_MINUTE),
            (li, GoodNews.WEEKLY, NOW + 3 * A_MINUTE),
        ]
        await uow.news.told(son, wang, NOW + WEEK)
        assert (await uow.next_dues()).get("good_news") == NOW + 2 * A_MINUTE
        await uow.elders.end_watch(daughter, wang, NOW)  # she does not want it any more: no news of her either
        assert (await uow.next_dues()).get("good_news") == NOW + 3 * A_MINUTE
        await uow.elders.set_good_news(son, li, GoodNews.NEVER)
        assert [w.elder for w in await uow.news.wishes_of(son)] == [wang]
