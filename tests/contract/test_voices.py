"""What elders say aloud, and what we asked of them: the ports `Recordings` and `Inquiries`; whom we can write to."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from care.domain.errors import NotFound
from care.domain.items import Action, Details, Ending, Item, Kind, Severity, begin
from care.services.ports import Hearing, Inquired, Inquiry, Posted, Recording
from storage.database import Database
from storage.unit import Unit
from tests.contract.conftest import A_MINUTE, NOW, done


async def said(uow: Unit, elder: int, message: int, minutes: int = 15) -> int:
    kept = await uow.recordings.add(
        elder, 77, message, kind="voice", file=f"file-{message}", sent_at=NOW, due_at=NOW + minutes * A_MINUTE
    )
    assert kept is not None
    return kept


async def raised(uow: Unit, elder: int, kind: Kind) -> Item:
    number = await uow.items.next_number()
    details = Details(kind=kind, severity=Severity.HIGH, about=elder)
    item, event = begin(number, Action.RAISE, at=NOW, actor=None, details=details)
    await uow.items.add(item, event, None)
    return item


async def test_a_voice_is_kept_once_and_waits_to_be_heard(db: Database, people: list[int]) -> None:
    wang, li = people[:2]
    async with db.write() as uow:
        first = await said(uow, wang, 4)
        assert await uow.recordings.get(first) == Recording(
            id=first, elder=wang, chat=77, message=4, kind="voice", file="file-4", sent_at=NOW, state=Hearing.WAITING,
            heard_by=None, heard_at=None, item=None, due_at=NOW + 15 * A_MINUTE,
        )  # fmt: skip
        again = await uow.recordings.add(wang, 77, 4, kind="voice", file="x", sent_at=NOW, due_at=NOW)
        assert again is None
        second = await said(uow, wang, 5)
        await said(uow, li, 6)
        assert [r.id for r in await uow.recordings.unheard_of(wang)] == [first, second]
        assert await uow.recordings.heard(first, li, NOW)
        assert not await uow.recordings.heard(first, wang, NOW + A_MINUTE)
        heard = await uow.recordings.get(first)
        assert (heard.state, heard.heard_by, heard.heard_at, heard.due_at) == (Hearing.HEARD, li, NOW, None)
        assert [r.id for r in await uow.recordings.unheard_of(wang)] == [second]
        with pytest.raises(NotFound):
            await uow.recordings.get(second + 100)


async def test_a_voice_that_nobody_hears_in_time_belongs_to_an_item_and_waits_on(
    db: Database, people: list[int]
) -> None:
    wang = people[0]
    async with db.write() as uow:
        assert (await uow.next_dues()).get("recording") is None
        late, soon = await said(uow, wang, 4, minutes=15), await said(uow, wang, 5, minutes=10)
        assert (await uow.next_dues()).get("recording") == NOW + 10 * A_MINUTE
        assert await uow.recordings.due(NOW, 9) == []
        assert await uow.recordings.due(NOW + timedelta(hours=1), 9) == [soon, late]
        assert await uow.recordings.due(NOW + timedelta(hours=1), 1) == [soon]
        item = await raised(uow, wang, Kind.HELP)
        await uow.recordings.raised(soon, item.number)
        assert [r.state for r in await uow.recordings.of_item(item.number)] == [Hearing.RAISED]
        assert await uow.recordings.due(NOW + timedelta(hours=1), 9) == [late]
        assert [r.id for r in await uow.recordings.unheard_of(wang)] == [late, soon]
        assert await uow.recordings.heard(soon, people[1], NOW)
        assert [r.item for r in await uow.recordings.of_item(item.number)] == [item.number]
        await uow.recordings.raised(soon, item.number)  # heard meanwhile: it stays so
        assert (await uow.recordings.get(soon)).state is Hearing.HEARD


async def test_an_inquiry_waits_once_and_keeps_her_words_from_other_eyes(db: Database, people: list[int]) -> None:
    wang, li = people[:2]
    until = NOW + 2 * A_MINUTE
    async with db.write() as uow:
        asked = await uow.inquiries.ask(77, wang, Inquired.TROUBLE, wang, NOW, until, "腿疼")
        assert await uow.inquiries.get(asked) == Inquiry(
            id=asked, chat=77, person=wang, elder=wang, asked=Inquired.TROUBLE, words="腿疼", asked_at=NOW, due_at=until
        )
        await uow.inquiries.add_words(asked, "头也晕")
        [pending] = await uow.inquiries.pending(77, wang)
        assert (pending.words, pending.due_at) == ("腿疼\n头也晕", until)
        [(kept,)] = await uow.link.run(text("SELECT words FROM inquiries"))
        assert "疼" not in kept
        assert await uow.inquiries.ask(77, wang, Inquired.TROUBLE, wang, until, None, "又疼了") == asked
        [renewed] = await uow.inquiries.pending(77, wang)
        assert (renewed.words, renewed.asked_at, renewed.due_at) == ("又疼了", until, None)
        assert await uow.inquiries.pending(78, wang) == []
        assert await uow.inquiries.pending(77, li) == []
        await uow.inquiries.close(asked)
        await uow.inquiries.close(asked)
        await uow.inquiries.add_words(asked, "晚了")
        assert await uow.inquiries.get(asked) is None


async def test_inquiries_are_due_in_the_order_of_their_time(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        assert (await uow.next_dues()).get("inquiry") is None
        ids = {
            minutes: await uow.inquiries.ask(
                70 + place, people[place], Inquired.TROUBLE, people[place], NOW, minutes and NOW + minutes * A_MINUTE
            )
            for place, minutes in enumerate((3, 2, None))
        }
        assert (await uow.next_dues()).get("inquiry") == NOW + 2 * A_MINUTE
        assert await uow.inquiries.due(NOW, 9) == []
        assert await uow.inquiries.due(NOW + 3 * A_MINUTE, 9) == [ids[2], ids[3]]
        assert await uow.inquiries.due(NOW + 3 * A_MINUTE, 1) == [ids[2]]


async def test_what_is_live_about_an_elder(db: Database, people: list[int]) -> None:
    wang, li = people[:2]
    async with db.write() as uow:
        sos, help_, _ = (
            await raised(uow, wang, Kind.SOS),
            await raised(uow, wang, Kind.HELP),
            await raised(uow, li, Kind.SOS),
        )
        assert [i.number for i in await uow.items.live_about(wang, [Kind.SOS, Kind.HELP])] == [sos.number, help_.number]
        sos = await done(uow, sos, Action.CLAIM, li)
        assert await uow.items.live_about(wang, [Kind.SOS]) == [sos]
        await done(uow, sos, Action.RESOLVE, li, details=Details(ending=Ending.SEEN))
        assert await uow.items.live_about(wang, [Kind.SOS]) == []


async def test_whether_anything_of_ours_has_come_to_somebody(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        assert not await uow.messages.reached(77)
        await uow.messages.record(
            Posted(chat=77, message=3, subject="welcome", item=None, person=people[0], posted_at=NOW)
        )
        assert await uow.messages.reached(77)
        assert not await uow.messages.reached(78)
