"""How it is with the elders today, in a few lines; the coordinators' line at ten; who has not joined yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from care.domain.rules import Rules
from care.domain.tally import Lot, Tally
from care.services.mornings import Day, Today
from care.services.naming import Named
from handlers.content import Content
from handlers.render.name_lists import short_area
from handlers.render.speaker import TEXT_LIMIT, Speaker, escape, units

_MISSING = (Lot.WATCHED, Lot.NOBODY, Lot.SILENT)
_OTHERWISE = (Lot.HOSPITAL, Lot.AWAY, Lot.SETTLED)


def today(view: Today, say: Speaker, rules: Rules) -> Content:
    """`今日报平安 53/60`, then who has not; with names where the reader may know them, else numbers only."""
    counts = view.day.tally
    total = counts.asked + counts.count(Lot.NOT_YET)
    if not (total or view.paused or view.not_joined or view.phone_free):
        return Content(text=say("today.not_begun"))
    lines = [say("today.head", well=counts.well, asked=total)]
    if len(view.grids) > 1:
        lines += [_grid(view, grid, say, rules) for grid in view.grids]
    else:
        lines += _who("today.missing", view.day.who(*_MISSING), view.names, say)
    lines += _count("today.settled", counts.count(*_OTHERWISE), say)
    lines += _count("today.not_yet", counts.count(Lot.NOT_YET), say)
    lines += _who("today.not_asked", view.day.who(Lot.NOT_ASKED), view.names, say)
    lines += _who("today.paused", view.paused, view.names, say)
    lines += _count("today.not_joined", view.not_joined, say)
    lines += _count("today.phone_free", view.phone_free, say)
    return Content(text=fitting(lines, say))


def morning_report(day: Day, say: Speaker, rules: Rules) -> Content | None:
    """`今早 720 位：702 平安，14 有人在看，4 没人接（三网格 3，七网格 1）`; None where nobody was to be asked."""
    counts = day.tally
    if not counts.asked:
        return None
    nobody = [(grid, day.of_grid(grid, rules).count(Lot.NOBODY)) for grid in day.grids(rules)]
    parts = [say("morning.well", count=counts.well)]
    parts += _count("morning.watched", counts.count(Lot.WATCHED), say)
    if counts.count(Lot.NOBODY):
        grids = [say("morning.grid", area=_area(grid, rules), count=count) for grid, count in nobody if count]
        joined = say("lists.comma").join(grids)
        parts.append(say("morning.nobody", count=counts.count(Lot.NOBODY), grids=joined))
    parts += _count("morning.silent", counts.count(Lot.SILENT), say)
    parts += _count("morning.settled", counts.count(*_OTHERWISE), say)
    parts += _count("morning.not_asked", counts.count(Lot.NOT_ASKED), say)
    return Content(text=say("morning.report", asked=counts.asked, parts=say("lists.comma").join(parts)))


def not_joined(grids: Mapping[str, Sequence[int]], names: Mapping[int, Named], say: Speaker, rules: Rules) -> Content:
    """Who was invited and has not agreed yet, grid by grid."""
    lines = [say("not_joined.head", count=sum(len(who) for who in grids.values()))]
    for grid, who in grids.items():
        area = rules.tree.get(grid)
        name = escape(area.name if area else rules.community)
        if all(one in names for one in who):
            lines.append(say("not_joined.grid", area=name, names=_names(who, names, say)))
        else:
            lines.append(say("not_joined.grid_count", area=name, count=len(who)))
    return Content(text=fitting(lines, say))


def fitting(lines: Sequence[str], say: Speaker) -> str:
    """The lines within one message; what does not fit is counted."""
    room = TEXT_LIMIT - 60
    kept: list[str] = []
    for line in lines:
        room -= units(line) + 1
        if room < 0:
            return "\n".join([*kept, say("lists.more", count=len(lines) - len(kept))])
        kept.append(line)
    return "\n".join(kept)


def _grid(view: Today, grid: str, say: Speaker, rules: Rules) -> str:
    """`第三网格 43/45，未报：王奶奶 3号楼`."""
    counts: Tally = view.day.of_grid(grid, rules)
    area = rules.tree.get(grid)
    name = escape(area.name if area else rules.community)
    head = say("today.grid", area=name, well=counts.well, asked=counts.asked + counts.count(Lot.NOT_YET))
    missing = view.day.in_grid(grid, rules, *_MISSING)
    return say("lists.comma").join([head, *_who("today.missing", missing, view.names, say)])


def _who(key: str, elders: Sequence[int], names: Mapping[int, Named], say: Speaker) -> list[str]:
    if not elders:
        return []
    if all(elder in names for elder in elders):
        return [say(key, names=_names(elders, names, say))]
    return [say(f"{key}_count", count=len(elders))]


def _names(elders: Iterable[int], names: Mapping[int, Named], say: Speaker) -> str:
    return say("lists.between").join(escape(say.named(names[elder])) for elder in elders)


def _count(key: str, count: int, say: Speaker) -> list[str]:
    return [say(key, count=count)] if count else []


def _area(grid: str, rules: Rules) -> str:
    area = rules.tree.get(grid)
    return escape(short_area(area.name)) if area else escape(rules.community)
