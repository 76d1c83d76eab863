"""Elders on file: who watches over them, whether they are away, who was told and who has looked."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from care.domain.elders import ElderState, Form, GoodNews, Pause, PauseWhy
from care.domain.errors import NotFound
from care.domain.items import Action
from care.domain.people import Role
from care.services.ports import Door, DoorTo, Posted, Reach, Seen
from storage import tables
from storage.database import Database
from storage.unit import Unit
from tests.contract.conftest import NOW, done, reported
from tests.contract.test_redeem import enrolled

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


async def an_elder(uow: Unit, ref: str, **more: object) -> int:
    """An elder of g3 who has joined; her person id."""
    person = await enrolled(uow, ref, Role.ELDER)
    told = {"sex": "f", "birth_year": 1945, "building": "3号楼", "name": "王秀英"} | more
    await uow.link.run(update(tables.people).where(tables.people.c.id == person).values(told))
    row = {"person": person, "state": "joined", "mode": "button", "prompt_at": "07:30,20:00"}
    await uow.link.run(insert(tables.elders), row)
    return person


async def test_an_elder_is_found_with_what_the_rules_need(db: Database) -> None:
    async with db.write() as uow:
        wang = await an_elder(uow, "E1")
        ma = await enrolled(uow, "C1")
        record = await uow.elders.find(wang)
        assert record is not None
        assert [f"{at:%H:%M}" for at in record.times] == ["07:30", "20:00"]
        assert (record.area, record.building, record.age(2026), record.pause) == ("g3", "3号楼", 81, None)
        assert record.title(2026).form is Form.GRANNY
        assert await uow.elders.find(ma) is None
        assert [e.id for e in await uow.elders.in_areas(["g3"], [ElderState.JOINED])] == [wang]
        assert await uow.elders.in_areas(["g3"], [ElderState.LEFT]) == []
        assert await uow.elders.in_areas(["g4"]) == []
        await uow.elders.set_state(wang, ElderState.LEFT, NOW)
        await uow.elders.greeted(wang, NOW)
        await uow.elders.greeted(wang, NOW + WEEK)
        again = await uow.elders.find(wang)
        assert again is not None
        assert (again.state, again.state_since, again.greeted_at) == (ElderState.LEFT, NOW, NOW)


async def test_one_pause_holds_at_a_time(db: Database) -> None:
    async with db.write() as uow:
        wang = await an_elder(uow, "E1")
        await uow.elders.pause(wang, Pause(since=NOW, until=date(2026, 12, 1), why=PauseWhy.AWAY, by=wang), "去女儿家")
        open_end = Pause(since=NOW, until=None, why=PauseWhy.HOSPITAL, by=None)
        await uow.elders.pause(wang, Pause(since=NOW + HOUR, until=None, why=PauseWhy.LATER, by=None))
        before = await uow.elders.pause_before(wang, NOW + HOUR)
        assert before == (Pause(since=NOW, until=date(2026, 12, 1), why=PauseWhy.AWAY, by=wang), "去女儿家")
        assert await uow.elders.pause_before(wang, NOW + 2 * HOUR) is None
        await uow.elders.pause(wang, open_end)
        record = await uow.elders.find(wang)
        assert record is not None
        assert record.pause == open_end
        assert await uow.elders.resume(wang, NOW + WEEK)
        assert not await uow.elders.resume(wang, NOW + WEEK)
        record = await uow.elders.find(wang)
        assert record is not None
        assert record.pause is None


async def test_a_relative_chooses_and_the_elder_ends_it(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await an_elder(uow, "E1"), await an_elder(uow, "E2")
        son = await enrolled(uow, "F1", Role.FAMILY)
        for elder in (wang, li):
            await uow.link.run(insert(tables.kin), {"family": son, "elder": elder})
        assert [(r.person.id, r.good_news) for r in await uow.elders.family_of(wang)] == [(son, GoodNews.NEVER)]
        await uow.elders.set_good_news(son, wang, GoodNews.DAILY)
        assert [r.good_news for r in await uow.elders.family_of(wang)] == [GoodNews.DAILY]
        assert [r.good_news for r in await uow.elders.family_of(li)] == [GoodNews.NEVER]
        await uow.elders.end_watch(son, wang, NOW)
        assert await uow.elders.family_of(wang) == []
        assert [e.id for e in await uow.elders.watched_by(son)] == [li]


async def test_what_only_a_claimer_may_read_has_each_phone_once(db: Database) -> None:
    contacts = '[{"name": "李强", "relation": "儿子", "phone": "+8613912345678"}]'
    async with db.write() as uow:
        wang = await an_elder(uow, "E1", address="3号楼2单元401", phone="+8613900000001")
        await uow.link.run(update(tables.elders).values(health="心脏支架", contacts=contacts))
        for ref, phone in (("F1", "+8613912345678"), ("F2", "+8613900000002")):
            family = await enrolled(uow, ref, Role.FAMILY)
            await uow.link.run(update(tables.people).where(tables.people.c.id == family).values(phone=phone))
            await uow.link.run(insert(tables.kin), {"family": family, "elder": wang})
        private = await uow.elders.private(wang)
        assert (private.name, private.address, private.health) == ("王秀英", "3号楼2单元401", "心脏支架")
        assert private.contacts == (Reach("李强", "儿子", "+8613912345678"), Reach("名F2", "", "+8613900000002"))
        with pytest.raises(NotFound):
            await uow.elders.private(wang + 100)


async def test_who_was_told_is_told_once_and_its_end_is_awaited(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await an_elder(uow, "E1"), await an_elder(uow, "E2")
        son = await enrolled(uow, "F1", Role.FAMILY)
        alert = await uow.alerts.open(wang, son, NOW)
        assert alert is not None
        assert [a.id for a in await uow.alerts.unended(wang, son)] == [alert]
        assert await uow.alerts.unended(li) == []
        await uow.alerts.sent(alert, NOW)
        await uow.alerts.answered(alert, "well", NOW)
        await uow.alerts.end(alert, "seen", NOW)
        kept = await uow.alerts.get(alert)
        assert (kept.sent_at, kept.answer, kept.ended_as) == (NOW, "well", "seen")
        assert await uow.alerts.unended(wang) == []
        await uow.alerts.unend(alert)
        assert [a.id for a in await uow.alerts.unended(wang)] == [alert]
        await uow.looks.note(son, wang, Seen.SHEET, NOW)


async def test_a_one_time_link_leads_one_person_to_one_item_once(db: Database) -> None:
    async with db.write() as uow:
        li = await enrolled(uow, "W1", Role.WORKER)
        item = await reported(uow, None)
        await uow.doors.make("hash", li, item.number, DoorTo.SETTLE, NOW, NOW + HOUR)
        door = await uow.doors.find("hash")
        assert door == Door(person=li, item=item.number, to=DoorTo.SETTLE, expires_at=NOW + HOUR, used_at=None)
        assert await uow.doors.find("another") is None
        assert await uow.doors.stands_open(li, item.number, NOW)
        assert not await uow.doors.stands_open(li, item.number, NOW + HOUR)
        assert not await uow.doors.stands_open(li + 1, item.number, NOW)
        assert await uow.doors.use("hash", NOW)
        assert not await uow.doors.use("hash", NOW)
        assert not await uow.doors.stands_open(li, item.number, NOW)


async def test_what_somebody_has_pledged_is_found_until_he_has_it(db: Database) -> None:
    async with db.write() as uow:
        li = await enrolled(uow, "W1", Role.WORKER)
        item = await done(uow, await reported(uow, None), Action.SEND_OUT, None)
        assert await uow.items.pledged_by(li) == []
        item = await done(uow, item, Action.PLEDGE, li)
        assert [one.pledged_at for one in await uow.items.pledged_by(li)] == [NOW]
        await done(uow, item, Action.CLAIM, li)
        assert await uow.items.pledged_by(li) == []


async def test_whether_we_have_ever_written_to_a_chat(db: Database) -> None:
    async with db.write() as uow:
        assert not await uow.messages.reached(21)
        await uow.messages.record(Posted(chat=21, message=4, subject="sentence", item=None, person=None, posted_at=NOW))
        await uow.messages.wish_gone(21, 4, NOW)
        assert await uow.messages.reached(21)
        assert not await uow.messages.reached(4)
