"""Bindings that come and go, topics that go, a group that moves, and who is enrolled in a chat."""

from __future__ import annotations

from care.domain.notices import Lane, Menu, NoAdmin, OpenList
from care.domain.people import Post, Role
from care.services.enrolment import fingerprint
from care.services.ports import Address, Binding, Face, Posted, Step
from storage.database import Database
from storage.seeds import seed_bindings
from tests.contract.conftest import A_MINUTE, NOW, done, reported

CHAT, OTHER, TOPIC = -1001, -1002, 7


async def test_an_area_is_told_in_one_chat_at_a_time(db: Database) -> None:
    async with db.write() as uow:
        await uow.bindings.bind(Binding(area="g3", chat=CHAT, thread=TOPIC))
        await uow.bindings.bind(Binding(area="g3", chat=OTHER))
        await uow.bindings.bind(Binding(area="g2", chat=OTHER, audience="residents"))
        assert await uow.bindings.of_area("g3") == Binding(area="g3", chat=OTHER, audience="residents")
        assert await uow.bindings.of_chat(CHAT) == []
        await uow.bindings.unbind("g3")
        await uow.bindings.unbind("nowhere")
        assert [binding.area for binding in await uow.bindings.all()] == ["g2"]


async def test_the_config_does_not_bind_again_what_was_unbound(db: Database) -> None:
    seeds = [("g3", CHAT, None, "staff"), ("g2", CHAT, None, "residents")]
    async with db.write() as uow:
        await seed_bindings(uow, seeds)
        # neighbours are in that chat, whichever entry says so
        assert {binding.audience for binding in await uow.bindings.all()} == {"residents"}
        await uow.bindings.unbind("g3")
        await seed_bindings(uow, seeds)
        assert [binding.area for binding in await uow.bindings.all()] == ["g2"]


async def test_a_lost_group_is_found_again(db: Database) -> None:
    here, there = Binding(area="g3", chat=CHAT, thread=TOPIC), Binding(area="g2", chat=OTHER)
    async with db.write() as uow:
        for binding in (here, there):
            await uow.bindings.bind(binding)
        assert await uow.bindings.lose(CHAT, NOW) == [here]
        assert await uow.bindings.lose(CHAT, NOW + A_MINUTE) == []
        assert await uow.bindings.all() == [there]
        assert await uow.bindings.lost() == [here]
        assert (await uow.bindings.of_area("g3"), await uow.bindings.of_chat(CHAT)) == (None, [])
        assert await uow.bindings.find_again(CHAT) == [here]
        assert await uow.bindings.find_again(CHAT) == []
        assert await uow.bindings.of_area("g3") == here


async def test_an_area_that_is_bound_elsewhere_meanwhile_does_not_come_back(db: Database) -> None:
    async with db.write() as uow:
        await uow.bindings.bind(Binding(area="g3", chat=CHAT))
        await uow.bindings.lose(CHAT, NOW)
        await uow.bindings.bind(Binding(area="g3", chat=OTHER))
        assert await uow.bindings.find_again(CHAT) == []
        assert await uow.bindings.of_area("g3") == Binding(area="g3", chat=OTHER)


async def test_a_group_that_moves_twice_is_known_by_its_last_id(db: Database) -> None:
    async with db.write() as uow:
        await uow.bindings.bind(Binding(area="g3", chat=-1))
        await uow.bindings.lose(-1, NOW)
        await uow.bindings.move_chat(-1, -2)
        await uow.bindings.move_chat(-2, -3)
        assert [await uow.bindings.now_known_as(chat) for chat in (-1, -2, -3, 5)] == [-3, -3, -3, 5]
        assert await uow.bindings.of_area("g3") == Binding(area="g3", chat=-3)  # whoever tells of the move is there


async def test_what_stood_in_a_group_that_moved_is_posted_only_when_there_is_news(
    db: Database, people: list[int]
) -> None:
    async with db.write() as uow:
        item = await reported(uow, people[0])
        await uow.cards.want(item.number, Address(CHAT), Face.CARD)
        [card] = await uow.cards.of_item(item.number)
        await uow.cards.showed(card.id, card.wanted, 55, has_photo=True, media_key="x", now=NOW)
        await uow.bindings.move_chat(CHAT, OTHER)
        assert await uow.cards.lagging(5) == []
        await uow.cards.touch(item.number)
        [card] = await uow.cards.lagging(5)
        assert (card.address.chat, card.message, card.posted, card.has_photo) == (OTHER, None, False, False)


