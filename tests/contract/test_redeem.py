"""Invites: single use, and nothing that a person did before he was known is lost when he becomes known."""

import asyncio
from datetime import datetime, timedelta
from typing import get_args

import pytest
from sqlalchemy import insert, select

from care.domain import notices
from care.domain.items import Action, Details, Kind, begin, fold
from care.domain.notices import (
    DismissQuestion,
    HowIsIt,
    Lane,
    MyReports,
    PlaceQuestion,
    ProofQuestion,
    Reminder,
    Waiting,
)
from care.domain.people import Person, Post, Role
from care.services.ports import Address, Asked, Face, Posted
from storage import tables
from storage.database import Database
from storage.redeem import NAMES_A_PERSON, PERSON_FIELDS, merge
from storage.seeds import seed_admins
from storage.unit import Unit
from tests.contract.conftest import NOW, done, reported

DAY = timedelta(days=1)
DESCRIBES_A_PERSON = {("posts", "person"), ("elders", "person"), ("kin", "family"), ("kin", "elder")}


async def enrolled(uow: Unit, ref: str, role: Role = Role.COURIER, area: str = "g3") -> int:
    """A person of the roster who has not been seen in a chat; the id."""
    row = {"ref": ref, "name": f"名{ref}", "admin": False}
    person = (await uow.link.run(insert(tables.people).returning(tables.people.c.id), row)).scalar_one()
    await uow.link.run(insert(tables.posts), {"person": person, "role": role.value, "area": area})
    return int(person)


async def invite(uow: Unit, token: str, person: int, expires_at: datetime = NOW + 30 * DAY) -> None:
    row = {"token_hash": token, "person": person, "role": "courier", "created_at": NOW, "expires_at": expires_at}
    await uow.link.run(insert(tables.invites), row)


async def redeemed(db: Database, token: str, user: int, now: datetime = NOW) -> Person | None:
    async with db.write() as uow:
        return await uow.people.redeem(token, user, "Telegram 的名字", "zh", now)


async def test_an_invite_makes_a_stranger_the_person_of_the_roster_once(db: Database) -> None:
    async with db.write() as uow:
        ma = await enrolled(uow, "C1")
        await invite(uow, "t1", ma)
    person = await redeemed(db, "t1", 77)
    assert person is not None
    assert (person.id, person.name, person.telegram_id) == (ma, "名C1", 77)
    assert person.posts == {Post(Role.COURIER, "g3")}
    assert await redeemed(db, "t1", 77, NOW + 90 * DAY) == person  # his own link again
    assert await redeemed(db, "t1", 78) is None  # forwarded
    async with db.read() as uow:
        assert await uow.people.by_telegram(78) is None


async def test_an_unknown_or_outdated_invite_does_not_hold(db: Database) -> None:
    async with db.write() as uow:
        ma = await enrolled(uow, "C1")
        await invite(uow, "t1", ma, NOW + DAY)
    assert await redeemed(db, "t2", 77) is None
    assert await redeemed(db, "t1", 77, NOW + DAY) is None
    assert await redeemed(db, "t1", 77, NOW + DAY - timedelta(seconds=1)) is not None


async def test_a_new_invite_moves_somebody_to_his_new_phone(db: Database) -> None:
    async with db.write() as uow:
        ma = await enrolled(uow, "C1")
        await invite(uow, "t1", ma)
        await invite(uow, "t2", ma)
    await redeemed(db, "t1", 77)
    person = await redeemed(db, "t2", 99)
    assert person is not None
    assert (person.id, person.telegram_id) == (ma, 99)
    assert await redeemed(db, "t1", 77) is None  # the old phone's link is worth nothing any more


