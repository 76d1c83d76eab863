"""What the bot has to tell: what waits, what is on its way, and how much has been told today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from bot.demo.known import Reading
from bot.sandbox.records import Json
from care.services.ports import Telling
from storage.database import Database
from storage.ledger import Span, telling_records

MOST_ROWS = 30
FAR = datetime(9000, 1, 1, tzinfo=UTC)  # whatever waits may go by then


async def outbox(look: Reading) -> Json:
    """Rows that wait or are on their way, the most urgent first, and cards whose message lags behind."""
    rows = [*await look.uow.outbox.pending_alarms(FAR, MOST_ROWS), *await look.uow.outbox.pending(FAR, MOST_ROWS)]
    cards = await look.uow.cards.lagging(MOST_ROWS)
    areas = await _areas(look)
    names = await look.elders(row.person for row in rows if row.person is not None)
    return {
        "rows": [await _row(look, row, areas, names) for row in rows],
        "cards": sorted({card.item for card in cards}),
        "unread": await look.uow.inbox.waits(),
    }


async def told_today(db: Database, look: Reading) -> Mapping[str, int]:
    """What became of what was to be told since midnight, counted by its end; of what waits nothing."""
    midnight = datetime.combine(look.now.astimezone(look.rules.zone).date(), time(), look.rules.zone)
    span = Span(start=midnight.astimezone(UTC), end=midnight.astimezone(UTC) + timedelta(days=2))
    ends = Counter([record["state"] async for record in telling_records(db, span)])
    return {end: ends[end] for end in ("sent", "failed", "expired")}


async def _row(look: Reading, row: Telling, areas: Mapping[int, str], names: Mapping[int, str]) -> Json:
    private = row.person is not None and row.address.chat > 0
    person = (await look.uow.people.get(row.person)).name if private and row.person is not None else None
    return {
        "lane": row.lane,
        "step": row.step,
        "item": row.item,
        "to": names.get(row.person or 0) or person if private else areas.get(row.address.chat),
        "place": "alarm" if row.address.chat == 0 else "phone" if private else "group",
        "from": row.not_before.isoformat(),
        "sending": row.state == "sending",
        "attempts": row.attempts,
    }


async def _areas(look: Reading) -> Mapping[int, str]:
    """What each group is called, by the areas that are told there."""
    named: dict[int, list[str]] = {}
    for binding in await look.uow.bindings.all():
        area = look.rules.tree.get(binding.area)
        named.setdefault(binding.chat, []).append(area.name if area is not None else binding.area)
    return {chat: "、".join(found) for chat, found in named.items()}
