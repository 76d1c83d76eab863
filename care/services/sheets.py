"""The claimer's private sheet: who gets it, what opens it, when it goes.

Whoever says 🙋 to a matter of an elder has it once her sheet has reached him (`care.services.pledging`): until then
the ladder runs on and anybody may still claim. A sheet stands only with who has the matter, or is about to.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from care.domain.elders import ElderRecord
from care.domain.entitlement import GUARDED
from care.domain.errors import AlreadyClaimed
from care.domain.items import Action, Details, Item, Severity
from care.domain.notices import ClaimersSheet, Lane, OutcomeQuestion
from care.domain.people import Person
from care.domain.rules import Rules
from care.services.acts import GROUP_FACES, change, tell_person
from care.services.enrolment import fingerprint
from care.services.ports import DoorTo, Step, UnitOfWork

DOOR_OPENS_FOR = 12  # times as long as the sheet is waited for: who comes later presses again
AT_ONCE = timedelta(seconds=5)  # so long a message takes at most where nothing holds it up: the second of two hears so
_ON_ITS_WAY = ("pending", "sending", "sent")


async def elder_of(uow: UnitOfWork, item: Item) -> ElderRecord | None:
    """Whose sheet it is; None for what is no elder's, or of one who is not on file: a press alone claims that."""
    if item.kind not in GUARDED or item.about is None:
        return None
    return await uow.elders.find(item.about)


async def pledge(
    uow: UnitOfWork, item: Item, who: Person, here: str | None, now: datetime, rules: Rules, *, reason: str = ""
) -> Item:
    """🙋 (or 🤝): the sheet is on its way to him. Pressing again changes nothing but sends what did not arrive.

    Raises AlreadyClaimed where somebody has just been faster and his sheet is only now on its way.
    """
    if item.pledged_by == who.id:
        fates = await uow.outbox.fates(item.number, Step.SHEET, who.id)
        if not fates or fates[-1] not in _ON_ITS_WAY:
            await hand_out(uow, item, who, now, rules)
        return item
    if item.pledged_by is not None and item.pledged_at is not None and now - item.pledged_at < AT_ONCE:
        fates = await uow.outbox.fates(item.number, Step.SHEET, item.pledged_by)
        if fates[-1:] in (["pending"], ["sending"]):
            raise AlreadyClaimed(item.number, item.pledged_by)
    item = await change(
        uow,
        item,
        Action.PLEDGE,
        by=who,
        now=now,
        rules=rules,
        reason=reason,
        details=Details(pledged_from=here),
        faces=GROUP_FACES,
    )
    await hand_out(uow, item, who, now, rules)
    return item


async def hand_out(uow: UnitOfWork, item: Item, claimer: Person, now: datetime, rules: Rules) -> None:
    """Who has claimed a matter of an elder gets her sheet in private; the claim counts once the network took it.

    One sheet stands at a time: an older one of his goes.
    """
    del rules
    for telling in await uow.outbox.told(item.number, [Step.SHEET]):
        if telling.person == claimer.id and telling.message is not None:
            await uow.messages.wish_gone(telling.address.chat, telling.message, now)
    await uow.outbox.supersede(item.number, [Step.SHEET], person=claimer.id)
    await _tell(uow, item, ClaimersSheet(item=item.number, asked=claimer.id), Step.SHEET, claimer, now)


async def ask_outcome(uow: UnitOfWork, item: Item, who: Person, now: datetime) -> None:
    """Somebody else than the claimer says that it is settled: he gets the outcomes, and nothing of the sheet."""
    await uow.outbox.supersede(item.number, [Step.OUTCOME], person=who.id)
    await _tell(uow, item, OutcomeQuestion(item=item.number, asked=who.id), Step.OUTCOME, who, now)


async def needs_a_door(uow: UnitOfWork, item: Item, who: Person) -> bool:
    """Whether we may be unable to write to him: nothing of ours has ever reached him, or his sheet was refused."""
    if who.telegram_id is None or not await uow.messages.reached(who.telegram_id):
        return True
    fates = [await uow.outbox.fates(item.number, step, who.id) for step in (Step.SHEET, Step.OUTCOME)]
    return any("failed" in some for some in fates)


async def give_door(
    uow: UnitOfWork, item: Item, who: Person, to: DoorTo, token: str, now: datetime, rules: Rules
) -> None:
    """This token leads him to it, once, as a link behind the button that he has just pressed."""
    urgent = item.severity is Severity.URGENT
    wait = rules.sheet_wait_urgent if urgent else rules.sheet_wait
    until = now + DOOR_OPENS_FOR * wait
    await uow.doors.make(fingerprint(token), who.id, item.number, to, now, until)


async def _tell(
    uow: UnitOfWork, item: Item, notice: ClaimersSheet | OutcomeQuestion, step: Step, who: Person, now: datetime
) -> None:
    before = len(await uow.outbox.fates(item.number, step, who.id))
    lane = Lane.URGENT if item.severity is Severity.URGENT else Lane.ANSWER
    key = f"{item.number}:{step}:{who.id}:{before}"
    await tell_person(uow, who, notice, step=step, key=key, now=now, lane=lane)