async def test_somebody_of_the_roster_does_not_become_another_of_it(db: Database) -> None:
    async with db.write() as uow:
        son, mother = await enrolled(uow, "F1", Role.FAMILY), await enrolled(uow, "E1", Role.ELDER)
        await invite(uow, "t1", son)
        await invite(uow, "t2", mother)
    await redeemed(db, "t1", 77)
    assert await redeemed(db, "t2", 77) is None
    hers = await redeemed(db, "t2", 88)  # it was not used up
    assert hers is not None
    assert hers.id == mother


async def test_an_admin_of_the_config_who_is_on_the_roster_stays_admin(db: Database) -> None:
    async with db.write() as uow:
        await seed_admins(uow, [77])
        await uow.people.set_language((await uow.people.admins())[0].id, "en")
        head = await enrolled(uow, "A1", Role.COORDINATOR, tables.WHOLE_TREE)
        await invite(uow, "t1", head)
    person = await redeemed(db, "t1", 77)
    assert person is not None
    assert (person.id, person.admin, person.language) == (head, True, "en")
    async with db.read() as uow:
        assert [admin.id for admin in await uow.people.admins()] == [head]


async def test_all_that_a_stranger_did_goes_over_to_the_person_he_turns_out_to_be(db: Database) -> None:
    async with db.write() as uow:
        ma = await enrolled(uow, "C1")
        await invite(uow, "t1", ma)
        met = (await uow.people.meet(77, "小马", None)).id
        other = (await uow.people.meet(78, "旁人", None)).id
        theirs = await reported(uow, other)
        item = await reported(uow, met)
        for action, actor in [(Action.SEND_OUT, None), (Action.CLAIM, met), (Action.SAY_DONE, met)]:
            item = await done(uow, item, action, actor)
        theirs, event = theirs.apply(Action.AMEND, at=NOW, actor=met, details=Details(reporter=met, about=met))
        await uow.items.save(theirs, event, None)
        theirs, event = theirs.apply(Action.AMEND, at=NOW, actor=other, details=Details(reporter=None, about=other))
        await uow.items.save(theirs, event, None)
        third, event = begin(3, Action.RAISE, at=NOW, actor=met, details=Details(kind=Kind.HELP, about=met))
        await uow.items.add(third, event, None)
        await uow.cards.want(item.number, Address(77), Face.RECEIPT, person=met)
        await uow.questions.ask(77, met, Asked.PLACE, item.number, NOW, None)
        await uow.messages.record(
            Posted(chat=77, message=5, subject="receipt", item=item.number, person=met, posted_at=NOW)
        )
        await uow.media.add(
            item.number, purpose="report", kind="photo", file="f", unique="u", size=1, by=met, at=NOW, due_at=None
        )
        tell = {"lane": Lane.ANSWER, "step": "s", "now": NOW}
        await uow.outbox.tell(MyReports(person=met), Address(77), key="1", person=met, **tell)
        await uow.outbox.tell(ProofQuestion(item=item.number, asked=met), Address(-1), key="2", **tell)
        await uow.outbox.tell(DismissQuestion(item=item.number, asked=other), Address(-1), key="3", **tell)
        await uow.outbox.tell(PlaceQuestion(item=met), Address(78), key="4", person=other, **tell)  # a number alike
        waiting = (Waiting(item=item.number, at=NOW),)
        await uow.outbox.tell(Reminder(waiting=waiting, mention=(other, met)), Address(-1), key="5", **tell)
        await uow.outbox.tell(HowIsIt(item=item.number, asked=met, at=NOW), Address(77), key="6", person=met, **tell)
        await uow.outbox.ended(6, "sent", message=60, now=NOW)  # it stands, and may be read anew
    person = await redeemed(db, "t1", 77)
    assert person is not None
    assert person.id == ma
    async with db.read() as uow:
        for number in (1, 2, 3):
            assert fold(number, await uow.items.history(number)) == await uow.items.get(number)
        mine = await uow.items.get(item.number)
        assert (mine.reporter, mine.claimed_by, mine.said_done_by) == (ma, ma, ma)
        assert [i.number for i in await uow.items.by_reporter(ma, 9)] == [item.number]
        assert (await uow.items.get(3)).about == ma
        named = [(e.actor, e.details.reporter, e.details.about) for e in await uow.items.history(theirs.number)]
        assert named == [(other, other, None), (ma, ma, ma), (other, None, other)]
        assert [card.person for card in await uow.cards.of_item(item.number)] == [ma]
        assert [question.person for question in await uow.questions.pending(77, ma)] == [ma]
        assert [medium.by for medium in await uow.media.of_item(item.number)] == [ma]
        posted = await uow.messages.find(77, 5)
        assert posted is not None
        assert posted.person == ma
        assert [telling.notice for telling in await uow.outbox.pending(NOW, 9)] == [
            MyReports(person=ma),
            ProofQuestion(item=item.number, asked=ma),
            DismissQuestion(item=item.number, asked=other),
            PlaceQuestion(item=met),
            Reminder(waiting=waiting, mention=(other, ma)),
        ]
        sent = await uow.outbox.sent_as(77, 60)
        assert sent is not None
        assert sent.notice == HowIsIt(item=item.number, asked=ma, at=NOW)
        ids = (await uow.link.run(select(tables.people.c.id))).scalars().all()
        assert met not in ids


