"""Where a group's list stands, and what becomes of it when that changes: neighbours, topics, upgrades, put out."""

from __future__ import annotations

from pathlib import Path

from care.services import groups
from care.services.ports import Address, Binding
from tests.harness import Town
from tests.harness import town as make_town
from tests.mornings import asked, elders, fall_silent, takes, the_list
from tests.story.test_group_standing import SMALL, SMALL_AREAS
from tests.story.test_groups import new_group, question, says


async def test_with_neighbours_in_the_group_each_worker_has_the_list_in_private(tmp_path: Path) -> None:
    async with make_town(tmp_path) as town:
        async with town.app.parts.db.write() as uow:
            await uow.bindings.bind(Binding(area="g3", chat=town.grid.id, audience="residents"))
        (wang,) = await elders(town, "王秀英")
        await asked(town, [wang])
        (number,) = await fall_silent(town, wang)
        assert town.said_in(town.grid) == []
        for worker in (town.li, town.zhao):
            assert the_list(town, worker).text.startswith("☀️ 今早还有 1 位没报平安（已报 0/1）")
        await town.press(town.li, the_list(town, town.li), "🙋 王奶奶 3号楼")
        await takes(town, number, town.li)
        assert "李娟在看" in the_list(town, town.zhao).text
        assert town.said_in(town.grid) == []


async def test_neighbours_come_into_the_group_and_the_list_leaves_it(town: Town) -> None:
    (wang,) = await elders(town, "王秀英")
    await asked(town, [wang])
    (number,) = await fall_silent(town, wang)
    await town.forward(minutes=11)
    assert len([m for m in town.said_in(town.grid) if "王奶奶" in m.text]) == 2
    async with town.app.parts.db.write() as uow:
        boss = await uow.people.by_telegram(town.wang.id)
        assert boss is not None
        where = Address(town.grid.id)
        await groups.bind(uow, "g3", where, "residents", boss, town.clock.now(), town.app.parts.rules)
    await town.settle()
    assert [m.text for m in town.said_in(town.grid) if "王奶奶" in m.text] == []
    assert "王奶奶 3号楼" in the_list(town, town.li).text
    assert (await town.item(number)).live


async def test_who_cannot_be_shown_the_list_is_stood_in_for(town: Town) -> None:
    """The group has put us out: its names are told where the grid is told now. Let in again, they come back."""
    (wang,) = await elders(town, "王秀英")
    await asked(town, [wang])
    await fall_silent(town, wang)
    town.grid.remove_bot()
    await town.settle()
    assert "王奶奶 3号楼" in the_list(town, town.community).text
    assert "王奶奶 3号楼" in the_list(town, town.li).text  # the grid's own workers, who have no group now
    town.grid.add_bot()
    await town.settle()
    assert the_list(town, town.grid).labels == ["🙋 王奶奶 3号楼"]
    await town.forward(minutes=11)
    assert town.times(town.grid, "没人接，请") == ["02 10:10"]
    assert town.times(town.community, "没人接，请") == []  # it stands there still, and rings where it belongs


async def test_workers_who_have_blocked_us_leave_it_to_the_coordinators(tmp_path: Path) -> None:
    async with make_town(tmp_path) as town:
        async with town.app.parts.db.write() as uow:
            await uow.bindings.bind(Binding(area="g3", chat=town.grid.id, audience="residents"))
        for worker in (town.li, town.zhao):
            worker.block_bot()
        (wang,) = await elders(town, "王秀英")
        await asked(town, [wang])
        (number,) = await fall_silent(town, wang)
        listed = the_list(town, town.wang, "第三网格")
        assert listed.text.splitlines() == ["第三网格还有 1 位没人接，需要支援", "王奶奶 3号楼 · 还没人接"]
        await town.press(town.wang, listed, "🙋 我去支援")
        await takes(town, number, town.wang)
        assert "王主任在看" in the_list(town, town.wang, "第三网格").text


