"""/forget: asked once; what is under way ends first; then nothing leads to the person any more."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from care.domain.items import State, fold
from care.domain.people import Role
from storage import care_tables, tables, telling_tables
from tests.grannies import WANG, a_relative, an_elder
from tests.harness import Town, photo
from tests.story.test_elder import WELL, say


async def forget(town: Town, phone: object) -> None:
    """He asks for it and confirms."""
    asked = await say(town, phone, "/forget")  # type: ignore[arg-type] -- a Phone
    assert asked.labels == ["🗑 确认删除", "↶ 先不删"]
    await town.press(phone, asked, "🗑 确认删除")  # type: ignore[arg-type] -- a Phone
    await town.settle()


async def test_a_courier_is_forgotten_once_his_report_is_done(town: Town) -> None:
    town.ma.send_photo(photo("red"), caption="小马家门口的井盖坏了")
    await town.settle()
    await town.press(town.ma, town.receipt(town.ma, 1), "公共设施")
    town.ma.tap_reply_key("第三网格")
    await town.forward(minutes=1)
    files = [file for file in (Path(town.folder) / "media").rglob("*") if file.is_file()]
    assert len(files) == 1
    asked = await say(town, town.ma, "/forget")
    assert "等这件事办完就删：#1" in asked.text
    await town.press(town.ma, asked, "↶ 先不删")
    await forget(town, town.ma)
    assert town.told(town.ma)[-1].text == "等这件事办完就删：#1"
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
    await town.press(town.li, town.said_in(town.grid)[-1], "无需照片，直接办结")
    await town.forward(minutes=15)
    assert [m.text for m in town.told(town.ma)] == ["已经全部删掉了。以后想再用，跟社区说一声就行。"]
    assert town.ma.reply_keyboard() == []
    assert not any("井盖" in m.text for m in town.said_in(town.grid))
    assert not files[0].exists()
    item = await town.item(1)
    assert (item.state, item.text, item.place) == (State.CLOSED, "", None)
    async with town.app.parts.db.read() as uow:
        assert fold(1, await uow.items.history(1)) == item
        assert await uow.people.by_telegram(town.ma.id) is None
        assert item.reporter is not None
        nobody = await uow.people.get(item.reporter)
        assert (nobody.name, nobody.ref, nobody.posts) == ("—", None, frozenset())
        for table in (telling_tables.outbox, telling_tables.messages, telling_tables.cards):
            kept = (await uow.link.run(select(table).where(table.c.chat == town.ma.id))).all()
            assert kept == [], table.name
    await say(town, town.ma, "你好")  # he may begin anew, as somebody we do not know
    async with town.app.parts.db.read() as uow:
        anew = await uow.people.by_telegram(town.ma.id)
        assert anew is not None
        assert (anew.enrolled, anew.id != item.reporter) == (False, True)


async def test_an_elder_leaves_with_it_and_those_around_her_hear_it_first(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await say(town, wang, WELL)
    wang.send_photo(photo())
    await town.settle()
    await forget(town, wang)
    assert town.told(wang)[-1].text == "好的。先跟您家里人和社区说一声，一小时内全部删掉。"
    assert "王奶奶说，不想再收到每天的问候了" in town.told(son)[-1].text
    await town.press(wang, town.told(wang)[-1], "↶ 先不删")
    await town.settle()
    await town.forward(hours=2)
    assert (await say(town, wang, WELL)).text.startswith("王奶奶，")  # all as before
    await forget(town, wang)
    await town.forward(hours=2)
    assert [m.text for m in town.told(wang)] == ["已经全部删掉了。以后想再用，跟社区说一声就行。"]
    async with town.app.parts.db.read() as uow:
        for table in (tables.elders, tables.kin, care_tables.shares, care_tables.erasures, care_tables.pauses):
            assert (await uow.link.run(select(table))).all() == [], table.name
        names = [p.name for p in await uow.people.holding([Role.ELDER], ["g3"])]
        assert names == []
    assert "王" not in (await say(town, wang, "你好")).text


async def test_forgetting_is_ones_own_and_private(town: Town) -> None:
    wang = await an_elder(town)
    asked = await say(town, wang, "/forget")
    assert (await town.li.forge_press(1, "1:ez:0", town.grid)).text == "请在收到这张卡片的群里按"
    assert (await town.guest.forge_press(asked.id, "1:ev:0")).text == "好的，还跟以前一样"  # nothing to take back
    await town.forward(hours=2)
    async with town.app.parts.db.read() as uow:
        assert await uow.people.by_telegram(WANG) is not None
