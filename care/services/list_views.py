"""What somebody needs to know of a list to show it: read anew each time it is rendered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from care.domain.elders import Form, Title, surname_of
from care.domain.items import Item
from care.domain.knocking import knock_of
from care.domain.name_lists import Sort, end_of
from care.domain.rules import Rules
from care.domain.states import Ending
from care.domain.tally import Tally
from care.services.list_names import OnList, on_list
from care.services.mornings import Day, is_away, names_by_id, phone_free, read_day
from care.services.naming import Named
from care.services.ports import GroupList, Hearing, ListName, UnitOfWork
from care.services.rungs import told_with
from care.services.views import name_of


class Kinfolk(StrEnum):
    """How far her family has got, in a word; the end of a key, as in `lists.family_told`."""

    TOLD = "told"  # 家里人在联系
    COMING = "coming"
    NO_ANSWER = "no_answer"  # they cannot reach her either
    UNREACHABLE = "unreachable"  # 家属联系不上
    NONE = "none"  # nobody is on file


@dataclass(frozen=True, kw_only=True)
class SilentLine:
    """One of the silent. `ended_at`: of her own answer the moment that her message bears."""

    on: OnList
    named: Named
    kin: Kinfolk
    claimer: str | None
    pledger: str | None  # whose claim does not count yet
    maybe_answered: bool  # something of hers was still unread when it was raised
    knocked: bool  # 🔕 nobody opened
    spoke: bool  # a voice of hers has come since, and waits to be heard
    ender: str | None
    ended_at: datetime | None

    @property
    def item(self) -> Item:
        """What her silence has become."""
        return self.on.item


@dataclass(frozen=True, kw_only=True)
class VoiceLine:
    """One elder whose voice waits: how many of hers do, the first of them, and when that was sent."""

    named: Named
    recording: int
    count: int
    since: datetime
    added_at: datetime  # the last of them


@dataclass(frozen=True, kw_only=True)
class ListView:
    """A list with names in place of ids. `tally`: of all that are counted on a list of the silent.

    `heard`, `raised`: of voices that wait here no more, how many somebody has heard, and how many nobody heard in time.
    """

    row: GroupList
    area: str | None
    silent: Sequence[SilentLine] = ()
    voices: Sequence[VoiceLine] = ()
    heard: int = 0
    raised: int = 0
    tally: Tally | None = None
    paused: int = 0
    phone_free: int = 0

    @property
    def missing(self) -> Sequence[SilentLine]:
        """Who has still to be seen or heard."""
        return [line for line in self.silent if line.item.live]


async def list_view(uow: UnitOfWork, row: GroupList, now: datetime, rules: Rules) -> ListView:
    """The list as it stands now."""
    if row.sort is Sort.VOICES:
        return await _voices(uow, row, now, rules)
    names = await on_list(uow, row)
    area = rules.tree.get(row.area)
    scope = await _scope(uow, [one.item.area for one in names], rules) if row.sort is Sort.SILENT else frozenset()
    before = end_of(row.day, row.half, rules.zone, rules.checkin.early_from)
    day = await read_day(uow, scope, row.day, now, before)
    members = await uow.lists.members(scope)
    return ListView(
        row=row,
        area=area.name if area else None,
        silent=await _silent_lines(uow, names, day, now, rules),
        tally=day.tally if row.sort is Sort.SILENT else None,
        paused=sum(1 for one in members if is_away(one, row.day)),
        phone_free=phone_free(members, row.day),
    )


async def _scope(uow: UnitOfWork, homes: Collection[str | None], rules: Rules) -> frozenset[str]:
    """All areas whose people are told where those on the list are."""
    known = {home for home in homes if home is not None}
    return frozenset().union(*(await told_with(uow, known, rules)).values())


async def _silent_lines(
    uow: UnitOfWork, names: Sequence[OnList], day: Day, now: datetime, rules: Rules
) -> list[SilentLine]:
    known = await names_by_id(uow, {one.name.elder for one in names}, now, rules)
    return [await _silent_line(uow, one, known, day) for one in names]


async def _silent_line(uow: UnitOfWork, one: OnList, known: Mapping[int, Named], day: Day) -> SilentLine:
    item = one.item
    ended_at = item.resolved_at
    if item.ending is Ending.HERSELF:
        ended_at = day.sign_at(one.name.elder) or ended_at
    return SilentLine(
        on=one,
        named=known.get(one.name.elder) or await _by_surname(uow, one.name),
        kin=await _kin_of(uow, one) if item.live else Kinfolk.NONE,
        claimer=await name_of(uow, item.claimed_by),
        pledger=await name_of(uow, item.pledged_by),
        knocked=item.live and knock_of(await uow.items.history(item.number)) is not None,
        spoke=item.live and day.spoke(one.name.elder),
        maybe_answered=item.live and any(one.maybe_answered for one in await uow.checkins.of_item(item.number)),
        ender=await name_of(uow, item.resolved_by),
        ended_at=ended_at,
    )


async def _by_surname(uow: UnitOfWork, name: ListName) -> Named:
    """She is no elder on file any more, as after she was erased: still never the bare full name."""
    person = await uow.people.get(name.elder)
    return Named(Title(person.called, Form.UNKNOWN, surname_of(person.name)), None, None)


async def _kin_of(uow: UnitOfWork, one: OnList) -> Kinfolk:
    """What matters to who would go: is her family at it, and did it help?"""
    alerts = await uow.alerts.of_item(one.item.number)
    answers = {alert.answer for alert in alerts}
    if "coming" in answers:
        return Kinfolk.COMING
    if any(alert.answer is None and alert.failed_at is None for alert in alerts):
        return Kinfolk.TOLD
    if "no_answer" in answers:
        return Kinfolk.NO_ANSWER
    if alerts or await uow.elders.family_of(one.name.elder):
        return Kinfolk.UNREACHABLE
    return Kinfolk.NONE


async def _voices(uow: UnitOfWork, row: GroupList, now: datetime, rules: Rules) -> ListView:
    names = await uow.lists.names(row.id)
    waiting: dict[int, list[ListName]] = {}
    for name in names:
        if name.waits:
            waiting.setdefault(name.elder, []).append(name)
    known = await names_by_id(uow, waiting, now, rules)
    lines = [
        VoiceLine(
            named=known.get(elder) or await _by_surname(uow, voices[0]),
            recording=voices[0].recording or 0,
            count=len(voices),
            since=min(voice.sent_at or voice.added_at for voice in voices),
            added_at=voices[-1].added_at,
        )
        for elder, voices in waiting.items()
    ]
    fates = Counter(name.hearing for name in names)
    return ListView(row=row, area=None, voices=lines, heard=fates[Hearing.HEARD], raised=fates[Hearing.RAISED])
