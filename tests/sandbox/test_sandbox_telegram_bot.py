"""python-telegram-bot, unchanged, takes this server for Telegram: every object parses, every error has its class."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sandbox_town import Town, jpeg
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

ALL = list(Update.ALL_TYPES)


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    town.world.limits.enabled = False
    async with Bot(town.world.token, base_url=f"{town.url}/bot", base_file_url=f"{town.url}/file/bot") as bot:
        await bot.get_updates(allowed_updates=ALL)
        yield bot


async def test_every_kind_of_update_parses(town: Town, bot: Bot) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("🙋", callback_data="c:1")]])
    card = await bot.send_message(town.grid.id, "#1", reply_markup=markup)
    seen = town.li.last(town.grid)
    town.ma.start("abc")
    words = town.ma.send_text("路登")
    town.ma.edit_text(words, "路灯")
    for send in (town.ma.send_video, town.ma.send_voice, town.ma.send_sticker):
        send()
    town.ma.send_photo([jpeg(), jpeg("blue")], "两张")
    town.ma.send_document(b"x", "名单.csv")
    town.ma.move_location(town.ma.send_location(36.06, 103.83, live=True), 36.07, 103.83)
    town.ma.send_venue(36.06, 103.83, "海关社区", "某路 1 号")
    town.ma.send_contact("13912345678", "小马")
    town.ma.forward(words)
    town.li.send_text("看到了", chat=town.grid, reply_to=seen)
    town.li.press_nowait(seen, "🙋")
    town.li.react(seen, "👍")
    town.ma.block_bot()
    town.grid.add(town.ma)
    town.grid.rename("三网格")
    await bot.delete_message(town.grid.id, card.message_id)
    town.world.press(town.li.user, town.grid.chat, card.message_id, "c:1")
    updates = await bot.get_updates(allowed_updates=ALL)
    kinds = {name for update in updates for name in update.to_dict() if name != "update_id"}
    assert kinds == {
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "chat_member",
        "message_reaction",
    }
    assert all(not update.api_kwargs for update in updates)
    parts = [update.message for update in updates if update.message]
    for name in ("text", "video", "voice", "sticker", "photo", "document", "location", "venue", "contact"):
        assert any(getattr(part, name) for part in parts), name
    presses = [update.callback_query for update in updates if update.callback_query]
    assert presses[0].message is not None
    assert presses[0].message.chat.id == town.grid.id
    assert presses[1].message is not None
    assert not presses[1].message.is_accessible


async def test_every_method_the_product_needs_answers_what_the_library_expects(town: Town, bot: Bot) -> None:
    grid, ma = town.grid.id, town.ma.id
    assert (await bot.get_me()).username == "GridCareBot"
    photo = await bot.send_photo(grid, jpeg(), caption="<b>#1</b>", parse_mode="HTML")
    text = await bot.send_message(grid, "好", reply_parameters=ReplyParameters(photo.message_id))
    assert text.reply_to_message is not None
    await bot.edit_message_caption(grid, photo.message_id, caption="#1 处理中")
    await bot.edit_message_media(InputMediaPhoto(jpeg("green"), caption="#1"), grid, photo.message_id)
    await bot.edit_message_text("很好", grid, text.message_id)
    album = await bot.send_media_group(grid, [InputMediaPhoto(jpeg()), InputMediaPhoto(photo.photo[-1].file_id)])
    assert album[0].media_group_id == album[1].media_group_id
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("📍", request_location=True)]], is_persistent=True)
    await bot.send_message(ma, "在哪？", reply_markup=keyboard)
    assert town.ma.reply_keyboard() == [["📍"]]
    assert (await bot.send_location(ma, 36.06, 103.83)).location
    assert (await bot.send_venue(ma, 36.06, 103.83, "a", "b")).venue
    assert (await bot.send_contact(ma, "139", "a")).contact
    assert (await bot.send_voice(ma, b"x")).voice
    assert (await bot.send_video(ma, b"x")).video
    assert (await bot.send_document(ma, b"x", filename="a.csv")).document
    assert (await bot.copy_message(ma, grid, photo.message_id)).message_id
    assert (await bot.forward_message(ma, grid, photo.message_id)).forward_origin
    assert await bot.send_chat_action(ma, "typing")
    assert await bot.pin_chat_message(grid, text.message_id)
    chat = await bot.get_chat(grid)
    assert chat.pinned_message is not None
    assert (await bot.get_chat(ma)).first_name == "小马"
    assert await bot.unpin_chat_message(grid)
    assert (await bot.get_chat_member(grid, town.li.id)).status == "creator"
    assert (await bot.get_chat_member(grid, bot.id)).status == "administrator"
    assert len(await bot.get_chat_administrators(grid)) == 2
    assert await bot.get_chat_member_count(grid) == 3
    assert await bot.set_message_reaction(grid, text.message_id, ReactionTypeEmoji("👌"))
    scope = BotCommandScopeAllGroupChats()
    assert await bot.set_my_commands([BotCommand("open", "未办")], scope=scope, language_code="zh")
    assert [command.command for command in await bot.get_my_commands(scope, "zh")] == ["open"]
    assert await bot.get_my_commands() == ()
    assert await bot.delete_my_commands(scope, "zh")
    assert await bot.set_my_description("邻里守望", language_code="zh")
    assert (await bot.get_my_description("zh")).description == "邻里守望"
    assert (await bot.get_webhook_info()).url == ""
    fetched = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await fetched.download_as_bytearray()).startswith(b"\xff\xd8")
    assert await bot.delete_messages(grid, [photo.message_id, text.message_id, 999])
    forum = town.world.add_group(-1_000_000_000_777, "论坛", [town.li], forum=True)
    topic = await bot.create_forum_topic(forum.id, "上报")
    assert (await bot.send_message(forum.id, "x", message_thread_id=topic.message_thread_id)).is_topic_message
    assert await bot.leave_chat(grid)


async def test_errors_come_as_the_librarys_own(town: Town, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else the library warns of what retry_after will be one day
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(town.ma.id, " ")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(town.li.id, "x")
    group = town.world.add_group(-555, "小群", [town.li], supergroup=False)
    new_id = group.upgrade_to_supergroup()
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(-555, "x")
    assert moved.value.new_chat_id == new_id
    town.world.faults.too_many("sendMessage", retry_after=9)
    with pytest.raises(RetryAfter) as held:
        await bot.send_message(town.ma.id, "x")
    assert held.value.retry_after == timedelta(seconds=9)
    await bot.set_webhook("https://bot.example.org/telegram")
    with pytest.raises(Conflict):
        await bot.get_updates()
    town.world.faults.token_revoked = True
    with pytest.raises(InvalidToken):
        await bot.get_me()
