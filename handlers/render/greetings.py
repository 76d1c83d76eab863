"""How an elder is greeted, and how her group reads of greetings that came late, or never."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import time

from care.domain.elders import Title
from care.services.naming import Named
from care.services.ports import Outage
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.speaker import TEXT_LIMIT, Speaker, escape, units

# Until when it is so called, by the wall clock.
_UNTIL = (("morning", time(11)), ("noon", time(14)), ("afternoon", time(18)))
PARTS = (*(name for name, _ in _UNTIL), "evening")
_ROOM = TEXT_LIMIT - 200

Buildings = Mapping[str, Sequence[str]]


def greeting(checkin: int, again: int, title: Title, say: Speaker) -> Content:
    """`王奶奶早上好！今天一切都好吗？` with her key; `again`: the second question, which is a different one."""
    local = say.now.astimezone(say.zone).time()
    part = next((name for name, until in _UNTIL if local < until), PARTS[-1])
    asked = {0: f"greeting.ask_{part}", 1: f"greeting.again_{part}"}.get(again, "greeting.once_more")
    text = say(asked, name=escape(say.to_elder(title)))
    return Content(text=text, buttons=((Button(say("key.well"), Press(B.WELL, checkin).pack()),),))


def outage_news(outage: Outage, late: Sequence[Named], never: Sequence[Named], say: Speaker) -> Content:
    """Who was not greeted, then who was greeted late, by building; where that is too long, numbers only."""
    began, ended = say.at(outage.began_at), say.at(outage.ended_at)
    heads = [
        (say("outage.never", began=began, ended=ended, count=len(never)), never),
        (say("outage.late", began=began, ended=ended, count=len(late)), late),
    ]
    return _listed([(head, named) for head, named in heads if named], say)


def never_reached(named: Sequence[Named], say: Speaker) -> Content:
    """Whose phones have never taken a greeting."""
    return _listed([(say("greeting.never_reached", count=len(named)), named)], say)


def _listed(paragraphs: Sequence[tuple[str, Sequence[Named]]], say: Speaker) -> Content:
    full = "\n\n".join("\n".join([head, *_by_name(_buildings(named, say), say)]) for head, named in paragraphs)
    if units(full) <= _ROOM:
        return Content(text=full)
    short = "\n\n".join("\n".join([head, *_by_number(_buildings(named, say), say)]) for head, named in paragraphs)
    return Content(text=short if units(short) <= _ROOM else "\n\n".join(head for head, _ in paragraphs))


def _buildings(named: Sequence[Named], say: Speaker) -> Buildings:
    """Names by building, as a walk through the yards would have them: 3号楼 before 12号楼."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in named:
        found[one.building or say("greeting.elsewhere")].append(say.short_name(one))
    return {building: found[building] for building in sorted(found, key=_as_counted)}


def _by_name(buildings: Buildings, say: Speaker) -> list[str]:
    comma = say("greeting.comma")
    return [
        say("greeting.building", building=escape(building), names=escape(comma.join(names)))
        for building, names in buildings.items()
    ]


def _by_number(buildings: Buildings, say: Speaker) -> list[str]:
    return [
        say("greeting.building_count", building=escape(building), count=len(names))
        for building, names in buildings.items()
    ]


def _as_counted(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
