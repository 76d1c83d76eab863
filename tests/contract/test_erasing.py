"""Whoever is forgotten leaves numbers, states and times, and no word of his."""

from datetime import timedelta

from sqlalchemy import insert, select, update

from care.domain.items import Action, Details, Place, fold
from care.domain.people import Role
from care.services.ports import Address, Face, Posted
from storage import care_tables, tables
from storage.database import Database
from storage.erasing import FORGOTTEN
from storage.redeem import NAMES_A_PERSON
from storage.unit import Unit
from tests.contract.conftest import A_MINUTE, NOW, done, reported
from tests.contract.test_redeem import DESCRIBES_A_PERSON, enrolled

SECRET = "小马家门口"


async def ended_report(uow: Unit, reporter: int, worker: int) -> int:
    item = await reported(uow, reporter)
    details = Details(text=SECRET, place=Place(words=SECRET))
    item, event = item.apply(Action.AMEND, at=NOW, actor=reporter, note=SECRET, details=details)
    await uow.items.save(item, event, None)
    for action in (Action.SEND_OUT, Action.CLAIM):
        item = await done(uow, item, action, worker)
    item, event = item.apply(Action.RESOLVE, at=NOW, actor=worker, details=Details(proof=SECRET))
    await uow.items.save(item, event, None)
    await done(uow, item, Action.ARCHIVE, None)
    return item.number


