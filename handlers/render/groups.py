"""What a group, and those over it, read of the group itself: whose it is, who is in it, its menu."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from care.domain.areas import Area
from care.domain.items import Item
from care.services.ports import Binding
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.card import title
from handlers.render.speaker import Speaker, escape, shorten

Rows = tuple[tuple[Button, ...], ...]
_MOST_AREAS = 24  # more buttons than this nobody reads; the rest is bound by its name
_MOST_WARNINGS = 5
_LONGEST_LABEL = 40


def which_area(
    areas: Sequence[Area], bound: Sequence[Binding], chat: int, say: Speaker, *, missed: bool = False
) -> Content:
    """Which of the areas that he coordinates is told here? Those without a group first."""
    elsewhere = {binding.area: binding.chat for binding in bound}
    ranked = sorted(areas, key=lambda area: area.id in elsewhere)
    twice = {name for name, count in Counter(area.name for area in areas).items() if count > 1}
    buttons = []
    for area in ranked[:_MOST_AREAS]:
        name = f"{area.name} ({area.id})" if area.name in twice else area.name
        mark = "" if area.id not in elsewhere else " ✓" if elsewhere[area.id] == chat else say("bind.taken")
        buttons.append(Button(shorten(name, _LONGEST_LABEL) + mark, Press(B.BIND_AREA, 0, area.id).pack()))
    lines = [say("bind.missed")] if missed else []
    lines.append(say("bind.which"))
    if len(ranked) > _MOST_AREAS:
        lines.append(say("bind.more", area=escape(ranked[-1].name)))
    return Content(text="\n".join(lines), buttons=pairs(buttons))


def who_is_here(area: Area, say: Speaker) -> Content:
    """Only people who work here, or neighbours too?"""
    staff = Button(say("button.staff"), Press(B.BIND_STAFF, 0, area.id).pack())
    residents = Button(say("button.residents"), Press(B.BIND_RESIDENTS, 0, area.id).pack())
    text = f"<b>{escape(area.name)}</b>\n{say('bind.who')}"
    return Content(text=text, buttons=((staff,), (residents,)))


def bound_here(area: Area, audience: str, workers: int, unmanned: Sequence[Area], say: Speaker) -> Content:
    """The line that proves that it works: whose group it is, who is in it, and what is missing."""
    who = say("bind.residents" if audience == "residents" else "bind.staff")
    lines = [say("bind.done", area=escape(area.name)), who, say("bind.workers", count=workers)]
    lines += ["⚠️ " + say("watch.no_worker", area=escape(grid.name)) for grid in unmanned[:_MOST_WARNINGS]]
    if len(unmanned) > _MOST_WARNINGS:
        lines.append(say("bind.more_unmanned", count=len(unmanned) - _MOST_WARNINGS))
    return Content(text="\n".join(lines))


def which_leaves(areas: Sequence[Area], say: Speaker) -> Content:
    """Of several areas: which one is not told here any more?"""
    buttons = [Button(shorten(area.name, _LONGEST_LABEL), Press(B.UNBIND, 0, area.id).pack()) for area in areas]
    return Content(text=say("unbind.which"), buttons=pairs(buttons))


def menu(say: Speaker, *, residents: bool) -> Content:
    """For people who type no slashes. Where neighbours are in the group, nothing of the elders."""
    rows: list[tuple[Button, ...]] = [(Button(say("button.menu_open"), Press(B.MENU_OPEN).pack()),)]
    if not residents:
        today = Button(say("button.menu_today"), Press(B.MENU_TODAY).pack())
        rows.append((today, Button(say("button.menu_pause"), Press(B.MENU_PAUSE).pack())))
    return Content(text=say("menu.head"), buttons=tuple(rows), silent=True, pin=True)


def helping_hand(item: Item, person: int, name: str, say: Speaker) -> Content:
    """To a coordinator: somebody who is not enrolled can go."""
    text = say("hands.question", number=item.number, what=title(item, say), name=escape(name))
    button = Button(say("button.enrol"), Press(B.ENROL, item.number, str(person)).pack())
    return Content(text=text, buttons=((button,),))


def enrolled_hand(item: Item, name: str, claimer: str | None, say: Speaker, *, his: bool) -> Content:
    """It has been answered: he is enrolled, and who has the item."""
    lines = [say("hands.enrolled", name=escape(name))]
    if his and item.live:
        lines.append(say("hands.goes", number=item.number, name=escape(name)))
    elif claimer is not None and item.live:
        lines.append(say("hands.taken", number=item.number, name=escape(claimer)))
    elif not item.live:
        lines.append(say("refused.ended", number=item.number))
    return Content(text="\n".join(lines))


def pairs(buttons: Sequence[Button]) -> Rows:
    """Two a row."""
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
