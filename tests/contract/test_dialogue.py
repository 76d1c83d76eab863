"""The ports `Questions`, `Media` and `Inbox`: what people owe us, sent us, and what we have not dealt with yet."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from care.domain.errors import StaleState
from care.domain.items import Action
from care.services.ports import Asked, Medium, Question, Received
from storage import tables
from storage.database import Database
from storage.unit import Unit
from tests.contract.conftest import A_MINUTE, NOW, done, reported

DAY = timedelta(days=1)


async def test_a_question_waits_for_its_answer(db: Database, people: list[int]) -> None:
    me = people[0]
    async with db.write() as uow:
        await reported(uow, me)
        await uow.questions.ask(77, me, Asked.PLACE, 1, NOW, NOW + A_MINUTE)
        [question] = await uow.questions.pending(77, me)
        assert question == Question(
            id=question.id,
            chat=77,
            person=me,
            asked=Asked.PLACE,
            item=1,
            asked_at=NOW,
            due_at=NOW + A_MINUTE,
            message=None,
        )
        await uow.questions.sent_as(77, me, Asked.PLACE, 1, 40)
        await uow.questions.ask(77, me, Asked.PLACE, 1, NOW + A_MINUTE, None)
        [renewed] = await uow.questions.pending(77, me)
        assert (renewed.id, renewed.asked_at, renewed.due_at, renewed.message) == (
            question.id,
            NOW + A_MINUTE,
            None,
            40,
        )
        assert await uow.questions.pending(78, me) == []
        assert await uow.questions.pending(77, people[1]) == []
        await uow.questions.close(question.id)
        await uow.questions.close(question.id)
        assert await uow.questions.pending(77, me) == []


async def test_the_latest_question_comes_first_and_an_item_finds_its_own(db: Database, people: list[int]) -> None:
    me, you = people[:2]
    async with db.write() as uow:
        await reported(uow, me)
        await reported(uow, me)
        await uow.questions.ask(77, me, Asked.DETAILS, 1, NOW, None)
        await uow.questions.ask(77, me, Asked.PLACE, 2, NOW + A_MINUTE, None)
        await uow.questions.ask(77, me, Asked.PLACE, 1, NOW + A_MINUTE, None)
        await uow.questions.ask(-5, you, Asked.PROOF, 1, NOW, None)
        pending = await uow.questions.pending(77, me)
        assert [(q.asked, q.item) for q in pending] == [(Asked.PLACE, 1), (Asked.PLACE, 2), (Asked.DETAILS, 1)]
        assert [q.asked for q in await uow.questions.of_item(1)] == [Asked.DETAILS, Asked.PLACE, Asked.PROOF]
        assert [q.person for q in await uow.questions.of_item(1, [Asked.PROOF, Asked.WHERE])] == [you]
        assert await uow.questions.of_item(1, []) == []


async def test_questions_are_given_up_when_their_time_has_come(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        assert (await uow.next_dues()).get("question") is None
        for number, minutes in ((1, 2), (2, 1), (3, None)):
            await reported(uow, people[0])
            due = None if minutes is None else NOW + minutes * A_MINUTE
            await uow.questions.ask(77, people[0], Asked.PLACE, number, NOW, due)
        assert (await uow.next_dues()).get("question") == NOW + A_MINUTE
        assert await uow.questions.due(NOW, 9) == []
        sooner, later = await uow.questions.due(NOW + DAY, 9)
        assert [(q := await uow.questions.find(each)) and q.item for each in (sooner, later)] == [2, 1]
        assert await uow.questions.due(NOW + DAY, 1) == [sooner]
        await uow.questions.close(sooner)
        assert await uow.questions.find(sooner) is None


async def photo(uow: Unit, unique: str, by: int, purpose: str = "report", *, item: int = 1, **more: object) -> bool:
    known = {"kind": "photo", "file": f"file-{unique}", "size": 3_000_000_000, "at": NOW, "due_at": NOW, "by": by}
    return await uow.media.add(item, purpose=purpose, unique=unique, **(known | more))  # type: ignore[arg-type]


async def test_media_come_in_order_and_each_once_for_its_purpose(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        assert await photo(uow, "u1", people[0], album="al")
        assert await photo(uow, "u2", people[0], album="al")
        assert not await photo(uow, "u1", people[0], file="sent again")
        assert await photo(uow, "u1", people[0], "proof")
        media = await uow.media.of_item(1)
        assert media[0] == Medium(
            id=media[0].id,
            item=1,
            purpose="report",
            kind="photo",
            file="file-u1",
            unique="u1",
            size=3_000_000_000,
            by=people[0],
            at=NOW,
            album="al",
        )
        assert [(m.purpose, m.unique) for m in media] == [("report", "u1"), ("report", "u2"), ("proof", "u1")]
        assert [m.unique for m in await uow.media.of_item(1, "proof")] == ["u1"]
        latest = await uow.media.of_album("al")
        assert latest is not None
        assert latest.unique == "u2"
        assert await uow.media.of_album("none") is None


async def test_downloads_are_tried_until_they_are_kept_or_given_up(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        assert await uow.media.next_due() is None
        await photo(uow, "u1", people[0], due_at=NOW + A_MINUTE)
        await photo(uow, "u2", people[0])
        await photo(uow, "u3", people[0])
        await photo(uow, "never", people[0], due_at=None)
        one, two, three, _ = await uow.media.of_item(1)
        assert await uow.media.next_due() == NOW
        assert [m.unique for m in await uow.media.due(NOW, 9)] == ["u2", "u3"]
        assert [m.unique for m in await uow.media.due(NOW + DAY, 2)] == ["u2", "u3"]
        await uow.media.failed(two.id, "wanted", NOW + DAY)
        await uow.media.failed(three.id, "too_big", None)
        await uow.media.kept(one.id, "ab" * 32, "ff00")
        assert await uow.media.next_due() == NOW + DAY
        after = [(m.state, m.sha256, m.attempts) for m in await uow.media.of_item(1)]
        assert after == [("kept", "ab" * 32, 1), ("wanted", None, 1), ("too_big", None, 1), ("wanted", None, 0)]


async def test_the_inbox_keeps_each_update_once_in_the_order_of_arrival(db: Database) -> None:
    async with db.write() as uow:
        assert await uow.inbox.add([], NOW) == []
        assert await uow.inbox.add([(900, 77, '{"a": 1}'), (5, -8, "{}"), (900, 77, "doubled")], NOW) == [900, 5]
        assert await uow.inbox.add([(900, 77, "again"), (7_000_000_000, 77, "{}")], NOW + A_MINUTE) == [7_000_000_000]
        assert await uow.inbox.waits() == 3
        assert await uow.inbox.unread_since([77, 78]) == {77: NOW}
        assert await uow.inbox.unread_since([]) == {}
        assert (await uow.inbox.waiting(1)) == [Received(900, 77, '{"a": 1}', 0, NOW)]
        assert [r.update for r in await uow.inbox.waiting(9)] == [900, 5, 7_000_000_000]
        assert [r.update for r in await uow.inbox.waiting(9, exclude=[900, 1])] == [5, 7_000_000_000]


async def test_what_was_dealt_with_is_wiped_yet_never_taken_in_again(db: Database) -> None:
    async with db.write() as uow:
        await uow.inbox.add([(1, 77, "body")], NOW)
        await uow.inbox.done(1)
        assert await uow.inbox.waits() == 0
        assert await uow.inbox.add([(1, 77, "body")], NOW) == []
        body = (await uow.link.run(select(tables.inbox.c.body))).scalar_one()
        assert body is None
        for again in (uow.inbox.done(1), uow.inbox.park(1, 1), uow.inbox.failed(1, "x"), uow.inbox.done(404)):
            with pytest.raises(StaleState):
                await again


async def test_attempts_are_counted_until_an_item_speaks_for_the_update(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await uow.inbox.add([(1, 77, "body"), (2, 77, "next")], NOW)
        assert [await uow.inbox.failed(1, "it broke") for _ in range(3)] == [1, 2, 3]
        assert (await uow.inbox.waiting(1))[0].attempts == 3
        await reported(uow, people[0])
        await uow.inbox.park(1, 1)
        assert [r.update for r in await uow.inbox.waiting(9)] == [2]
        assert await uow.inbox.waits() == 1


async def test_old_rows_are_forgotten_but_not_those_that_wait_or_are_spoken_for(
    db: Database, people: list[int]
) -> None:
    async with db.write() as uow:
        await uow.inbox.add([(n, 77, f"body {n}") for n in (1, 2, 3)], NOW - 8 * DAY)
        await uow.inbox.add([(4, 77, "body 4")], NOW)
        item = await reported(uow, people[0])
        await uow.inbox.done(1)
        await uow.inbox.park(2, item.number)
        await uow.inbox.done(4)
        assert await uow.inbox.forget(NOW - 7 * DAY) == 1
        assert await uow.inbox.forget(NOW - 7 * DAY) == 0
        kept = await uow.link.run(select(tables.inbox.c.update_id, tables.inbox.c.body))
        assert sorted(tuple(row) for row in kept) == [(2, "body 2"), (3, "body 3"), (4, None)]
        await done(uow, item, Action.DISMISS, None)
        assert await uow.inbox.forget(NOW - 7 * DAY) == 1
        assert [r.update for r in await uow.inbox.waiting(9)] == [3]


async def test_facts_about_the_installation_are_kept_by_name(db: Database) -> None:
    async with db.write() as uow:
        assert await uow.meta.get("last_seen") is None
        await uow.meta.put("last_seen", "1")
        await uow.meta.put("last_seen", "2")
        assert await uow.meta.get("last_seen") == "2"
