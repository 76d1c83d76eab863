"""What stands in the bot's database about one kind of thing, in words of ours that the page has sentences for.

Never a phone, an address, a health note or anybody's own words: elders are named as in the group's lists. Nothing is
worked out twice: what comes next is said by the same functions by which the bot goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.records import Json
from care.domain.checkins import CheckIn, Do
from care.domain.due import next_look, pledge_until
from care.domain.items import Item
from care.domain.ladder import Reason, steps
from care.domain.rules import Rules
from care.domain.silence import next_step
from care.domain.states import LISTED, LIVE, State
from care.services.ahead import ahead
from care.services.mornings import names_by_id
from care.services.ports import UnitOfWork
from care.services.views import name_of
from handlers.render.speaker import Speaker

STEPS_TOLD = 2  # of what lies ahead of one item


@dataclass(frozen=True)
class Coming:
    """Something that time will do. `what` is a word that the page has a sentence for; `whom` as in `Ahead`."""

    at: datetime
    what: str
    whom: str | None = None

    def view(self) -> Json:
        """For the page."""
        return {"at": self.at.isoformat(), "what": self.what, "whom": self.whom}


@dataclass(frozen=True)
class Reading:
    """One look into the database: everything that is read belongs to the same moment."""

    uow: UnitOfWork
    rules: Rules
    now: datetime

    async def elders(self, ids: Iterable[int]) -> Mapping[int, str]:
        """`王奶奶 3号楼`, as her workers read it, by person id."""
        say = Speaker(self.rules.language, self.rules.zone, self.now)
        found = await names_by_id(self.uow, set(ids), self.now, self.rules)
        return {elder: say.named(named) for elder, named in found.items()}


# --- items -----------------------------------------------------------------------------------------------------------


async def items(look: Reading) -> list[tuple[Item, Json, list[Coming]]]:
    """What is live or being reported, the worst first; with what will happen to each by itself."""
    found = await look.uow.items.in_states([State.DRAFT, *sorted(LIVE)])
    names = await look.elders(item.about for item in found if item.about is not None)
    told = []
    for item in sorted(found, key=lambda one: (-one.severity.rank, one.number)):
        coming = await _ahead_of(look, item)
        area = look.rules.tree.get(item.area)
        view = {
            "number": item.number,
            "kind": item.kind,
            "category": item.category,
            "severity": item.severity,
            "state": "held" if item.held else item.state,
            "about": names.get(item.about) if item.about is not None else None,
            "area": area.name if area is not None else None,
            "holder": await name_of(look.uow, item.claimed_by),
            "pledger": await name_of(look.uow, item.pledged_by),
            "since": (item.since or item.created_at).isoformat(),
            "ahead": [one.view() for one in coming[:STEPS_TOLD]],
        }
        told.append((item, view, coming))
    return told


async def _ahead_of(look: Reading, item: Item) -> list[Coming]:
    """What time will do to it, the soonest first; what has come due already is on its way, and not announced."""
    if not item.live:
        at = next_look(item, look.now, look.rules)
        return [Coming(at, "list_held" if item.held else "send_out")] if at is not None else []
    coming = []
    if (until := pledge_until(item, look.rules)) is not None:
        coming.append(Coming(until, "fall_away"))
    if (promised := item.progress.promised_until if item.progress is not None else None) is not None:
        coming.append(Coming(promised, "promise_ends"))
    known = await ahead(look.uow, item, look.now, look.rules)
    if known is not None:
        coming += [Coming(known.climb_at, "climb", known.climb_whom)] if known.climb_at else []
        coming += [Coming(known.remind_at, "remind")] if known.remind_at and item.kind not in LISTED else []
        coming += [Coming(known.ask_at, "ask_claimer")] if known.ask_at else []
        coming += [Coming(at, "lapse") for at in _lapses(item, look.rules)] if promised is None else []
    return sorted((one for one in coming if one.at > look.now), key=lambda one: one.at)


def _lapses(item: Item, rules: Rules) -> list[datetime]:
    if item.progress is None or item.policy is None:
        return []
    known = steps(item.progress, item.policy, rules.quiet.holding(item))
    return [step.at for step in known if step.reason is Reason.LAPSE]


# --- check-ins -------------------------------------------------------------------------------------------------------


async def checkins(look: Reading) -> list[tuple[CheckIn, Json, Coming | None]]:
    """Those of today and tomorrow, in the order they are due, by the names of the elders."""
    uow, rules = look.uow, look.rules
    today = look.now.astimezone(rules.zone).date()
    areas = list(rules.tree.areas)
    found = [one for day in (today, today + timedelta(days=1)) for one in await uow.checkins.of_day(areas, day)]
    asked = [one.asked_at for one in found if one.asked_at is not None]
    deaf = await uow.outages.deaf_since(min(asked)) if asked else []
    names = await look.elders({one.elder for one in found})
    told = []
    for one in sorted((one.heard_but(deaf) for one in found), key=lambda one: (one.due_at, names.get(one.elder, ""))):
        step = next_step(one, rules.checkin)
        coming = Coming(step[0], f"checkin_{step[1]}") if step is not None and step[1] is not Do.NOTHING else None
        view = {
            "name": names.get(one.elder, "?"),
            "today": one.day == today,
            "due": one.due_at.isoformat(),
            "outcome": one.outcome,
            "why": one.why,
            "how": one.how,
            "by": await name_of(uow, one.by) if one.by is not None and one.by != one.elder else None,
            "asked": _iso(one.asked_at),
            "sign": _iso(one.sign_at),
            "reminded": one.reminded,
            "family": _iso(one.family_at),
            "away": int(one.away.total_seconds() // 60),
            "maybe": one.maybe_answered,
            "item": one.item,
            "ahead": coming.view() if coming is not None else None,
        }
        told.append((one, view, coming))
    return told


# --- what is due next ------------------------------------------------------------------------------------------------

_TOLD_ABOVE = ("item", "checkin")  # each for itself, with names


async def due(
    look: Reading,
    of_items: Sequence[tuple[Item, Json, list[Coming]]],
    of_checkins: Sequence[tuple[CheckIn, Json, Coming | None]],
) -> list[Json]:
    """Everything that time will do, soonest first: one line for all to whom the same happens at one moment."""
    lines: dict[tuple[datetime, str, str | None], list[str]] = {}
    for item, _, coming in of_items:
        for one in coming:
            lines.setdefault((one.at, one.what, one.whom), []).append(f"#{item.number}")
    for _, view, step in of_checkins:
        if step is not None:
            lines.setdefault((step.at.replace(microsecond=0), step.what, None), []).append(view["name"])
    for name, at in (await look.uow.next_dues()).items():
        if name not in _TOLD_ABOVE:
            lines.setdefault((at, f"due_{name}", None), [])
    return [
        {"at": at.isoformat(), "what": what, "whom": whom, "who": who}
        for (at, what, whom), who in sorted(lines.items(), key=lambda line: line[0][:2])
    ]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
