"""A relative writes something while an alarm is open: which alarm it may be about, and what he wrote, kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from care.domain.elders import ElderRecord, ElderState
from care.domain.family import ENDED_BY_FAMILY
from care.domain.items import Item, Severity
from care.domain.people import Person, Role
from care.locale import LANGUAGES, say
from care.services.kin import STALE
from care.services.ports import Alert, Inquired, UnitOfWork


@dataclass(frozen=True)
class OpenAlarm:
    """Something that he was told and that is not over."""

    alert: Alert
    elder: ElderRecord
    item: Item | None

    @property
    def is_silence(self) -> bool:
        """Whether nothing is known but that she has not answered."""
        return self.item is None or self.item.kind in ENDED_BY_FAMILY


async def open_alarms(uow: UnitOfWork, who: Person, now: datetime) -> Sequence[OpenAlarm]:
    """What he was told within a day and is not over, of each elder the latest; not what she herself called small."""
    if Role.FAMILY not in who.roles:
        return []
    found = []
    for elder in await uow.elders.watched_by(who.id):
        for alert in await uow.alerts.unended(elder.id, who.id):
            item = await uow.items.get(alert.item) if alert.item is not None else None
            over = item is not None and (not item.live or item.severity is Severity.NORMAL)
            if alert.sent_at is not None and now - alert.told_at <= STALE and not over:
                found.append(OpenAlarm(alert, elder, item))
                break
    return found


async def worry(uow: UnitOfWork, who: Person, now: datetime) -> Sequence[OpenAlarm]:
    """He worries before anybody has missed her: an alarm that is his own, of each elder he watches over."""
    found = []
    for elder in await uow.elders.watched_by(who.id):
        if elder.state is ElderState.LEFT:
            continue
        row = await uow.alerts.open(elder.id, who.id, now)
        if row is not None:
            await uow.alerts.sent(row, now)  # it was he who said it
            found.append(OpenAlarm(await uow.alerts.get(row), elder, None))
    return found


def named_in(text: str, alarms: Sequence[OpenAlarm], year: int) -> Sequence[OpenAlarm]:
    """Those whose form of address or name he writes; all where he writes none."""
    named = [alarm for alarm in alarms if any(name in text for name in _names(alarm.elder, year))]
    return named or alarms


async def keep_words(uow: UnitOfWork, who: Person, chat: int, elder: int, words: str, now: datetime) -> None:
    """He is asked what he means by them; until he says so they are no report and not lost either."""
    await forget_words(uow, who, chat)
    await uow.inquiries.ask(chat, who.id, Inquired.FAMILY, elder, now, None, words)


async def forget_words(uow: UnitOfWork, who: Person, chat: int) -> str:
    """He has answered; what he had written."""
    words = ""
    for inquiry in await uow.inquiries.pending(chat, who.id):
        if inquiry.asked is Inquired.FAMILY:
            words = words or inquiry.words
            await uow.inquiries.close(inquiry.id)
    return words


def _names(elder: ElderRecord, year: int) -> Sequence[str]:
    title = elder.title(year)
    spoken = {say(language, f"title.{title.form}", surname=title.surname) for language in LANGUAGES}
    return [name for name in {*spoken, title.called or "", elder.person.name} if name]
