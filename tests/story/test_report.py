"""Flow 1 as a courier lives it: a photo becomes a number, a card, a claim, a proof, and news."""

from __future__ import annotations

from tests.harness import Town, photo


async def test_a_photo_becomes_a_card_becomes_a_proof(town: Town) -> None:
    heard = len(town.told(town.ma))
    town.ma.send_photo(photo(), caption="井盖坏了")
    await town.settle()
    receipt = town.told(town.ma)[heard]
    assert receipt.text == "已收到 📷 #1。这是什么问题？"
    assert town.said_in(town.grid) == []

    await town.press(town.ma, receipt, "公共设施")
    place = town.told(town.ma)[heard + 1]
    assert place.text.startswith("#1 在哪里？")
    assert town.ma.reply_keyboard()[0] == ["📍 发送我的位置"]
    town.ma.tap_reply_key("第三网格")
    await town.settle()
    assert town.receipt(town.ma, 1).text == "#1 已收到 → 已派第三网格"

    card = town.card(town.grid, 1)
    assert card.photo is not None
    assert "“井盖坏了”" in card.text
    answer = await town.press(town.li, card, "🙋 我来处理")
    assert answer.text == "#1 归您了，谢谢！"
    assert town.receipt(town.ma, 1).text == "#1 已收到 → 已派第三网格 → 李娟在处理"
    assert (await town.press(town.zhao, card, "✅ 办结")) is not None
