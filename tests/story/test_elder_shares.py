"""What an elder shows us is hers until she says that it is a report; a liaison of 80 still reports."""

from __future__ import annotations

from sqlalchemy import insert

from care.domain.items import State
from storage.tables import posts
from tests.grannies import LI, an_elder
from tests.harness import Town, photo
from tests.story.test_elder import CRY, WELL, Signs, say, signs

__all__ = ["signs"]

QUESTION = "照片收到啦！这张照片是要反映问题吗？"


async def is_also(town: Town, user: int, role: str) -> None:
    async with town.app.parts.db.write() as uow:
        person = await uow.people.by_telegram(user)
        assert person is not None
        await uow.link.run(insert(posts), {"person": person.id, "role": role, "area": "g3"})


async def test_a_photo_is_only_a_photo_until_she_says_so(town: Town) -> None:
    wang = await an_elder(town)
    wang.send_photo(photo(), caption="3号楼的灯坏了")
    await town.settle()
    asked = town.told(wang)[-1]
    assert (asked.text, asked.buttons) == (QUESTION, [["📷 是，请处理", "就是分享"]])
    assert asked.reply_to is not None
    wang.send_photo(photo("green"))  # the same lamp from the other side
    wang.send_text("二单元门口")
    await town.settle()
    await town.forward(minutes=20)
    assert town.said_in(town.grid) == []  # time makes no report of it
    assert (await town.press(wang, asked, "📷 是，请处理")).text == "好的，这就请人看看"
    assert wang.see(asked) is None
    receipt = town.told(wang)[-1]
    assert receipt.text.startswith("已收到 📷×2 #1。这是什么问题？")
    await town.press(wang, receipt, "公共设施")
    await town.settle()
    card = town.card(town.grid, 1)
    assert "3号楼的灯坏了" in card.text
    assert "二单元门口" in card.text
    assert "🖼 看全部 (2)" in card.labels
    assert wang.reply_keyboard() == [[WELL], [CRY]]  # nothing of the report has taken her keys
    again = await wang.forge_press(asked.id, asked.button("📷 是，请处理")["callback_data"])
    assert again.text == "这个已经问过您啦"
    await town.settle()
    assert (await town.item(1)).state is State.OPEN


async def test_an_album_is_asked_about_once_and_may_be_just_for_joy(town: Town) -> None:
    wang = await an_elder(town)
    wang.send_photo([photo(), photo("red"), photo("blue")], caption="孙子满月啦")
    await town.settle()
    assert [m.text for m in town.told(wang)] == [QUESTION]
    assert (await town.press(wang, town.told(wang)[-1], "就是分享")).text == "好的，谢谢您分享！"
    await town.settle()
    wang.send_document(b"\xff\xd8\xff", "flower.jpg", mime_type="image/jpeg")
    await town.forward(minutes=2)
    assert town.told(wang)[-1].text == QUESTION
    assert (await say(town, wang, "不是")).text == "好的，谢谢您分享！"
    await town.forward(minutes=20)
    assert town.said_in(town.grid) == []
    async with town.app.parts.db.read() as uow:
        hers = await uow.people.by_telegram(wang.id)
        assert hers is not None
        assert await uow.shares.latest(hers.id) is None


async def test_a_sentence_that_something_is_amiss_is_asked_about_never_taken_for_a_report(town: Town) -> None:
    wang = await an_elder(town)
    asked = await say(town, wang, "三楼的灯坏了好几天")
    assert asked.text == "听到啦！这件事要请人来处理吗？"
    assert asked.labels == ["是，请处理", "就是说说"]
    assert (await say(town, wang, "是的")).text == "已收到 #1。这是什么问题？"
    await town.press(wang, town.told(wang)[-1], "公共设施")
    place = town.told(wang)[-1]
    assert "第三网格" in place.labels
    await town.press(wang, place, "第三网格")
    assert "三楼的灯坏了好几天" in town.card(town.grid, 1).text
    await town.forward(minutes=2)
    await say(town, wang, "今天电梯里碰到老张")  # mere talk is nothing to ask about
    assert "听到啦！要人帮忙" in town.told(wang)[-1].text


async def test_her_reply_to_her_report_is_added_to_it(town: Town) -> None:
    wang = await an_elder(town)
    await town.press(wang, await say(town, wang, "三楼的灯坏了"), "是，请处理")
    receipt = town.told(wang)[-1]
    await town.press(wang, receipt, "公共设施")
    await town.press(wang, town.told(wang)[-1], "第三网格")
    wang.send_text("是二单元三楼", reply_to=receipt)
    await town.settle()
    assert town.told(wang)[-1].text == "好的，已经加到 #1。"
    assert "是二单元三楼" in town.card(town.grid, 1).text


async def test_a_liaison_of_eighty_reports_and_works_and_keeps_her_two_keys(town: Town, signs: Signs) -> None:
    li = await an_elder(town, LI, "李玉兰", ref="E2")
    await is_also(town, LI, "liaison")
    town.grid.add(li)
    assert (await say(town, li, WELL)).text.startswith("李奶奶，")
    assert (await say(town, li, "东门口的垃圾没人收")).text == "已收到 #1。这是什么问题？"
    await town.press(li, town.told(li)[-1], "环境卫生")
    place = town.told(li)[-1]
    assert place.labels  # inline: her keys stay
    await town.press(li, place, "第三网格")
    assert li.reply_keyboard() == [[WELL], [CRY]]
    number = await town.reports(town.ma)
    await town.press(li, town.card(town.grid, number), "🙋 我来处理")
    await town.forward(hours=24)
    how = next(m for m in town.told(li) if f"#{number} 处理得怎么样了" in m.text)
    li.send_text("井盖旁边有人摔过，我先拦起来了", reply_to=how)  # it is not she who fell
    await town.settle()
    assert town.told(li)[-1].text == f"好的，已经记在 #{number}。"
    assert "我先拦起来了" in town.card(town.grid, number).text
    seen = len(signs.seen)
    li.send_text("我去看看", chat=town.grid, reply_to=town.card(town.grid, number))
    await town.settle()
    assert len(signs.seen) == seen + 1  # what she says in the group is a sign of life, too
    asked = await say(town, li, "谁在关心我")
    assert asked.text.startswith("李奶奶，还没有登记")
    li.start()
    await town.settle()
    assert [m.text.split("！")[0] for m in town.told(li)[-2:]] == ["李玉兰您好", "李奶奶您好"]
