"""The port `Cards`: one card per place, edited until it shows what is wanted, however many changes came between."""

import asyncio

from care.domain.items import Action
from care.domain.notices import Lane
from care.services.ports import Address, Card, Face
from storage.database import Database
from storage.unit import Unit
from tests.contract.conftest import NOW, done, reported

GRID = Address(-100)
TOPIC = Address(-100, 4)
RIDER = Address(77)


async def only_card(uow: Unit, item: int = 1) -> Card:
    [card] = await uow.cards.of_item(item)
    return card


async def show(uow: Unit, card: Card, message: int | None = 500) -> None:
    await uow.cards.showed(card.id, card.wanted, message, has_photo=False, media_key=None, now=NOW)


async def test_a_wanted_card_lags_until_it_is_shown(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD, lane=Lane.ROUTINE)
        [card] = await uow.cards.lagging(10)
        assert card == Card(
            id=card.id,
            item=1,
            address=GRID,
            face=Face.CARD,
            message=None,
            has_photo=False,
            lane=Lane.ROUTINE,
            wanted=1,
            shown=0,
            posted=False,
        )
        await uow.cards.showed(card.id, 1, 500, has_photo=True, media_key="m1", now=NOW)
        assert await uow.cards.lagging(10) == []
        shown = await uow.cards.get(card.id)
        assert shown is not None
        assert (shown.message, shown.has_photo, shown.media_key, shown.posted, shown.shown) == (
            500,
            True,
            "m1",
            True,
            1,
        )


async def test_many_changes_are_one_edit(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD)
        await show(uow, await only_card(uow))
        for _ in range(3):
            await uow.cards.touch(1)
        [card] = await uow.cards.lagging(10)
        assert (card.wanted, card.shown, card.message) == (4, 1, 500)
        await uow.cards.touch(1)  # while it is being edited
        await show(uow, card)
        [card] = await uow.cards.lagging(10)
        assert (card.wanted, card.shown) == (5, 4)
        await show(uow, card, message=None)  # a server that does not tell the id again
        assert (await only_card(uow)).message == 500
        assert await uow.cards.lagging(10) == []


async def test_one_card_for_each_item_place_and_face(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await reported(uow, people[0])
        for _ in range(2):
            for item, address, face in [
                (1, GRID, Face.CARD),
                (1, TOPIC, Face.CARD),
                (1, RIDER, Face.RECEIPT),
                (1, RIDER, Face.CARD),
                (2, GRID, Face.CARD),
            ]:
                await uow.cards.want(item, address, face, person=people[0] if address is RIDER else None)
        cards = await uow.cards.of_item(1)
        assert [(card.address, card.face, card.wanted, card.person) for card in cards] == [
            (GRID, Face.CARD, 2, None),
            (TOPIC, Face.CARD, 2, None),
            (RIDER, Face.RECEIPT, 2, people[0]),
            (RIDER, Face.CARD, 2, people[0]),
        ]
        await uow.cards.touch(1, [Face.RECEIPT])
        assert [card.wanted for card in await uow.cards.of_item(1)] == [2, 2, 3, 2]
        assert (await only_card(uow, 2)).wanted == 2


async def test_two_who_want_the_same_card_at_once_get_one(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])

    async def want() -> None:
        async with db.write() as uow:
            await uow.cards.want(1, GRID, Face.CARD)

    await asyncio.gather(*(want() for _ in range(6)))
    async with db.read() as uow:
        assert (await only_card(uow)).wanted == 6


async def test_haste_only_grows_until_it_is_shown(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD, lane=Lane.ROUTINE)
        await uow.cards.touch(1, lane=Lane.URGENT)
        await uow.cards.touch(1, lane=Lane.BULK)
        await uow.cards.want(1, GRID, Face.CARD, lane=Lane.ANSWER)
        card = await only_card(uow)
        assert card.lane is Lane.URGENT
        await show(uow, card)
        await uow.cards.touch(1, lane=Lane.BULK)
        assert (await only_card(uow)).lane is Lane.BULK