async def test_a_group_that_becomes_a_supergroup_has_its_list_there(tmp_path: Path) -> None:
    async with make_town(tmp_path, areas=SMALL_AREAS) as town:
        group = town.world.add_group(SMALL, "第七网格", [town.wang, town.li], supergroup=False)
        two = await elders(town, "王秀英", "李明", area="g7")
        await asked(town, two)
        first, _ = await fall_silent(town, *two, area="g7")
        old = the_list(town, group)
        new = group.upgrade_to_supergroup()
        await town.settle()
        listed = next(m for m in town.said_in(group) if m.chat_id == new and m.text.startswith("☀️"))
        assert listed.labels == old.labels
        await town.press(town.li, old, "🙋 王奶奶 3号楼")  # the old one's buttons still work
        await takes(town, first, town.li)
        listed = next(m for m in town.said_in(group) if m.chat_id == new and m.text.startswith("☀️"))
        assert "李娟在看" in listed.text
        await town.forward(minutes=11)
        reminder = next(m for m in town.said_in(group) if "没人接，请" in m.text)
        assert (reminder.chat_id, reminder.reply_to) == (new, listed.id)


async def test_a_claimer_who_cannot_be_reached_any_more_is_asked_by_a_reply_to_the_list(town: Town) -> None:
    """Its lines have no numbers: the question says whom it is about."""
    town.li.start()
    two = await elders(town, "王秀英", "李明")
    await asked(town, two)
    await fall_silent(town, *two)
    listed = the_list(town, town.grid)
    await town.press(town.li, listed, "🙋 王奶奶 3号楼")
    assert "李娟在看" in the_list(town, town.grid).text
    town.li.block_bot()
    await town.forward(minutes=31)
    question = next(m for m in town.said_in(town.grid) if "处理得怎么样了" in m.text)
    assert question.reply_to == listed.id
    assert "王奶奶 3号楼" in question.text.replace(" · ", " ")
    answer = await town.press(town.li, question, "⏳ 还在处理")
    assert answer.text == "好的，辛苦啦！"


async def test_a_deleted_topic_s_list_comes_to_the_group_itself(town: Town) -> None:
    group = new_group(town, forum=True)
    topic = group.create_topic("平安")
    await says(town, town.wang, "/bind g9", group, thread=topic)
    await town.press(town.wang, question(town, group), "👷 只有工作人员")
    two = await elders(town, "王秀英", "李明", area="g9")
    await asked(town, two)
    first, _ = await fall_silent(town, *two, area="g9")
    assert the_list(town, group).thread == topic
    group.delete_topic(topic)
    await town.forward(minutes=11)
    listed = the_list(town, group)
    assert listed.thread is None
    await town.press(town.wang, listed, "🙋 王奶奶 3号楼")
    await takes(town, first, town.wang)
    assert "王主任在看" in the_list(town, group).text
    await town.forward(minutes=10)
    assert [m.text for m in town.said_in(group) if "没人接，请" in m.text] == [
        "还有 1 位没人接，请来一位看看：李奶奶 3号楼"
    ]


async def test_without_any_group_the_coordinators_have_the_list(tmp_path: Path) -> None:
    async with make_town(tmp_path, areas=SMALL_AREAS[:1]) as town:
        (wang,) = await elders(town, "王秀英", area="c")
        await asked(town, [wang])
        (number,) = await fall_silent(town, wang, area="c")
        listed = the_list(town, town.wang)
        assert listed.text.startswith("☀️ 今早还有 1 位没报平安（已报 0/1）")
        await town.forward(minutes=45)  # nobody is left above: those who were told are told again
        assert town.times(town.wang, "没人接，请")[:2] == ["02 10:10", "02 10:20"]
        assert town.times(town.wang, "还要人去看看") == ["02 10:30"]
        await takes(town, number, town.wang)
        assert [m for m in town.told(town.wang) if "没人接，请" in m.text] == []
