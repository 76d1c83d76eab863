"""Greetings that pause: whose, for how long, that they do, that they go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from care.domain.away import Absence
from care.domain.elders import ElderRecord, Pause, PauseWhy
from care.domain.namesakes import plain_building
from care.services.naming import Named
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.groups import pairs
from handlers.render.speaker import TEXT_LIMIT, Speaker, escape, shorten, units

MOST_NAMES = 24  # buttons that one still finds a name among; with more the building is asked first
MOST_AWAY = 12
_LONGEST = 40  # characters of a label

Names = Mapping[int, Named]


def whom(
    elders: Sequence[ElderRecord], names: Names, say: Speaker, *, until: date | None, missed: bool, house: int | None
) -> Content:
    """Whose? Those who are away are named above, with a button to bring them back."""
    away = [elder for elder in elders if elder.pause is not None and _holds(elder.pause, say)]
    at_home = [elder for elder in elders if elder not in away]
    lines = [say("pause.missed" if missed else "pause.whom")]
    lines += [say("pause.away_line", elder=_named(one, names, say), when=_back(one.pause, say)) for one in away]
    rows = [_resume(one, names, say) for one in away[:MOST_AWAY]] if house is None else []
    if len(at_home) > MOST_NAMES and house is None:
        choices = _houses(at_home, say)
    else:
        word = until.isoformat() if until is not None else ""
        here = [one for one in at_home if house is None or _lives_with(one, house, elders)]
        choices = [
            Button(shorten(say.named(names[one.id]), _LONGEST), Press(B.PAUSE_WHO, one.id, word).pack())
            for one in here[:96]
        ]
    text = "\n".join(lines)
    return Content(text=shorten(text, TEXT_LIMIT), buttons=(*pairs(choices), *((row,) for row in rows)))


def who_is_back(elders: Sequence[ElderRecord], names: Names, say: Speaker, *, missed: bool) -> Content:
    """Who is greeted again?"""
    away = [elder for elder in elders if elder.pause is not None and _holds(elder.pause, say)]
    if not away:
        return Content(text=say("pause.nobody_away"))
    rows = tuple((_resume(one, names, say),) for one in away[:96])
    return Content(text=say("pause.missed" if missed else "pause.who_is_back"), buttons=rows)


def how_long(elder: ElderRecord, names: Names, say: Speaker) -> Content:
    """For how many days?"""
    buttons = [Button(say(f"away.{one}"), Press(B.PAUSE_LONG, elder.id, one).pack()) for one in Absence]
    return Content(text=say("pause.how_long", elder=_named(elder, names, say)), buttons=tuple(pairs(buttons)))


def settled(elder: ElderRecord, names: Names, say: Speaker) -> Content:
    """What is so now."""
    named = _named(elder, names, say)
    if elder.pause is None or not _holds(elder.pause, say):
        return Content(text=say("pause.greeted", elder=named))
    button = Button(say("button.resume"), Press(B.RESUME, elder.id).pack())
    if elder.pause.until is None:
        return Content(text=say("pause.open", elder=named), buttons=((button,),))
    day = full_day(elder.pause.until, say)
    return Content(text=say("pause.until", elder=named, day=day), buttons=((button,),))


def going_on(elders: Sequence[ElderRecord], names: Names, say: Speaker) -> Content:
    """`明天起照常问候：王奶奶 3号楼、…`: one line, as many names as one message holds."""
    room = TEXT_LIMIT - 100
    kept: list[str] = []
    for elder in elders:
        named = _named(elder, names, say)
        room -= units(named) + 1
        if room < 0:
            break
        kept.append(named)
    listed = say("pause.and").join(kept)
    if len(kept) < len(elders):
        listed = say("pause.and_more", names=listed, count=len(elders) - len(kept))
    return Content(text=say("pause.going_on", names=listed), silent=True)


def question(elder: ElderRecord, pause: Pause, say: Speaker, *, herself: bool) -> Content:
    """还在外面吗？"""
    year = say.now.astimezone(say.zone).year
    name = say.to_elder(elder.title(year)) if herself else say.elder(elder.title(year))
    key = "pause.ask_hospital" if pause.why is PauseWhy.HOSPITAL else "pause.ask"
    buttons = (
        Button(say("button.still_away"), Press(B.STILL_AWAY, elder.id).pack()),
        Button(say("button.back_home"), Press(B.BACK_HOME, elder.id).pack()),
    )
    return Content(text=say(key, elder=escape(name)), buttons=((buttons[0],), (buttons[1],)))


def answered(elder: ElderRecord, say: Speaker, *, back: bool, herself: bool) -> Content:
    """What became of the question."""
    year = say.now.astimezone(say.zone).year
    name = say.to_elder(elder.title(year)) if herself else say.elder(elder.title(year))
    return Content(text=say("pause.is_back" if back else "pause.is_away", elder=escape(name)))


def unanswered(elders: Sequence[ElderRecord], names: Names, say: Speaker) -> Content:
    """To a coordinator: nobody knows whether these are back."""
    lines = [say("pause.unanswered", count=len(elders))]
    for elder in elders[:MOST_NAMES]:
        since = elder.pause.since if elder.pause is not None else say.now
        lines.append(say("pause.unanswered_line", elder=_named(elder, names, say), since=say.date(since)))
    if len(elders) > MOST_NAMES:
        lines.append(say("open.more", count=len(elders) - MOST_NAMES))
    rows = tuple((_resume(one, names, say),) for one in elders[:MOST_NAMES])
    return Content(text="\n".join(lines), buttons=rows)


def full_day(day: date, say: Speaker) -> str:
    """`12月1日`, or with its year where that is not this one."""
    key = "time.date" if day.year == say.now.astimezone(say.zone).year else "time.full_date"
    return say(key, **({} if key == "time.date" else {"year": day.year}), month=day.month, day=day.day)


def _holds(pause: Pause, say: Speaker) -> bool:
    return pause.holds(say.now.astimezone(say.zone).date())


def _back(pause: Pause | None, say: Speaker) -> str:
    if pause is None or pause.until is None:
        return say("pause.some_day")
    return say("pause.from_day", day=full_day(pause.until, say))


def _named(elder: ElderRecord, names: Names, say: Speaker) -> str:
    return escape(say.named(names[elder.id]))


def _resume(elder: ElderRecord, names: Names, say: Speaker) -> Button:
    label = say("button.resume_who", elder=say.named(names[elder.id]))
    return Button(shorten(label, _LONGEST), Press(B.RESUME, elder.id).pack())


def _houses(elders: Sequence[ElderRecord], say: Speaker) -> list[Button]:
    """A button a building, meant by one who lives there."""
    first: dict[str, ElderRecord] = {}
    count: dict[str, int] = {}
    for elder in elders:
        house = plain_building(elder.building)
        first.setdefault(house, elder)
        count[house] = count.get(house, 0) + 1
    return [
        Button(
            shorten(f"{first[house].building or say('pause.no_house')} ({count[house]})", _LONGEST),
            Press(B.PAUSE_HOUSE, first[house].id).pack(),
        )
        for house in sorted(first, key=_by_number)[:96]
    ]


def _by_number(house: str) -> tuple[int, str]:
    """3号楼 before 12号楼."""
    digits = "".join(sign for sign in house if sign.isdecimal())
    return (int(digits[:9]) if digits else 0, house)


def _lives_with(elder: ElderRecord, other: int, elders: Sequence[ElderRecord]) -> bool:
    house = next((one.building for one in elders if one.id == other), None)
    return plain_building(elder.building) == plain_building(house)