async def test_lagging_cards_come_by_lane_then_by_the_age_of_the_wish(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        for lane in (Lane.ROUTINE, Lane.URGENT, Lane.ROUTINE, Lane.BULK):
            item = await reported(uow, people[0])
            await uow.cards.want(item.number, GRID, Face.CARD, lane=lane)
        await uow.cards.touch(1)  # waits no shorter for it
        assert [card.item for card in await uow.cards.lagging(10)] == [2, 1, 3, 4]
        assert [card.item for card in await uow.cards.lagging(2)] == [2, 1]
        await show(uow, await only_card(uow, 1))
        await uow.cards.touch(1)  # a new wish goes to the end of its lane
        cards = await uow.cards.lagging(10)
        assert [card.item for card in cards] == [2, 3, 1, 4]
        assert [card.item for card in await uow.cards.lagging(10, exclude=[cards[0].id, cards[2].id])] == [3, 4]


async def test_a_card_that_cannot_be_shown_is_left_alone_until_it_is_wanted_again(
    db: Database, people: list[int]
) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD, lane=Lane.URGENT)
        card = await only_card(uow)
        await uow.cards.give_up(card.id, "bot was kicked from the group")
        assert await uow.cards.lagging(10) == []
        await uow.cards.touch(1, lane=Lane.ROUTINE)
        [card] = await uow.cards.lagging(10)
        assert card.lane is Lane.ROUTINE


async def test_a_lost_message_is_posted_anew(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD)
        card = await only_card(uow)
        await uow.cards.showed(card.id, 1, 500, has_photo=True, media_key="m", now=NOW)
        await uow.cards.lost(card.id)
        [card] = await uow.cards.lagging(10)
        assert (card.message, card.posted, card.has_photo, card.media_key) == (None, False, False, None)
        await show(uow, card, 501)
        assert (await only_card(uow)).message == 501


async def test_a_dropped_card_is_forgotten_and_its_message_goes(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD)
        card = await only_card(uow)
        await show(uow, card)
        await uow.cards.drop(card.id)
        await uow.cards.drop(card.id)
        assert await uow.cards.of_item(1) == []
        assert await uow.cards.get(card.id) is None
        assert await uow.messages.wishes(10) == [(GRID.chat, 500, "gone")]
        await uow.cards.want(1, GRID, Face.VEILED)
        await uow.cards.want(1, GRID, Face.CARD)  # it may come back, as another message
        assert [c.message for c in await uow.cards.of_item(1)] == [None, None]


async def test_a_card_dropped_while_it_is_being_posted_goes_when_it_is_there(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD)
        card = await only_card(uow)
        await uow.cards.drop(card.id)
        assert await uow.messages.wishes(10) == []
        await show(uow, card)
        assert await uow.messages.wishes(10) == [(GRID.chat, 500, "gone")]
        assert await uow.cards.of_item(1) == []


async def test_a_message_whose_id_we_were_not_told_is_adopted(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD)
        await show(uow, await only_card(uow), message=None)
        await uow.cards.adopt(1, GRID.chat, Face.RECEIPT, 7)
        await uow.cards.adopt(1, -1, Face.CARD, 7)
        assert (await only_card(uow)).message is None
        await uow.cards.adopt(1, GRID.chat, Face.CARD, 7)
        await uow.cards.adopt(1, GRID.chat, Face.CARD, 8)  # it has one now
        card = await only_card(uow)
        assert (card.message, card.posted) == (7, True)


