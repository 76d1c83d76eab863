"""What an elder hears back: one warm line for her ✅, a short one for whatever else she says; never a flood of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from care.domain.elders import ElderRecord, ElderState
from care.domain.notices import WarmAnswer
from care.domain.rules import Rules
from care.services.acts import tell_person
from care.services.meeting import needs_keys
from care.services.ports import Step, UnitOfWork

LINES = 20  # warm lines in the catalogue: one for each day, in turn
_ONE_OF_A_KIND = timedelta(minutes=5)  # several messages in a row get one answer
_ANOTHER_WELL = timedelta(minutes=1)  # ✅ again and again


async def answer_well(uow: UnitOfWork, elder: ElderRecord, settled: bool, now: datetime, rules: Rules) -> None:
    """To ✅ 我很好: praise for the first one ever, else the day's warm line, once for each check-in; then a short one.

    `settled`: a check-in had waited for it.
    """
    if elder.state is not ElderState.JOINED:
        await _tell(uow, elder, f"well_{elder.state}", f"{_span(now, timedelta(hours=1))}", now)
        return
    today = now.astimezone(rules.zone).date()
    if await _rehearsed(uow, elder) and await _tell(uow, elder, "praise", f"{elder.state_since}", now):
        return
    if elder.pause is not None and elder.pause.holds(today) and await _tell(uow, elder, "well_paused", f"{today}", now):
        return
    if not await _warm_line(uow, elder, settled, now, rules):
        await _tell(uow, elder, "again", f"{_span(now, _ANOTHER_WELL)}", now)


async def answer_words(
    uow: UnitOfWork, elder: ElderRecord, why: str, settled: bool, now: datetime, rules: Rules
) -> None:
    """To anything else of hers: the warm line where it was what we waited for, else what `why` says (`elder.heard`)."""
    if not (settled and await _warm_line(uow, elder, settled, now, rules)):
        await _tell(uow, elder, why, f"{_span(now, _ONE_OF_A_KIND)}", now)


async def _warm_line(uow: UnitOfWork, elder: ElderRecord, settled: bool, now: datetime, rules: Rules) -> bool:
    """The day's line, once, and once more for each further check-in of the day; whether it is said now."""
    today = now.astimezone(rules.zone).date()
    line = today.toordinal() % LINES
    if await _tell(uow, elder, "well", f"{today}", now, line):
        return True
    return settled and await _tell(uow, elder, "well", now.isoformat(timespec="minutes"), now, line)


async def _rehearsed(uow: UnitOfWork, elder: ElderRecord) -> bool:
    """Whether she was asked to try it since she joined: her first ✅ after that is the rehearsal."""
    chat, since = elder.person.telegram_id, elder.state_since
    if chat is None or since is None:
        return False
    tries = await uow.messages.standing(chat, "rehearsal", "introduction")
    return bool(tries) and tries[-1].posted_at >= since


async def _tell(uow: UnitOfWork, elder: ElderRecord, why: str, when: str, now: datetime, line: int = 0) -> bool:
    """Once for each `when`; False if it has been said."""
    notice = WarmAnswer(elder=elder.id, why=why, line=line, keyboard=needs_keys(elder, now) and why not in BUTTONS)
    key = f"warm:{why}:{elder.id}:{when}"
    return await tell_person(uow, elder.person, notice, step=Step.ANSWER, key=key, now=now)


def _span(now: datetime, span: timedelta) -> int:
    return int(now.timestamp() // span.total_seconds())


# Answers that carry buttons, and so cannot carry her keys; each is a question of its own.
BUTTONS = frozenset({"well_invited", "well_left", "well_paused"})
