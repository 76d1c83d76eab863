"""The ports `Outbox` and `Messages`: each telling once, in order of haste, and what became of it."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from care.domain.items import Action, Item
from care.domain.notices import Greeting, Lane, PlaceQuestion, Sentence, Welcome
from care.services.ports import ALARM, Address, Draft, Posted, Step, Telling
from storage import telling_tables
from storage.database import Database
from storage.ledger import Span, telling_records
from storage.unit import Unit
from tests.contract.conftest import A_MINUTE, NOW, done, reported

RIDER = Address(77)


async def tell(
    uow: Unit,
    key: str,
    lane: Lane = Lane.ROUTINE,
    *,
    step: str = Step.ANSWER,
    item: int | None = None,
    person: int | None = None,
    not_before: datetime | None = None,
    to: Address = RIDER,
) -> bool:
    notice = Sentence(key="thanks", item=item)
    return await uow.outbox.tell(
        notice, to, lane=lane, step=step, key=key, now=NOW, person=person, not_before=not_before
    )


async def keys(uow: Unit, now: datetime = NOW) -> list[str]:
    return [telling.key for telling in await uow.outbox.pending(now, 100)]


async def alarms(uow: Unit, now: datetime = NOW) -> list[str]:
    return [telling.key for telling in await uow.outbox.pending_alarms(now, 100)]


async def opened(uow: Unit, reporter: int) -> Item:
    return await done(uow, await reported(uow, reporter), Action.SEND_OUT, None)


async def row_of(uow: Unit, key: str) -> Telling:
    found = await uow.link.run(telling_tables.outbox.select().where(telling_tables.outbox.c.key == key))
    telling = await uow.outbox.get(found.one().id)
    assert telling is not None
    return telling


async def test_a_telling_comes_back_as_it_was_put_in(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.outbox.tell(
            PlaceQuestion(item=1),
            Address(-5, 3),
            lane=Lane.ANSWER,
            step=Step.PLACE,
            key="1:place",
            now=NOW,
            person=people[0],
            reply_to=12,
            expires_at=NOW + A_MINUTE,
        )
        [telling] = await uow.outbox.pending(NOW, 5)
        assert telling == Telling(
            id=telling.id,
            lane=Lane.ANSWER,
            address=Address(-5, 3),
            person=people[0],
            notice=PlaceQuestion(item=1),
            item=1,
            step="place",
            key="1:place",
            reply_to=12,
            not_before=NOW,
            expires_at=NOW + A_MINUTE,
            state="pending",
            attempts=0,
            created_at=NOW,
        )
        assert await uow.outbox.get(telling.id) == telling
        assert await uow.outbox.get(telling.id + 1) is None


async def test_the_same_key_is_told_once(db: Database) -> None:
    async with db.write() as uow:
        assert await tell(uow, "a", Lane.ROUTINE)
        assert not await tell(uow, "a", Lane.URGENT)
        [telling] = await uow.outbox.pending(NOW, 5)
        assert telling.lane is Lane.ROUTINE
        await uow.outbox.ended(telling.id, "sent", now=NOW)
        assert not await tell(uow, "a")


async def test_the_same_key_at_once_is_told_once(db: Database) -> None:
    async def once() -> bool:
        async with db.write() as uow:
            return await tell(uow, "a")

    assert sorted(await asyncio.gather(*(once() for _ in range(6)))) == [False] * 5 + [True]


async def test_tellings_come_by_lane_then_age_when_their_time_has_come(db: Database) -> None:
    async with db.write() as uow:
        await tell(uow, "bulk", Lane.BULK)
        await tell(uow, "routine 1")
        await tell(uow, "later", Lane.URGENT, not_before=NOW + 2 * A_MINUTE)
        await tell(uow, "soon", Lane.URGENT, not_before=NOW + A_MINUTE)
        await tell(uow, "answer", Lane.ANSWER)
        await tell(uow, "routine 2")
        assert await keys(uow) == ["answer", "routine 1", "routine 2", "bulk"]
        assert await uow.outbox.next_pending(NOW) == NOW + A_MINUTE
        assert await keys(uow, NOW + A_MINUTE) == ["soon", "answer", "routine 1", "routine 2", "bulk"]
        assert await uow.outbox.next_pending(NOW + A_MINUTE) == NOW + 2 * A_MINUTE
        assert await uow.outbox.next_pending(NOW + 2 * A_MINUTE) is None
        first, second, *_ = await uow.outbox.pending(NOW, 100)
        excluded = await uow.outbox.pending(NOW, 1, exclude=[first.id, second.id])
        assert [telling.key for telling in excluded] == ["routine 2"]


async def test_an_alarm_is_for_no_chat_and_waits_while_somebody_has_the_item(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        first, second, third = [await opened(uow, people[0]) for _ in range(3)]
        await tell(uow, "card", Lane.URGENT, item=first.number)
        await tell(uow, "1", Lane.URGENT, step=Step.ALARM, item=first.number, to=ALARM)
        await tell(uow, "2", Lane.URGENT, step=Step.ALARM, item=second.number, to=ALARM)
        later = NOW + A_MINUTE
        await tell(uow, "3", Lane.URGENT, step=Step.ALARM, item=third.number, to=ALARM, not_before=later)
        assert await keys(uow, later) == ["card"]
        assert await uow.outbox.next_pending(NOW) is None
        assert await alarms(uow) == ["1", "2"]
        assert await uow.outbox.next_alarm(NOW) == later
        assert await alarms(uow, later) == ["1", "2", "3"]
        [oldest] = await uow.outbox.pending_alarms(NOW, 1)
        assert (oldest.key, oldest.address) == ("1", ALARM)
        assert [one.key for one in await uow.outbox.pending_alarms(NOW, 9, [oldest.id])] == ["2"]
        await uow.outbox.sending(oldest.id)
        assert await alarms(uow) == ["1", "2"]  # cut off by a kill
        for item in (second, third):
            await done(uow, item, Action.CLAIM, people[1])
        assert await alarms(uow, later) == ["1"]
        assert await uow.outbox.next_alarm(NOW) is None


async def test_an_alarm_is_named_in_the_ledger(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        item = await opened(uow, people[0])
        await tell(uow, "1", Lane.URGENT, step=Step.ALARM, item=item.number, to=ALARM)
    told = [record async for record in telling_records(db, Span(start=NOW, end=NOW + A_MINUTE))]
    assert [(one["recipient"], one["step"], one["state"]) for one in told] == [("alarm", "alarm", "pending")]


async def test_one_in_flight_at_a_crash_comes_again(db: Database) -> None:
    async with db.write() as uow:
        await tell(uow, "a")
        [telling] = await uow.outbox.pending(NOW, 5)
        assert await uow.outbox.sending(telling.id)
    async with db.write() as uow:
        [again] = await uow.outbox.pending(NOW, 5)
        assert (again.state, again.attempts) == ("sending", 1)
        assert await uow.outbox.pending(NOW, 5, exclude=[again.id]) == []
        assert await uow.outbox.sending(again.id)
        assert (await row_of(uow, "a")).attempts == 2


@pytest.mark.parametrize("state", ["sent", "failed", "expired", "superseded"])
async def test_an_end_is_for_good(db: Database, state: str) -> None:
    async with db.write() as uow:
        await tell(uow, "a")
        row = (await row_of(uow, "a")).id
        await uow.outbox.sending(row)
        await uow.outbox.ended(row, state, message=9, error="why", now=NOW)
        ended = await row_of(uow, "a")
        assert (ended.state, ended.message, ended.error) == (state, 9, "why")
        assert await keys(uow) == []
        assert not await uow.outbox.sending(row)
        await uow.outbox.retry(row, NOW, "again")
        await uow.outbox.ended(row, "sent", now=NOW)
        assert await row_of(uow, "a") == ended


async def test_a_retry_waits_for_its_time(db: Database) -> None:
    async with db.write() as uow:
        await tell(uow, "a")
        row = (await row_of(uow, "a")).id
        await uow.outbox.sending(row)
        await uow.outbox.retry(row, NOW + A_MINUTE, "timed out")
        assert await keys(uow) == []
        assert await uow.outbox.next_pending(NOW) == NOW + A_MINUTE
        again = await row_of(uow, "a")
        assert (again.state, again.attempts, again.error) == ("pending", 1, "timed out")


async def test_what_is_not_wanted_any_more_is_superseded_but_not_what_is_in_flight(
    db: Database, people: list[int]
) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await reported(uow, people[0])
        await tell(uow, "in flight", step="ask", item=1)
        await uow.outbox.sending((await row_of(uow, "in flight")).id)
        await tell(uow, "asked", step="ask", item=1, person=people[0])
        await tell(uow, "asked another", step="ask", item=1, person=people[1])
        await tell(uow, "other step", step="place", item=1)
        await tell(uow, "other item", step="ask", item=2)
        assert await uow.outbox.supersede(1, ["ask"], person=people[1]) == 1
        assert await uow.outbox.supersede(1, ["ask", "remind"]) == 1
        assert await uow.outbox.supersede(1, ["ask"]) == 0
        assert await keys(uow) == ["in flight", "other step", "other item"]
        assert (await row_of(uow, "asked")).state == "superseded"


async def test_nothing_more_about_an_item_is_told_in_a_chat_it_has_left(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await reported(uow, people[0])
        group = Address(-5)
        await tell(uow, "in flight", item=1, to=group)
        await uow.outbox.sending((await row_of(uow, "in flight")).id)
        await tell(uow, "asked", step="ask", item=1, to=group)
        await tell(uow, "in a topic", step="remind", item=1, to=Address(-5, 3))
        await tell(uow, "other chat", item=1)
        await tell(uow, "other item", item=2, to=group)
        assert await uow.outbox.supersede_in(1, group.chat) == 2
        assert await uow.outbox.supersede_in(1, group.chat) == 0
        assert await keys(uow) == ["in flight", "other chat", "other item"]


async def test_a_notice_of_a_newer_version_waits_and_holds_nobody_up(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await tell(uow, "unknown")
        await tell(uow, "known")
        unknown = update(telling_tables.outbox).where(telling_tables.outbox.c.key == "unknown")
        await uow.link.run(unknown.values(notice='{"kind": "from_next_year"}'))
        assert await keys(uow) == ["known"]
        await uow.link.run(unknown.values(notice='{"kind": "welcome", "person": 1}'))
        assert [t.notice for t in await uow.outbox.pending(NOW, 1)] == [Welcome(person=1)]


async def test_our_messages_are_found_by_chat_and_number(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        posted = Posted(chat=-5, message=8, subject="place_question", item=1, person=people[0], posted_at=NOW)
        for _ in range(2):
            await uow.messages.record(posted)
        assert await uow.messages.find(-5, 8) == posted
        assert await uow.messages.find(-6, 8) is None
        newer = Posted(chat=-5, message=8, subject="card", item=None, person=None, posted_at=NOW + timedelta(days=9))
        await uow.messages.record(newer)  # after an upgrade the numbers come up again
        assert await uow.messages.find(-5, 8) == newer


async def test_every_message_about_an_item_is_found(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await reported(uow, people[0])
        at = {chat: NOW + n * A_MINUTE for n, chat in enumerate((-5, 77, -6))}
        for chat, message, item in [(-6, 2, 1), (77, 9, 1), (-5, 8, 1), (-5, 9, 2), (-5, 10, None)]:
            await uow.messages.record(
                Posted(chat=chat, message=message, subject="card", item=item, person=None, posted_at=at[chat])
            )
        assert [(one.chat, one.message) for one in await uow.messages.of_item(1)] == [(-5, 8), (77, 9), (-6, 2)]
        assert [one.message for one in await uow.messages.of_item(2)] == [9]
        assert await uow.messages.of_item(3) == []


async def test_wishes_are_kept_until_they_are_granted(db: Database) -> None:
    async with db.write() as uow:
        await uow.messages.wish_bare(1, 10, NOW)
        await uow.messages.wish_gone(1, 11, NOW)
        await uow.messages.wish_gone(1, 11, NOW)
        await uow.messages.wish_bare(2, 11, NOW)
        assert await uow.messages.wishes(2) == [(1, 10, "bare"), (1, 11, "gone")]
        await uow.messages.granted(1, 10)
        assert await uow.messages.wishes(9) == [(1, 11, "gone"), (2, 11, "bare")]


async def test_who_shall_go_is_not_bared_first_and_a_wish_made_meanwhile_stays(db: Database) -> None:
    async with db.write() as uow:
        await uow.messages.wish_bare(1, 10, NOW)
        assert await uow.messages.wishes(9) == [(1, 10, "bare")]
        await uow.messages.wish_gone(1, 10, NOW)
        assert await uow.messages.wishes(9) == [(1, 10, "gone")]
        await uow.messages.granted(1, 10, "bare")  # the dispatcher was at it already
        assert await uow.messages.wishes(9) == [(1, 10, "gone")]
        await uow.messages.granted(1, 10, "gone")
        assert await uow.messages.wishes(9) == []


async def test_what_cannot_be_deleted_is_blanked_and_need_not_be_bared(db: Database) -> None:
    async with db.write() as uow:
        await uow.messages.wish_bare(1, 10, NOW)
        await uow.messages.wish_gone(1, 10, NOW)
        await uow.messages.granted(1, 10, "gone")
        await uow.messages.wish_blank(1, 10, NOW)
        await uow.messages.wish_blank(1, 10, NOW)
        assert await uow.messages.wishes(9) == [(1, 10, "blank")]
        await uow.messages.granted(1, 10, "blank")
        assert await uow.messages.wishes(9) == [(1, 10, "bare")]


async def test_many_greetings_go_out_at_once_and_those_of_a_check_in_are_taken_back(db: Database) -> None:
    drafts = [
        Draft(notice=Greeting(checkin=n), to=Address(1000 + n), key=f"checkin:{n}", expires_at=NOW + A_MINUTE)
        for n in (1, 2, 3)
    ]
    async with db.write() as uow:
        await uow.outbox.tell_many([], lane=Lane.BULK, step="greeting", now=NOW)
        await uow.outbox.tell_many(drafts, lane=Lane.BULK, step="greeting", now=NOW)
        await uow.outbox.tell_many(drafts[:1], lane=Lane.BULK, step="greeting", now=NOW)
        pending = await uow.outbox.pending(NOW, 10)
        assert [(t.address.chat, t.notice, t.lane, t.expires_at) for t in pending] == [
            (1000 + n, Greeting(checkin=n), Lane.BULK, NOW + A_MINUTE) for n in (1, 2, 3)
        ]
        again = Greeting(checkin=2, again=1)
        await uow.outbox.tell(again, Address(1002), lane=Lane.ROUTINE, step="greeting", key="x", now=NOW)
        assert await uow.outbox.supersede_checkin(2) == 2
        assert [t.address.chat for t in await uow.outbox.pending(NOW, 10)] == [1001, 1003]