async def test_one_message_is_one_card_also_where_ids_come_up_again(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        for _ in range(2):
            item = await reported(uow, people[0])
            await uow.cards.want(item.number, GRID, Face.CARD)
        await show(uow, await only_card(uow, 1), 500)
        await uow.bindings.move_chat(GRID.chat, -200)
        await show(uow, await only_card(uow, 2), 500)  # the supergroup counts from one
        await uow.cards.touch(1)
        assert (await only_card(uow, 1)).message is None  # and so does not edit the other's
        assert (await only_card(uow, 2)).message == 500


async def test_what_a_chat_could_not_be_shown_is_wanted_again_once_it_can_be_reached(
    db: Database, people: list[int]
) -> None:
    async with db.write() as uow:
        for place in (GRID, TOPIC, RIDER):
            item = await reported(uow, people[0])
            await uow.cards.want(item.number, place, Face.CARD, lane=Lane.URGENT)
            await uow.cards.give_up((await only_card(uow, item.number)).id, "bot was kicked")
        await reported(uow, people[0])
        await uow.cards.want(4, GRID, Face.CARD)
        await show(uow, await only_card(uow, 4))
        assert await uow.cards.lagging(10) == []
        assert await uow.cards.revive(GRID.chat) == 2
        again = await uow.cards.lagging(10)
        assert [(card.item, card.lane) for card in again] == [(1, Lane.URGENT), (2, Lane.URGENT)]
        assert await uow.cards.revive(GRID.chat) == 0


async def test_of_what_is_over_only_messages_that_are_there_are_revived(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        for message in (500, None):
            item = await reported(uow, people[0])
            await uow.cards.want(item.number, GRID, Face.CARD)
            if message is not None:
                await show(uow, await only_card(uow, item.number), message)
                await uow.cards.touch(item.number)
            await uow.cards.give_up((await only_card(uow, item.number)).id, "bot was kicked")
            await done(uow, item, Action.DISMISS, people[0])
        assert await uow.cards.revive(GRID.chat) == 1
        [card] = await uow.cards.lagging(10)
        assert (card.item, card.message) == (1, 500)


async def test_a_dropped_card_is_not_revived(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD)
        card = await only_card(uow)
        await uow.cards.give_up(card.id, "bot was kicked")
        await uow.cards.drop(card.id)
        assert await uow.cards.revive(GRID.chat) == 0
        assert await uow.cards.lagging(10) == []


async def test_the_cards_in_a_chat_are_those_of_what_is_not_over(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        for place in (GRID, TOPIC, RIDER, GRID, GRID):
            item = await reported(uow, people[0])
            await uow.cards.want(item.number, place, Face.CARD)
        await uow.cards.drop((await only_card(uow, 4)).id)
        await done(uow, item, Action.DISMISS, people[0])
        assert [(card.item, card.address) for card in await uow.cards.in_chat(GRID.chat)] == [(1, GRID), (2, TOPIC)]
        assert [card.item for card in await uow.cards.in_chat(RIDER.chat)] == [3]
        assert await uow.cards.in_chat(-1) == []


async def test_a_retired_card_says_once_where_it_went(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD, lane=Lane.URGENT)
        card = await only_card(uow)
        await show(uow, card)
        await uow.cards.retire(card.id)
        assert await uow.cards.of_item(1) == []
        assert await uow.cards.in_chat(GRID.chat) == []
        [moved] = await uow.cards.lagging(10)
        assert (moved.face, moved.message, moved.lane) == (Face.MOVED, 500, Lane.ROUTINE)
        assert await uow.messages.wishes(10) == []  # the message stays
        await show(uow, moved)
        await uow.cards.touch(1)
        await uow.cards.touch(1, [Face.MOVED])
        assert await uow.cards.lagging(10) == []
        assert [c.id for c in await uow.cards.retired(1)] == [card.id]
        await uow.cards.retire(9999)  # there is none


async def test_an_item_may_leave_a_chat_twice(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        for message in (500, 501):
            await uow.cards.want(1, GRID, Face.CARD)
            card = await only_card(uow)
            await show(uow, card, message)
            await uow.cards.retire(card.id)
        assert [(c.message, c.face) for c in await uow.cards.retired(1)] == [(501, Face.MOVED)]
        assert await uow.messages.wishes(10) == []  # the elder one has said where it went


async def test_a_card_that_nobody_has_seen_just_goes(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        await reported(uow, people[0])
        await uow.cards.want(1, GRID, Face.CARD)
        card = await only_card(uow)
        await uow.cards.retire(card.id)
        assert (await uow.cards.of_item(1), await uow.cards.retired(1), await uow.cards.lagging(10)) == ([], [], [])
        await show(uow, card)  # it was on its way
        assert await uow.messages.wishes(10) == [(GRID.chat, 500, "gone")]