async def test_the_cards_of_a_deleted_topic_go_to_the_chat_itself(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await uow.bindings.bind(Binding(area="g3", chat=CHAT, thread=TOPIC))
        await uow.bindings.bind(Binding(area="g2", chat=CHAT, thread=8))
        numbers = []
        for thread in (TOPIC, TOPIC, TOPIC, 8):
            item = await reported(uow, people[0])
            numbers.append(item.number)
            await uow.cards.want(item.number, Address(CHAT, thread), Face.CARD)
            [card] = await uow.cards.of_item(item.number)
            await uow.cards.showed(card.id, card.wanted, 500 + item.number, has_photo=False, media_key=None, now=NOW)
        over = await uow.items.get(numbers[2])
        from care.domain.items import Action

        await done(uow, over, Action.DISMISS, people[0])
        [noticed] = await uow.cards.of_item(numbers[0])
        assert [b.area for b in await uow.bindings.leave_topic(CHAT, TOPIC)] == ["g3"]
        assert await uow.bindings.leave_topic(CHAT, TOPIC) == []
        await uow.cards.leave_topic(CHAT, TOPIC, posted=noticed.id)
        assert await uow.bindings.of_area("g3") == Binding(area="g3", chat=CHAT)
        assert await uow.bindings.of_area("g2") == Binding(area="g2", chat=CHAT, thread=8)
        stands = {n: (await uow.cards.of_item(n))[0] for n in numbers}
        assert [card.address.thread for card in stands.values()] == [None, None, None, 8]
        assert [card.message for card in stands.values()] == [500 + numbers[0], None, None, 500 + numbers[3]]
        assert [card.item for card in await uow.cards.lagging(9)] == [numbers[1]]


async def test_a_card_that_stands_in_the_chat_already_stays_the_only_one(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        item = await reported(uow, people[0])
        for place in (Address(CHAT), Address(CHAT, TOPIC)):
            await uow.cards.want(item.number, place, Face.CARD)
        general, topic = await uow.cards.of_item(item.number)
        await uow.cards.showed(topic.id, topic.wanted, 77, has_photo=False, media_key=None, now=NOW)
        await uow.cards.leave_topic(CHAT, TOPIC, posted=topic.id)
        assert [card.id for card in await uow.cards.of_item(item.number)] == [general.id]
        assert await uow.messages.wishes(5) == [(CHAT, 77, "gone")]


async def test_what_is_pending_of_one_sort_is_taken_back(db: Database) -> None:
    async with db.write() as uow:
        for n, (notice, thread, step) in enumerate(
            [(Menu(), None, Step.MENU), (Menu(), TOPIC, Step.MENU), (NoAdmin(), None, Step.NO_ADMIN)]
        ):
            await uow.outbox.tell(notice, Address(CHAT, thread), lane=Lane.ANSWER, step=step, key=str(n), now=NOW)
        assert await uow.outbox.take_back(Address(CHAT), Step.MENU) == 1
        assert [row.address.thread for row in await uow.outbox.pending(NOW, 5)] == [TOPIC, None]
        assert await uow.outbox.take_back(Address(CHAT), Step.MENU, any_topic=True) == 1
        assert await uow.outbox.take_back(Address(OTHER), Step.NO_ADMIN, any_topic=True) == 0
        [row] = await uow.outbox.pending(NOW, 5)
        await uow.outbox.revise(row.id, OpenList(person=3))
        changed = await uow.outbox.get(row.id)
        assert changed is not None
        assert changed.notice == OpenList(person=3)


async def test_who_is_enrolled_in_a_chat_becomes_who_he_is_by_his_invitation(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        helper = people[2]
        await uow.people.enrol(helper, Role.WORKER, "g3")
        await uow.people.enrol(helper, Role.WORKER, "g3")
        met = await uow.people.get(helper)
        assert (met.ref, met.posts) == (f"tg-{helper}", frozenset({Post(Role.WORKER, "g3")}))
        from sqlalchemy import insert

        from storage.tables import invites
        from storage.tables import people as table

        invited = (
            await uow.link.run(insert(table).values(ref="W77", name="孙强", building="3号楼", admin=False))
        ).inserted_primary_key[0]
        token = {"token_hash": fingerprint("t"), "person": invited, "role": "worker"}
        await uow.link.run(insert(invites).values(**token, created_at=NOW, expires_at=NOW + A_MINUTE))
        person = await uow.people.redeem(fingerprint("t"), met.telegram_id or 0, "", None, NOW)
        assert person is not None
        assert (person.id, person.ref) == (invited, "W77")
        assert Post(Role.WORKER, "g3") in person.posts
        assert await uow.people.building_of(invited) == "3号楼"
        assert await uow.people.building_of(people[0]) is None
        assert await uow.people.building_of(99999) is None


async def test_somebody_with_a_ref_keeps_it(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        from sqlalchemy import update

        from storage.tables import people as table

        await uow.link.run(update(table).where(table.c.id == people[0]).values(ref="C1"))
        await uow.people.enrol(people[0], Role.WORKER, "g3")
        assert (await uow.people.get(people[0])).ref == "C1"


async def test_a_wished_message_stands_no_more(db: Database) -> None:
    async with db.write() as uow:
        for message, subject in ((1, "menu"), (2, "open_list"), (3, "menu")):
            posted = Posted(chat=CHAT, message=message, subject=subject, item=None, person=None, posted_at=NOW)
            await uow.messages.record(posted)
        await uow.messages.wish_gone(CHAT, 1, NOW)
        assert [posted.message for posted in await uow.messages.standing(CHAT, "menu")] == [3]
