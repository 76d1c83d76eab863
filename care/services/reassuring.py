"""What an elder hears of her own cry for help, from the first word to the one who comes."""

from __future__ import annotations

from datetime import datetime

from care.domain.cries import HER_OWN
from care.domain.items import Action, Item, Kind, Severity
from care.domain.notices import Lane, Says, ToHer
from care.services.ports import Address, Step, UnitOfWork

CRIES = frozenset({Kind.SOS, Kind.HELP})

# What carries the buttons `🙂 不急` and `按错了`.
OFFERS = frozenset({Says.CALLING, Says.AGAIN})

_COMES = (Action.CLAIM, Action.TAKE_OVER)
_GOES = (Action.RELEASE, Action.LAPSE)


async def tell_her(
    uow: UnitOfWork, item: Item, says: Says, now: datetime, *, key: str = "", who: int | None = None
) -> bool:
    """She hears it, with all haste; False if she has no way to. `key`: so that it is said once; default: each time."""
    if item.about is None:
        return False
    she = await uow.people.get(item.about)
    if she.telegram_id is None:
        return False
    return await uow.outbox.tell(
        ToHer(item=item.number, says=says, who=who),
        Address(she.telegram_id),
        lane=Lane.URGENT,
        step=Step.HER,
        key=f"{item.number}:her:{says}:{key or item.version}",
        now=now,
        person=she.id,
    )


async def follow(uow: UnitOfWork, item: Item, action: Action, had_it: int | None, now: datetime) -> None:
    """Somebody has taken what she cried for, or given it back: she hears it. `item` is the one after the act."""
    if item.kind not in CRIES or item.about is None or action not in (*_COMES, *_GOES):
        return
    if not await is_her_own(uow, item):
        return
    if action in _COMES:
        says = Says.WILL_CALL if item.severity is Severity.NORMAL else Says.COMING
        await tell_her(uow, item, says, now, who=item.claimed_by)
    elif item.severity is not Severity.NORMAL:
        await tell_her(uow, item, Says.ANOTHER, now, who=had_it)


async def is_her_own(uow: UnitOfWork, item: Item) -> bool:
    """Whether she knows of it: a cry for help, or a help that came of what she said."""
    if item.kind is Kind.SOS:
        return True
    history = await uow.items.history(item.number)
    return any(event.reason in HER_OWN for event in history)


async def no_second_thoughts(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """Her cry is settled: `🙂 不急` and `按错了` go from what she was told, for there is nothing to take back."""
    for chat, message in await _offers(uow, item):
        await uow.messages.wish_bare(chat, message, now)


async def second_thoughts(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """That it was settled was a slip: she may call it off again."""
    for chat, message in await _offers(uow, item):
        await uow.messages.wish_anew(chat, message, now)


async def _offers(uow: UnitOfWork, item: Item) -> list[tuple[int, int]]:
    """Where she was offered to call it off: chat and message."""
    found = []
    for posted in await uow.messages.of_item(item.number):
        telling = await uow.outbox.sent_as(posted.chat, posted.message) if posted.subject == "to_her" else None
        if telling is not None and isinstance(telling.notice, ToHer) and telling.notice.says in OFFERS:
            found.append((posted.chat, posted.message))
    return found
