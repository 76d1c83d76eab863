"""The 🎧 list: whose voice waits, in one message per group and half-day."""

from __future__ import annotations

from bot.sandbox.people import Phone
from care.services import lists
from care.services.ports import Binding
from tests.harness import Town
from tests.mornings import elders, the_list


async def speaks(town: Town, phone: Phone, message: int) -> int:
    """A voice of hers has come; the recording's id."""
    now = town.clock.now()
    async with town.app.parts.db.write() as uow:
        person = await uow.people.by_telegram(phone.id)
        assert person is not None
        elder = await uow.elders.find(person.id)
        assert elder is not None
        due = now + town.app.parts.rules.checkin.unheard_after
        found = await uow.recordings.add(
            person.id, phone.id, message, kind="voice", file=f"f{message}", sent_at=now, due_at=due
        )
        assert found is not None
        await lists.name_voice(uow, found, elder, now, town.app.parts.rules)
    await town.settle()
    return found


async def is_heard(town: Town, recording: int, by: Phone) -> None:
    now = town.clock.now()
    async with town.app.parts.db.write() as uow:
        person = await uow.people.by_telegram(by.id)
        assert person is not None
        await uow.recordings.heard(recording, person.id, now)
        elder = (await uow.recordings.get(recording)).elder
        await lists.renew(uow, elder, now)
    await town.settle()


async def test_three_voices_are_one_message_and_one_line_an_elder(town: Town) -> None:
    wang, li = await elders(town, "王秀英", "李明")
    first = await speaks(town, wang, 1)
    await town.forward(minutes=2)
    second = await speaks(town, wang, 2)
    third = await speaks(town, li, 1)
    listed = the_list(town, town.grid, "🎧")
    assert listed.text.splitlines() == ["🎧 3 段语音待听", "王奶奶 3号楼 · 2 段 · 10:00", "李奶奶 3号楼 · 10:02"]
    assert listed.labels == ["▶️ 王奶奶 3号楼", "▶️ 李奶奶 3号楼"]
    assert len(town.heard(town.grid)) == 1
    await is_heard(town, first, town.li)
    await is_heard(town, second, town.li)
    assert the_list(town, town.grid, "🎧").text.splitlines() == ["🎧 1 段语音待听", "李奶奶 3号楼 · 10:02"]
    await is_heard(town, third, town.zhao)
    over = the_list(town, town.grid, "🎧")
    assert (over.text, over.labels, over.id) == ("🎧 语音都有人听了", [], listed.id)
    await town.forward(minutes=20)
    await speaks(town, li, 2)  # nobody looks at a list that is over: it rings
    again = the_list(town, town.grid, "🎧 1 段")
    assert again.id == listed.id
    assert town.times(town.grid, "🎧 又有 1 段语音待听：李奶奶 3号楼") == ["02 10:22"]


async def test_what_nobody_heard_in_time_is_not_called_heard(town: Town) -> None:
    wang, li = await elders(town, "王秀英", "李明")
    first = await speaks(town, wang, 1)
    await is_heard(town, first, town.li)
    listed = the_list(town, town.grid, "🎧")
    await speaks(town, li, 1)
    await speaks(town, li, 2)
    await town.forward(minutes=16)
    over = the_list(town, town.grid, "🎧 3 段")
    assert over.text == "🎧 3 段语音：1 段有人听了，2 段没人听，已请人去看"
    assert (over.labels, over.id) == ([], listed.id)
    await is_heard(town, first + 1, town.li)  # the first of hers, by now from the card
    assert the_list(town, town.grid, "🎧 3 段").text == "🎧 3 段语音：2 段有人听了，1 段没人听，已请人去看"
    await is_heard(town, first + 2, town.li)
    assert the_list(town, town.grid, "🎧 语音").text == "🎧 语音都有人听了"


async def test_with_neighbours_in_the_group_the_workers_have_it_in_private(town: Town) -> None:
    async with town.app.parts.db.write() as uow:
        await uow.bindings.bind(Binding(area="g3", chat=town.grid.id, audience="residents"))
    (wang,) = await elders(town, "王秀英")
    await speaks(town, wang, 1)
    assert town.said_in(town.grid) == []
    assert [the_list(town, who, "🎧").labels for who in (town.li, town.zhao)] == [["▶️ 王奶奶 3号楼"]] * 2
