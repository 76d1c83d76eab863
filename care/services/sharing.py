"""What an elder shows us is hers: only her own word makes a report of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from care.domain.elders import ElderRecord
from care.domain.items import Item
from care.domain.notices import Lane, ShareQuestion
from care.domain.rules import Rules
from care.services import reports
from care.services.ports import Address, Share, Step, UnitOfWork
from care.services.reports import Enclosed, Given

KEPT = timedelta(days=30)  # unanswered; then it was only shared


async def show_us(
    uow: UnitOfWork, elder: ElderRecord, chat: int, message: int, given: Given, now: datetime, rules: Rules
) -> bool:
    """Keep it and ask whether it is a report; False where it belongs to what was asked about a moment ago."""
    await uow.shares.forget(elder.id, now - KEPT)
    last = await uow.shares.latest(elder.id)
    root = (last.root or last.id) if last is not None and _belongs(last, given, now, rules) else None
    share = await _keep(uow, elder, chat, message, given, now, root)
    if share is None or root is not None:
        return False
    await uow.outbox.tell(
        ShareQuestion(elder=elder.id, share=share),
        Address(chat),
        lane=Lane.ANSWER,
        step=Step.ANSWER,
        key=f"share:{share}",
        now=now,
        person=elder.id,
        reply_to=message,
    )
    return True


async def add_words(
    uow: UnitOfWork, elder: ElderRecord, chat: int, message: int, given: Given, now: datetime, rules: Rules
) -> None:
    """What she says right after a photo she has not spoken for belongs to it."""
    last = await uow.shares.latest(elder.id)
    if last is not None and _belongs(last, given, now, rules):
        await _keep(uow, elder, chat, message, given, now, last.root or last.id)


async def is_a_report(
    uow: UnitOfWork, elder: ElderRecord, share: int, chat: int, now: datetime, rules: Rules
) -> Item | None:
    """📷 是，请处理: all that the question was about becomes one report; None where she has answered it already."""
    shown = [one for one in await uow.shares.together(share) if one.elder == elder.id]
    if not shown:
        return None
    item = await reports.report(uow, elder.person, chat, _given(shown[0], now), now, rules)
    for other in shown[1:]:
        item = await reports.add_to(uow, item, elder.person, _given(other, now), now, rules)
    await uow.shares.drop(share)
    return item


async def _keep(
    uow: UnitOfWork, elder: ElderRecord, chat: int, message: int, given: Given, now: datetime, root: int | None
) -> int | None:
    file = given.enclosed
    return await uow.shares.keep(
        elder.id,
        chat,
        message,
        given.at or now,
        words=given.text.strip(),
        kind=file.kind if file else None,
        file=file.file if file else None,
        unique=file.unique if file else None,
        size=file.size if file else None,
        album=given.album,
        root=root,
    )


async def only_shared(uow: UnitOfWork, elder: ElderRecord, share: int) -> bool:
    """就是分享: nothing is kept of it; False where she has answered already."""
    shown = await uow.shares.together(share)
    if not shown or shown[0].elder != elder.id:
        return False
    await uow.shares.drop(share)
    return True


def _belongs(last: Share, given: Given, now: datetime, rules: Rules) -> bool:
    """One album is one thing, and so is what comes within a minute."""
    if given.album is not None and given.album == last.album:
        return True
    return abs((given.at or now) - last.sent_at) <= rules.join_within


def _given(share: Share, now: datetime) -> Given:
    file = None
    if share.kind is not None and share.file is not None and share.unique is not None:
        file = Enclosed(kind=share.kind, file=share.file, unique=share.unique, size=share.size)
    return Given(text=share.words, enclosed=file, album=share.album, at=now)