async def test_a_wish_waits_until_it_is_due_and_can_be_taken_back(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        ma, li = people[:2]
        assert (await uow.next_dues()).get("erasure") is None
        await uow.erasures.wish(ma, NOW, NOW + A_MINUTE)
        await uow.erasures.wish(ma, NOW + A_MINUTE, NOW)  # again: as it was
        assert (await uow.next_dues()).get("erasure") == NOW + A_MINUTE
        assert await uow.erasures.due(NOW, 9) == []
        assert await uow.erasures.due(NOW + A_MINUTE, 9) == [ma]
        await uow.erasures.put_off(ma, NOW + 2 * A_MINUTE)
        found = await uow.erasures.find(ma)
        assert found is not None
        assert (found.wished_at, found.due_at) == (NOW, NOW + 2 * A_MINUTE)
        assert await uow.erasures.unwish(ma)
        assert not await uow.erasures.unwish(li)


async def test_what_is_under_way_is_waited_for(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        ma, li = people[:2]
        number = await ended_report(uow, ma, li)
        assert await uow.erasures.waits_for(ma) == []
        draft = await reported(uow, ma)
        assert await uow.erasures.waits_for(ma) == [draft.number]
        item = await done(uow, await done(uow, draft, Action.SEND_OUT, None), Action.CLAIM, li)
        assert await uow.erasures.waits_for(li) == [item.number]
        await done(uow, item, Action.RESOLVE, li)
        assert await uow.erasures.settled(ma) == [item.number]
        assert number not in await uow.erasures.settled(ma)


async def test_nothing_of_him_stays_and_the_history_still_adds_up(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        li = people[1]
        ma = await enrolled(uow, "C1", Role.COURIER)
        await uow.link.run(update(tables.people).where(tables.people.c.id == ma).values(telegram_id=77, phone="139"))
        first, second = await ended_report(uow, ma, li), await ended_report(uow, ma, li)
        kept = {"purpose": "report", "kind": "photo", "file": "F", "unique": "U", "size": 9, "by": ma, "at": NOW}
        for number in (first, second):
            await uow.media.add(number, due_at=None, **kept)
        [medium] = await uow.media.of_item(first)
        await uow.media.kept(medium.id, "a" * 64, None)
        old = {"subject": "help", "item": None, "person": ma}
        await uow.messages.record(Posted(chat=77, message=1, posted_at=NOW - timedelta(days=3), **old))
        await uow.messages.record(Posted(chat=77, message=2, posted_at=NOW, **old))
        await uow.cards.want(first, Address(-1), Face.CARD)
        await uow.erasures.wish(ma, NOW, NOW)
        assert await uow.erasures.blank_items(ma, NOW, 1)  # there may be more
        assert (await uow.items.get(second)).text == SECRET
        assert await uow.erasures.blank_items(ma, NOW, 1)
        assert not await uow.erasures.blank_items(ma, NOW, 1)
        for number in (first, second):
            item, events = await uow.items.get(number), await uow.items.history(number)
            assert fold(number, events) == item
            assert SECRET not in f"{item}{events}"
            assert await uow.media.of_item(number) == []
        [erased] = await uow.media.due(NOW, 9)
        assert (erased.id, erased.state, erased.sha256, erased.file) == (medium.id, "erased", "a" * 64, "")
        assert await uow.media.only_one(erased)
        await uow.media.erased(erased.id)
        assert await uow.media.due(NOW, 9) == []
        assert await uow.erasures.erase(ma, NOW) == 77
        assert sorted(await uow.messages.wishes(9)) == [(77, 1, "blank"), (77, 2, "gone")]
        assert await uow.cards.of_item(first) == []
        row = (await uow.link.run(select(tables.people).where(tables.people.c.id == ma))).one()
        assert (row.ref, row.telegram_id, row.name, row.phone, row.admin) == (None, None, "—", None, False)
        assert await uow.erasures.find(ma) is None
        assert (await uow.people.get(ma)).posts == frozenset()


async def test_a_photo_that_arrives_after_its_sender_was_forgotten_goes_again(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        ma = people[0]
        number = await ended_report(uow, ma, people[1])
        kept = {"purpose": "report", "kind": "photo", "file": "F", "unique": "U", "size": 9, "by": ma, "at": NOW}
        await uow.media.add(number, due_at=NOW, **kept)
        [medium] = await uow.media.of_item(number)
        await uow.erasures.wish(ma, NOW, NOW)
        await uow.erasures.blank_items(ma, NOW, 9)
        assert await uow.media.due(NOW, 9) == []
        await uow.media.kept(medium.id, "b" * 64, None)  # it was on its way
        assert [(m.state, m.sha256) for m in await uow.media.due(NOW, 9)] == [("erased", "b" * 64)]


# What stays names nobody any more: numbers, states and times, by which the ledger counts.
PSEUDONYMS = {
    ("items", "reporter"), ("items", "about"), ("items", "offered_to"), ("items", "claimed_by"),
    ("items", "said_done_by"), ("items", "resolved_by"), ("items", "pledged_by"),
    ("history", "actor"), ("history", "reporter"), ("history", "about"), ("history", "offered_to"),
    ("media", "by"), ("checkins", "elder"), ("checkins", "by"), ("pauses", "by"), ("alerts", "elder"),
    ("alerts", "person"), ("looks", "who"), ("looks", "whom"), ("recordings", "heard_by"), ("list_names", "elder"),
}  # fmt: skip
OF_THE_OUTBOX = {("outbox", "person")}  # but for what is just being sent


def test_of_every_column_that_names_a_person_it_is_known_whether_it_goes() -> None:
    naming = {(column.table.name, column.name) for column in NAMES_A_PERSON} | DESCRIBES_A_PERSON
    gone = {(column.table.name, column.name) for column in FORGOTTEN}
    assert not gone & PSEUDONYMS
    assert gone | PSEUDONYMS | OF_THE_OUTBOX == naming


async def test_an_elder_leaves_no_tie_no_pause_and_no_voice(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        son = people[0]
        wang = await enrolled(uow, "E1", Role.ELDER)
        await uow.link.run(insert(tables.elders), {"person": wang, "state": "left", "mode": "button"})
        await uow.link.run(insert(tables.kin), {"family": son, "elder": wang})
        voice = {
            "elder": wang,
            "chat": 5,
            "message": 1,
            "kind": "voice",
            "file": "F",
            "sent_at": NOW,
            "state": "waiting",
        }
        await uow.link.run(insert(care_tables.recordings), voice)
        await uow.shares.keep(wang, 5, 2, NOW, words=SECRET)
        await uow.erasures.wish(wang, NOW, NOW)
        await uow.erasures.erase(wang, NOW)
        assert await uow.elders.find(wang) is None
        assert await uow.elders.watched_by(son) == []
        for table in (care_tables.recordings, care_tables.shares, care_tables.erasures):
            assert (await uow.link.run(select(table))).all() == [], table.name
