"""The ports `People` and `Bindings`: who is known, where whom to tell, and what the config seeds once."""

import asyncio

import pytest
from sqlalchemy import delete, insert, update

from care.domain.errors import NotFound
from care.domain.notices import Help, Lane
from care.domain.people import Person, Post, Role
from care.services.ports import Address, Asked, Binding, Face, Posted
from storage import tables
from storage.database import Database
from storage.seeds import seed_admins, seed_bindings
from storage.unit import Unit
from tests.contract.conftest import NOW, reported


async def hold(uow: Unit, person: int, role: Role, area: str = tables.WHOLE_TREE) -> None:
    await uow.link.run(insert(tables.posts), {"person": person, "role": role.value, "area": area})


async def test_somebody_is_met_once_and_keeps_his_id(db: Database) -> None:
    async with db.write() as uow:
        assert await uow.people.by_telegram(7_000_000_000) is None
        new = await uow.people.meet(7_000_000_000, "小马", "zh")
        assert new == Person(id=new.id, name="小马", telegram_id=7_000_000_000, language="zh")
        assert not new.enrolled
    async with db.write() as uow:
        assert await uow.people.meet(7_000_000_000, "another name", "en") == new
        assert await uow.people.by_telegram(7_000_000_000) == new
        assert await uow.people.get(new.id) == new
        with pytest.raises(NotFound):
            await uow.people.get(new.id + 1)


async def test_two_updates_at_once_meet_one_person(db: Database) -> None:
    async def meet() -> Person:
        async with db.write() as uow:
            return await uow.people.meet(55, "小马", None)

    met = await asyncio.gather(*(meet() for _ in range(8)))
    assert len({person.id for person in met}) == 1


async def test_a_language_is_remembered(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await uow.people.set_language(people[0], "en")
        assert (await uow.people.get(people[0])).language == "en"
        assert (await uow.people.get(people[1])).language is None
        with pytest.raises(NotFound):
            await uow.people.set_language(999, "en")


async def test_people_are_found_by_what_they_are_to_which_area(db: Database, people: list[int]) -> None:
    li, zhao, wang, sun = people[:4]
    async with db.write() as uow:
        await hold(uow, li, Role.WORKER, "g3")
        await hold(uow, li, Role.COURIER, "g2")
        await hold(uow, zhao, Role.LIAISON, "g3")
        await hold(uow, wang, Role.COORDINATOR)
        await hold(uow, sun, Role.WORKER, "g2")
        found = await uow.people.holding([Role.WORKER, Role.LIAISON], ["g3"])
        assert [person.id for person in found] == [li, zhao]
        assert found[0].posts == {Post(Role.WORKER, "g3"), Post(Role.COURIER, "g2")}
        assert [p.id for p in await uow.people.holding([Role.COORDINATOR, Role.WORKER], [None, "g2"])] == [wang, sun]
        assert await uow.people.holding([Role.COORDINATOR], ["g2"]) == []
        assert await uow.people.holding([], ["g2"]) == []
        assert (await uow.people.get(wang)).posts == {Post(Role.COORDINATOR, None)}


async def test_admins_are_whom_the_config_names_now(db: Database) -> None:
    async with db.write() as uow:
        known = await uow.people.meet(1, "老王", None)
        await seed_admins(uow, [1, 2])
        assert [(p.telegram_id, p.name) for p in await uow.people.admins()] == [(1, "老王"), (2, "")]
        await seed_admins(uow, [2, 3])
        assert [p.telegram_id for p in await uow.people.admins()] == [2, 3]
        assert not (await uow.people.get(known.id)).admin
        assert (await uow.people.meet(3, "新来的", None)).name == "新来的"  # of whom the config knew no name
        await seed_admins(uow, [])
        assert await uow.people.admins() == []


async def test_the_config_binds_an_area_once_for_ever(db: Database) -> None:
    async with db.write() as uow:
        await seed_bindings(uow, [("g3", -1, None, "staff"), ("g2", -2, 7, "residents")])
        assert await uow.bindings.all() == [
            Binding(area="g2", chat=-2, thread=7, audience="residents"),
            Binding(area="g3", chat=-1, thread=None, audience="staff"),
        ]
        await uow.link.run(update(tables.bindings).where(tables.bindings.c.area == "g3").values(chat=-11))
        await uow.link.run(delete(tables.bindings).where(tables.bindings.c.area == "g2"))  # /unbind
        await seed_bindings(uow, [("g3", -1, None, "staff"), ("g2", -2, 7, "residents"), ("g1", -11, 5, "staff")])
        assert await uow.bindings.of_area("g3") == Binding(area="g3", chat=-11)
        assert await uow.bindings.of_area("g2") is None
        assert [b.area for b in await uow.bindings.of_chat(-11)] == ["g1", "g3"]
        assert await uow.bindings.of_chat(-2) == []


async def test_all_of_a_group_goes_along_when_it_becomes_a_supergroup(db: Database, people: list[int]) -> None:
    old, new, item = -5, -100_000_000_005, 1
    async with db.write() as uow:
        await seed_bindings(uow, [("g3", old, None, "staff"), ("g3b", old, 4, "staff")])
        await reported(uow, people[0])
        await uow.cards.want(item, Address(old), Face.CARD)
        await uow.cards.want(item, Address(old, 4), Face.CARD)
        await uow.messages.record(Posted(chat=old, message=9, subject="card", item=item, person=None, posted_at=NOW))
        await uow.messages.wish_gone(old, 9, NOW)
        await uow.questions.ask(old, people[0], Asked.PROOF, item, NOW, None)
        await uow.outbox.tell(Help(person=people[0]), Address(old), lane=Lane.ANSWER, step="s", key="k", now=NOW)
        for _ in range(2):  # twice is once
            await uow.bindings.move_chat(old, new)
        assert {b.chat for b in await uow.bindings.all()} == {new}
        assert {card.address for card in await uow.cards.of_item(item)} == {Address(new), Address(new, 4)}
        assert (await uow.messages.find(old, 9)) is not None  # what stands there stays, its id means nothing elsewhere
        assert await uow.messages.find(new, 9) is None
        assert await uow.messages.wishes(5) == []
        assert await uow.bindings.now_known_as(old) == new
        assert await uow.bindings.now_known_as(new) == new
        assert len(await uow.questions.pending(new, people[0])) == 1
        assert [t.address.chat for t in await uow.outbox.pending(NOW, 5)] == [new]


async def test_what_the_supergroup_has_already_stays_as_it_is(db: Database, people: list[int]) -> None:
    old, new, item = -5, -100_000_000_005, 1
    async with db.write() as uow:
        await reported(uow, people[0])
        for chat in (old, new):
            await uow.cards.want(item, Address(chat), Face.CARD)
            subject = "card" if chat == old else "receipt"
            await uow.messages.record(
                Posted(chat=chat, message=9, subject=subject, item=item, person=None, posted_at=NOW)
            )
            await uow.messages.wish_bare(chat, 9, NOW)
            await uow.questions.ask(chat, people[0], Asked.PROOF, item, NOW, None)
        await uow.bindings.move_chat(old, new)
        assert [card.address for card in await uow.cards.of_item(item)] == [Address(new)]
        kept = await uow.messages.find(new, 9)
        assert kept is not None
        assert kept.subject == "receipt"
        assert await uow.messages.wishes(5) == [(new, 9, "bare")]
        assert len(await uow.questions.pending(new, people[0])) == 1
