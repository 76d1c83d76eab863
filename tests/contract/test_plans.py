"""What the bot asks again and again is found by an index, however much has piled up."""

from typing import Any

import pytest
from sqlalchemy import event

from care.services.ports import Address
from storage.database import Database
from storage.unit import Unit
from tests.contract.conftest import NOW, Home

HOT = {
    "outbox": lambda uow: uow.outbox.pending(NOW, 20, [1, 2]),
    "outbox, next": lambda uow: uow.outbox.next_pending(NOW),
    "alarms": lambda uow: uow.outbox.pending_alarms(NOW, 4, [1]),
    "alarms, next": lambda uow: uow.outbox.next_alarm(NOW),
    "outbox, supersede": lambda uow: uow.outbox.supersede(1, ["ask"]),
    "cards": lambda uow: uow.cards.lagging(20, [1]),
    "cards of an item": lambda uow: uow.cards.of_item(1),
    "cards, retired": lambda uow: uow.cards.retired(1),
    "cards in a chat": lambda uow: uow.cards.in_chat(-1),
    "cards, revived": lambda uow: uow.cards.revive(-1),
    "outbox, superseded in a chat": lambda uow: uow.outbox.supersede_in(1, -1),
    "outbox, taken back": lambda uow: uow.outbox.take_back(Address(-1), "menu"),
    "a topic's cards": lambda uow: uow.cards.leave_topic(-1, 7),
    "a group's id": lambda uow: uow.bindings.now_known_as(-1),
    "a group's bindings": lambda uow: uow.bindings.of_chat(-1),
    "messages of an item": lambda uow: uow.messages.of_item(1),
    "cards, touched": lambda uow: uow.cards.touch(1),
    "inbox": lambda uow: uow.inbox.waiting(20, [1]),
    "inbox, count": lambda uow: uow.inbox.waits(),
    "inbox, done": lambda uow: uow.inbox.failed(1, "x"),
    "items due": lambda uow: uow.items.due(NOW, 20),
    "items due in a chat": lambda uow: uow.items.due_in([-1], NOW, 20),
    "item due": lambda uow: uow.items.is_due(1, NOW),
    "items by number": lambda uow: uow.items.several([1, 2]),
    "items in hand": lambda uow: uow.items.in_hand(1),
    "lists due": lambda uow: uow.lists.due(NOW, 20),
    "lists of an item": lambda uow: uow.lists.of_item(1),
    "lists of an elder": lambda uow: uow.lists.of_elder(1, NOW),
    "lists that count her": lambda uow: uow.lists.counting(1, NOW.date()),
    "lists in a chat": lambda uow: uow.lists.in_chat(-1),
    "a list's names": lambda uow: uow.lists.names(1),
    "a day's check-ins": lambda uow: uow.lists.day_lines(["g3"], NOW.date()),
    "who takes part": lambda uow: uow.lists.members(["g3"]),
    "messages standing in a chat": lambda uow: uow.messages.standing(-1, "reminder"),
    "outbox, sent as": lambda uow: uow.outbox.sent_as(-1, 1),
    "outbox, told": lambda uow: uow.outbox.told(1, ["ask"]),
    "who acted of late": lambda uow: uow.people.seen_acting(["g3"], NOW, 5),
    "items of a person": lambda uow: uow.items.by_reporter(1, 5),
    "items, count": lambda uow: uow.items.count_reports(1, NOW),
    "questions": lambda uow: uow.questions.pending(1, 1),
    "questions due": lambda uow: uow.questions.due(NOW, 20),
    "what is live about an elder": lambda uow: uow.items.live_about(1, ["sos"]),
    "inquiries": lambda uow: uow.inquiries.pending(1, 1),
    "inquiries due": lambda uow: uow.inquiries.due(NOW, 20),
    "voices of an elder": lambda uow: uow.recordings.unheard_of(1),
    "voices of an item": lambda uow: uow.recordings.of_item(1),
    "voices due": lambda uow: uow.recordings.due(NOW, 20),
    "whom we have reached": lambda uow: uow.messages.reached(1),
    "what comes due next": lambda uow: uow.next_dues(),
    "media due": lambda uow: uow.media.due(NOW, 20),
    "media, next due": lambda uow: uow.media.next_due(),
    "an album": lambda uow: uow.media.of_album("a"),
    "a message": lambda uow: uow.messages.find(1, 1),
    "check-ins due": lambda uow: uow.checkins.due(NOW, 20),
    "check-ins by id": lambda uow: uow.checkins.several([1, 2]),
    "check-ins of an elder": lambda uow: uow.checkins.of_elder(1, NOW),
    "check-ins of a day": lambda uow: uow.checkins.of_day(["g3"], NOW.date()),
    "check-ins of an item": lambda uow: uow.checkins.of_item(1),
    "check-ins, the last sign": lambda uow: uow.checkins.last_sign(1),
    "check-ins hit by an outage": lambda uow: uow.checkins.hit(NOW, NOW),
    "check-ins undecided": lambda uow: uow.checkins.undecided(NOW),
    "outages due": lambda uow: uow.outages.due(NOW, 20),
    "outages of late": lambda uow: uow.outages.deaf_since(NOW),
    "outbox, superseded of a check-in": lambda uow: uow.outbox.supersede_checkin(1),
    "inbox, unread of a chat": lambda uow: uow.inbox.unread_since([1, 2]),
    "a person": lambda uow: uow.people.by_telegram(1),
    "workers": lambda uow: uow.people.holding(["worker"], ["g3"]),
}


async def plan_of(db: Database, query: Any) -> list[str]:
    """SQLite's plan of the statements that the query runs."""
    seen: list[tuple[str, Any]] = []

    @event.listens_for(db._engines.write.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, params: Any, _context: Any, _many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            seen.append((statement, params))

    async with db.write() as uow:
        await query(uow)
        return [step for statement, params in list(seen) for step in await explained(uow, statement, params)]


async def explained(uow: Unit, statement: str, params: Any) -> list[str]:
    connection = uow.link._connection
    rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", params)
    return [row.detail for row in rows]


@pytest.mark.parametrize("name", HOT)
async def test_it_never_goes_through_a_whole_table(sqlite_home: Home, name: str) -> None:
    async with sqlite_home.database() as db:
        async with db.write() as uow:
            await uow.people.meet(1, "x", None)
            await uow.inbox.add([(1, 1, "x")], NOW)
        plan = await plan_of(db, HOT[name])
    assert plan
    whole = [step for step in plan if step.startswith("SCAN") and "USING" not in step and step != "SCAN CONSTANT ROW"]
    assert not whole