async def test_posts_ties_and_records_of_both_are_joined(db: Database) -> None:
    async with db.write() as uow:
        old, new, mother, both = [await enrolled(uow, ref) for ref in ("X", "Y", "E1", "E2")]
        await uow.link.run(insert(tables.posts), {"person": old, "role": "worker", "area": "g1"})
        for family, elder in [(old, mother), (old, both), (new, both), (mother, old), (old, new)]:
            await uow.link.run(insert(tables.kin), {"family": family, "elder": elder})
        await uow.link.run(insert(tables.elders), {"person": old, "state": "joined", "mode": "button"})
        await reported(uow, old)
        for person in (old, new):
            await uow.questions.ask(-1, person, Asked.PROOF, 1, NOW, None)
        await merge(uow.link, old, new)
        assert (await uow.people.get(new)).posts == {Post(Role.COURIER, "g3"), Post(Role.WORKER, "g1")}
        ties = {tuple(row) for row in await uow.link.run(select(tables.kin.c.family, tables.kin.c.elder))}
        assert ties == {(new, mother), (new, both), (mother, new)}
        assert (await uow.link.run(select(tables.elders.c.person))).scalars().all() == [new]
        assert len(await uow.questions.pending(-1, new)) == 1


async def test_an_invite_opened_on_two_phones_at_once_is_used_by_one(db: Database) -> None:
    async with db.write() as uow:
        ma = await enrolled(uow, "C1")
        await invite(uow, "t1", ma)
    tries = await asyncio.gather(*(redeemed(db, "t1", user) for user in (77, 78, 79)))
    winner, *others = [person for person in tries if person is not None]
    assert not others
    async with db.read() as uow:
        assert await uow.people.get(ma) == winner


def test_every_column_that_names_a_person_is_thought_of() -> None:
    naming = {
        (table.name, column.name)
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "people" for key in column.foreign_keys)
    }
    assert naming == {(column.table.name, column.name) for column in NAMES_A_PERSON} | DESCRIBES_A_PERSON


@pytest.mark.parametrize("notice", get_args(get_args(notices.Notice)[0]), ids=lambda notice: notice.__name__)
def test_every_number_in_a_notice_is_known_to_be_a_person_or_not(notice: type[notices.Sentence]) -> None:
    no_person = {"item", "part", "kind", "checkin", "alert", "list", "again", "inquiry", "recording", "line", "share"}
    no_person |= {"pause", "alerts", "outage", "lists"}
    numbers = {name for name, field in notice.model_fields.items() if "int" in str(field.annotation)} - {"args"}
    assert numbers <= no_person | set(PERSON_FIELDS), "a person id here must be renamed when two people are merged"
