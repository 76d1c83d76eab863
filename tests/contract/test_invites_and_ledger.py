"""Invitations and the ledger on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from care.domain.checkins import CheckInRules, How, Why
from care.domain.errors import Refused
from care.domain.items import Action
from care.domain.notices import Lane, Sentence
from care.domain.people import Role
from care.domain.planning import checkins_of
from care.services import enrolment
from care.services.ports import Address, Binding, Seen
from storage import ledger
from storage.database import Database
from storage.invites import give_out, invitees, is_on_file
from storage.ledger import Span
from storage.tables import bindings, history, invites, people, posts
from storage.telling_tables import outbox
from tests.contract.conftest import NOW, done, reported
from tests.contract.test_elders import an_elder
from tests.contract.test_redeem import enrolled

A_DAY = timedelta(days=1)
WHOLE = Span(start=NOW - A_DAY, end=NOW + A_DAY)


async def enrol(db: Database, ref: str, role: Role, *areas: str, telegram: int | None = None) -> int:
    async with db.write() as uow:
        new = insert(people).values(ref=ref, name=f"Name {ref}", telegram_id=telegram, admin=False)
        person = (await uow.link.run(new.returning(people.c.id))).scalar_one()
        for area in areas:
            await uow.link.run(insert(posts).values(person=person, role=role, area=area))
    return int(person)


async def tokens_on_file(db: Database) -> list[Any]:
    async with db.read() as uow:
        return list((await uow.link.run(select(invites).order_by(invites.c.id))).all())


async def given(db: Database, person: int, token: str, *, role: Role = Role.WORKER, days: int = 30) -> int:
    hashes = [(person, enrolment.fingerprint(token))]
    return await give_out(db, role, hashes, now=NOW, expires_at=NOW + days * A_DAY)


async def opens(db: Database, token: str, user: int, at: datetime = NOW) -> int:
    """The person that this user becomes by the link."""
    async with db.write() as uow:
        return (await enrolment.redeem(uow, token, user, "whoever", None, at)).id


async def refusal(db: Database, token: str, user: int, at: datetime = NOW) -> str:
    with pytest.raises(Refused) as refused:
        await opens(db, token, user, at)
    return refused.value.key


async def test_who_can_be_invited_in_a_role(db: Database) -> None:
    one = await enrol(db, "W1", Role.WORKER, "g1", "g2")
    await enrol(db, "W2", Role.WORKER, "", telegram=5)
    await enrol(db, "K1", Role.COURIER, "g1")
    async with db.write() as uow:
        await uow.people.meet(99, "somebody", None)
    found = await invitees(db, Role.WORKER)
    assert [(i.ref, i.name, i.areas, i.linked) for i in found] == [
        ("W1", "Name W1", ("g1", "g2"), False),
        ("W2", "Name W2", (), True),
    ]
    assert found[0].person == one
    assert await is_on_file(db, "K1")
    assert not await is_on_file(db, "K2")


async def test_a_link_opens_once_and_for_one_person(db: Database) -> None:
    worker = await enrol(db, "W1", Role.WORKER, "g1")
    await given(db, worker, "secret-token")
    [row] = await tokens_on_file(db)
    assert "secret-token" not in str(row)  # only its hash is kept
    assert await opens(db, "secret-token", 700) == worker
    assert await opens(db, "secret-token", 700) == worker  # he presses it again
    assert await refusal(db, "secret-token", 701) == "start.link_used"


async def test_a_link_is_good_for_its_time_and_not_a_second_longer(db: Database) -> None:
    worker = await enrol(db, "W1", Role.WORKER, "g1")
    await given(db, worker, "t")
    assert await refusal(db, "t", 700, NOW + 30 * A_DAY) == "start.link_expired"
    assert await opens(db, "t", 700, NOW + 30 * A_DAY - timedelta(seconds=1)) == worker


async def test_a_link_that_nobody_made_is_refused(db: Database) -> None:
    assert await refusal(db, "guessed", 700) == "start.link_unknown"


async def test_who_is_on_the_roster_cannot_take_anothers_link(db: Database) -> None:
    await enrol(db, "F1", Role.FAMILY, "g1", telegram=700)
    mother = await enrol(db, "E1", Role.ELDER, "g1")
    await given(db, mother, "t", role=Role.ELDER)
    assert await refusal(db, "t", 700) == "start.link_others"
    assert await opens(db, "t", 701) == mother  # the link is still hers


async def test_a_new_link_ends_the_older_one_of_the_same_role_only(db: Database) -> None:
    person = await enrol(db, "L2", Role.WORKER, "g1")
    assert await given(db, person, "old") == 0
    assert await given(db, person, "other role", role=Role.ELDER) == 0
    assert await given(db, person, "new") == 1
    assert await refusal(db, "old", 700) == "start.link_unknown"
    assert await opens(db, "new", 700) == person
    assert await given(db, person, "newest") == 0  # a used one is history
    assert len(await tokens_on_file(db)) == 3


async def test_many_links_are_written_in_steps_and_none_is_lost(db: Database) -> None:
    async with db.write() as uow:
        rows = [{"ref": f"W{n}", "name": "x", "admin": False} for n in range(600)]
        await uow.link.run(insert(people), rows)
        ids = (await uow.link.run(select(people.c.id))).scalars().all()
    hashes = [(person, f"{person:064}") for person in ids]
    assert await give_out(db, Role.WORKER, hashes, now=NOW, expires_at=NOW + A_DAY) == 0
    assert [(row.person, row.token_hash) for row in await tokens_on_file(db)] == hashes


async def records(db: Database, span: Span = WHOLE) -> list[Any]:
    return [record async for record in ledger.records(db, span)]


async def settled(db: Database, reporter: int, worker: int) -> int:
    async with db.write() as uow:
        item = await reported(uow, reporter)
        item = await done(uow, item, Action.SEND_OUT, None, NOW + timedelta(minutes=3))
        item = await done(uow, item, Action.CLAIM, worker, NOW + timedelta(minutes=5))
    return item.number


async def test_the_ledger_tells_an_items_history_by_refs_and_without_words(db: Database) -> None:
    worker = await enrol(db, "W1", Role.WORKER, "g1")
    async with db.write() as uow:
        stranger = (await uow.people.meet(5550001, "小马", None)).id
    number = await settled(db, stranger, worker)
    [record] = await records(db)
    assert (record["type"], record["number"], record["state"], record["kind"]) == ("item", number, "claimed", "report")
    assert record["opened_at"] == NOW + timedelta(minutes=3)
    assert [(event["who"], event["action"]) for event in record["history"]] == [
        (f"tg-{stranger}", "report"),
        (None, "send_out"),  # time itself
        ("W1", "claim"),
    ]
    assert record["history"][0]["at"] == NOW
    assert not any(word in str(record) for word in ("路灯", "5550001", "小马"))


@pytest.mark.parametrize(
    ("start", "end", "is_in"),
    [
        (-1, 0, False),  # ends where the history begins: the end is not included
        (-1, 1, True),
        (2, 4, True),  # one event of three lies within
        (5, 9, True),
        (6, 9, False),
    ],
)
async def test_an_item_is_told_when_its_history_touches_the_span(
    db: Database, people: list[int], start: int, end: int, is_in: bool
) -> None:
    await settled(db, people[0], people[1])
    span = Span(start=NOW + timedelta(minutes=start), end=NOW + timedelta(minutes=end))
    found = await records(db, span)
    assert [len(record["history"]) for record in found] == ([3] if is_in else [])


async def test_the_ledger_tells_who_was_told(db: Database) -> None:
    worker = await enrol(db, "W1", Role.WORKER, "g1", telegram=5)
    number = await settled(db, worker, worker)
    async with db.write() as uow:
        await uow.link.run(insert(bindings).values(area="g1", chat=-7, thread=3, audience="staff"))
        assert await uow.bindings.of_area("g1") == Binding(area="g1", chat=-7, thread=3)
        for step, to, person in (
            ("place", Address(5), worker),
            ("again", Address(-7, 3), None),
            ("x", Address(-8), None),
        ):
            notice = Sentence(key="start.link_used", item=number)
            await uow.outbox.tell(notice, to, lane=Lane.ANSWER, step=step, key=step, now=NOW, person=person)
        [first, *_] = await uow.outbox.pending(NOW, 10)
        await uow.outbox.ended(first.id, "sent", message=9, now=NOW + timedelta(seconds=2))
    told = [record for record in await records(db) if record["type"] == "telling"]
    assert told[0] == {
        "type": "telling",
        "item": number,
        "recipient": "W1",
        "step": "place",
        "state": "sent",
        "at": NOW + timedelta(seconds=2),
    }
    assert [(record["recipient"], record["state"], record["at"]) for record in told[1:]] == [
        ("area:g1", "pending", NOW),
        ("chat", "pending", NOW),
    ]


async def test_a_long_ledger_is_read_page_by_page(db: Database, people: list[int], monkeypatch: Any) -> None:
    for _ in range(5):
        await settled(db, people[0], people[1])
    monkeypatch.setattr(ledger, "PAGE", 2)
    monkeypatch.setattr(ledger, "_ITEMS", ledger._ITEMS.limit(2))
    monkeypatch.setattr(ledger, "_TELLINGS", ledger._TELLINGS.limit(2))
    async with db.write() as uow:
        for n in range(5):
            await uow.outbox.tell(
                Sentence(key="start.link_used"), Address(n), lane=Lane.BULK, step="s", key=f"{n}", now=NOW
            )
    found = await records(db)
    assert [record["number"] for record in found if record["type"] == "item"] == [1, 2, 3, 4, 5]
    assert len([record for record in found if record["type"] == "telling"]) == 5


async def test_the_ledger_and_the_tables_speak_of_the_same_utc(db: Database, people: list[int]) -> None:
    await settled(db, people[0], people[1])
    [record] = await records(db)
    assert {event["at"].tzinfo for event in record["history"]} == {UTC}
    async with db.read() as uow:
        assert len((await uow.link.run(select(history.c.seq))).all()) == len(record["history"])
        assert (await uow.link.run(select(outbox.c.id))).all() == []


async def test_the_ledger_tells_what_a_check_in_came_to_and_who_has_looked(db: Database) -> None:
    async with db.write() as uow:
        wang, li = await an_elder(uow, "E1"), await enrolled(uow, "W1", Role.WORKER)
        zone, rules = ZoneInfo("Asia/Shanghai"), CheckInRules()
        today, evening = checkins_of(wang, NOW.astimezone(zone).date(), (time(8), time(20)), zone, rules)
        await uow.checkins.plan([today, evening])
        kept = next(one for one in await uow.checkins.since([wang], today.day) if one.due_at == today.due_at)
        await uow.checkins.save(kept.found_well(li, NOW, Why.SEEN, How.VISIT), None)
        await uow.looks.note(li, wang, Seen.SHEET, NOW)
    span = Span(start=NOW - timedelta(days=1), end=NOW + timedelta(days=1))
    checkin, look = [record async for record in ledger.records(db, span)]  # the evening's has not come to anything
    assert (checkin["ref"], checkin["at"], checkin["outcome"]) == ("E1", today.due_at, "ok")
    assert {name: checkin["evidence"][name] for name in ("why", "how", "by", "at")} == {
        "why": "seen", "how": "visit", "by": "W1", "at": NOW,
    }  # fmt: skip
    assert look == {"type": "look", "who": "W1", "whom": "E1", "at": NOW, "what": "sheet", "item": None}
