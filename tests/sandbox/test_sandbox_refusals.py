"""Each refusal in Telegram's own words: a table, one row a mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sandbox_town import Town, jpeg

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
OK = {"text": "好", "callback_data": "y"}


@dataclass(frozen=True)
class Stage:
    """What stands in the chats before the mistake is made."""

    town: Town
    text: int
    photo: int
    keyboard: int
    theirs: int
    location: int


def keys(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


Build = Callable[[Stage], dict[str, Any]]


def to_ma(**params: Any) -> Build:
    return lambda stage: {"chat_id": stage.town.ma.id, **params}


def to_grid(**params: Any) -> Build:
    return lambda stage: {"chat_id": stage.town.grid.id, **params}


def on(which: str, **params: Any) -> Build:
    return lambda stage: {"chat_id": stage.town.ma.id, "message_id": getattr(stage, which), **params}


def media(*kinds: str) -> list[dict[str, Any]]:
    return [{"type": kind, "media": "nothing"} for kind in kinds]


BAD = "Bad Request: "
ENTITIES = BAD + "can't parse entities: "
FAKE_FILE = BAD + "wrong file identifier/HTTP URL specified"
NO_BUTTON = BAD + "can't parse inline keyboard button: "
OWN_URL = "https://t.me/GridCareBot?start=s1"

ROWS: list[tuple[str, Build, int, str]] = [
    # who and where
    ("sendMessage", lambda s: {"text": "x"}, 400, BAD + "chat_id is empty"),
    ("sendMessage", lambda s: {"chat_id": 99, "text": "x"}, 400, BAD + "chat not found"),
    ("sendMessage", lambda s: {"chat_id": "@nobody", "text": "x"}, 400, BAD + "chat not found"),
    (
        "sendMessage",
        lambda s: {"chat_id": s.town.li.id, "text": "x"},
        403,
        "Forbidden: bot can't initiate conversation with a user",
    ),
    ("sendMessage", to_ma(text="x", message_thread_id=5), 400, BAD + "message thread not found"),
    ("sendMessage", to_grid(text="x", message_thread_id=5), 400, BAD + "message thread not found"),
    ("flySwatter", to_ma(), 404, "Not Found"),
    # words
    ("sendMessage", to_ma(), 400, BAD + "message text is empty"),
    ("sendMessage", to_ma(text=" \n "), 400, BAD + "message text is empty"),
    ("sendMessage", to_ma(text="<b> </b>", parse_mode="HTML"), 400, BAD + "message text is empty"),
    ("sendMessage", to_ma(text="长" * 4097), 400, BAD + "message is too long"),
    ("sendMessage", to_ma(text="🙋" * 2049), 400, BAD + "message is too long"),  # an emoji is two UTF-16 units
    ("sendMessage", to_ma(text="x", parse_mode="BBCode"), 400, BAD + "unsupported parse_mode"),
    (
        "sendMessage",
        to_ma(text="a < b", parse_mode="HTML"),
        400,
        ENTITIES + 'Unsupported start tag "" at byte offset 2',
    ),
    (
        "sendMessage",
        to_ma(text="网<h1>x</h1>", parse_mode="HTML"),
        400,
        ENTITIES + 'Unsupported start tag "h1" at byte offset 3',  # bytes, not characters
    ),
    (
        "sendMessage",
        to_ma(text="<b>x", parse_mode="HTML"),
        400,
        ENTITIES + 'Can\'t find end tag corresponding to start tag "b"',
    ),
    ("sendMessage", to_ma(text="x</b>", parse_mode="HTML"), 400, ENTITIES + "Unexpected end tag at byte offset 1"),
    (
        "sendMessage",
        to_ma(text="<b>x</i>", parse_mode="HTML"),
        400,
        ENTITIES + 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
    ),
    ("sendMessage", to_ma(text="<b", parse_mode="HTML"), 400, ENTITIES + "Unclosed start tag at byte offset 0"),
    (
        "sendMessage",
        to_ma(text="<span>x</span>", parse_mode="HTML"),
        400,
        ENTITIES + 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    ),
    ("sendMessage", to_ma(text="<b>x</b", parse_mode="HTML"), 400, ENTITIES + "Unclosed end tag at byte offset 4"),
    (
        "sendMessage",
        to_ma(text="*x*", parse_mode="MarkdownV2"),
        400,
        ENTITIES + "MarkdownV2 is not spoken here, use HTML",
    ),
    (
        "sendMessage",
        to_ma(text="x", entities=[{"type": "bold", "offset": 0, "length": 2}]),
        400,
        ENTITIES + "entity begins or ends outside the text",
    ),
    (
        "sendMessage",
        to_ma(text="x", entities=["bold"]),
        400,
        BAD + "can't parse MessageEntity: Expected an Object with type, offset and length",
    ),
    ("sendMessage", to_ma(text="x", entities=5), 400, BAD + "can't parse entities JSON object: Expected an Array"),
    # answers to messages
    (
        "sendMessage",
        lambda s: {
            "chat_id": s.town.ma.id,
            "text": "x",
            "reply_parameters": {"message_id": s.text, "chat_id": s.town.grid.id},
        },
        400,
        BAD + "message to be replied not found",
    ),
    ("sendMessage", to_ma(text="x", reply_parameters=7), 400, BAD + "can't parse reply_parameters JSON object"),
    (
        "sendMessage",
        to_ma(text="x", reply_parameters={"message_id": 999}),
        400,
        BAD + "message to be replied not found",
    ),
    ("sendMessage", to_ma(text="x", reply_to_message_id=999), 400, BAD + "message to be replied not found"),
    # keyboards
    ("sendMessage", to_ma(text="x", reply_markup=5), 400, BAD + "object expected as reply markup"),
    (
        "sendMessage",
        to_ma(text="x", reply_markup=keys({"text": "a", "callback_data": "é" * 33})),  # 66 bytes
        400,
        BAD + "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        to_ma(text="x", reply_markup=keys({"text": "a", "callback_data": ""})),
        400,
        BAD + "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        to_ma(text="x", reply_markup=keys({"text": "a"})),
        400,
        NO_BUTTON + "Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        to_ma(text="x", reply_markup=keys({"callback_data": "a"})),
        400,
        NO_BUTTON + 'Field "text" must be of type String',
    ),
    (
        "sendMessage",
        to_ma(text="x", reply_markup=keys({"text": "a", "url": "no url"})),
        400,
        BAD + "inline keyboard button URL 'no url' is invalid: Wrong HTTP URL",
    ),
    ("sendMessage", to_ma(text="x", reply_markup=keys(*[OK] * 101)), 400, BAD + "reply markup is too long"),
    (
        "sendMessage",
        to_grid(text="x", reply_markup={"keyboard": [[{"text": "📍", "request_location": True}]]}),
        400,
        BAD + "location can be requested in private chats only",
    ),
    (
        "sendMessage",
        to_grid(text="x", reply_markup={"keyboard": [[{"text": "☎️", "request_contact": True}]]}),
        400,
        BAD + "phone number can be requested in private chats only",
    ),
    (
        "sendMessage",
        to_ma(text="x", reply_markup={"inline_keyboard": [OK]}),
        400,
        BAD + "can't parse inline keyboard markup JSON object: Expected an Array of Arrays",
    ),
    ("sendMessage", to_ma(text="x", reply_markup={"inline_keyboard": [["a"]]}), 400, NO_BUTTON + "Expected an Object"),
    (
        "sendMessage",
        to_ma(text="x", reply_markup=keys({**OK, "style": "pink"})),
        400,
        NO_BUTTON + "invalid button style specified",
    ),
    (
        "sendMessage",
        to_ma(text="x", reply_markup={"keyboard": [[]]}),
        400,
        BAD + "reply keyboard must contain at least one button",
    ),
    (
        "sendMessage",
        to_ma(text="x", reply_markup={"keyboard": [[5]]}),
        400,
        BAD + "can't parse keyboard button: Expected an Object or a String",
    ),
    (
        "sendMessage",
        to_ma(text="x", reply_markup={"keyboard": [[{}]]}),
        400,
        BAD + 'can\'t parse keyboard button: Field "text" must be of type String',
    ),
    (
        "sendMessage",
        to_ma(text="x", reply_markup={"keyboard": [[" "]]}),
        400,
        BAD + "keyboard button text must be non-empty",
    ),
    (
        "sendMessage",
        to_ma(text="x", reply_markup={"force_reply": True, "input_field_placeholder": "长" * 65}),
        400,
        BAD + "input field placeholder is too long",
    ),
    # files
    (
        "sendMediaGroup",
        to_ma(media=["a", "b"]),
        400,
        BAD + "can't parse InputMedia: expected an Object",
    ),
    (
        "sendMediaGroup",
        to_ma(media=[{"type": "voice", "media": "a"}] * 2),
        400,
        BAD + "can't parse InputMedia: type must be one of photo, video, animation, audio, document",
    ),
    ("sendMediaGroup", to_ma(media=[{"type": "photo"}] * 2), 400, BAD + "can't parse InputMedia: media not found"),
    ("getFile", to_ma(), 400, BAD + "file_id not specified"),
    ("sendPhoto", to_ma(), 400, BAD + "there is no photo in the request"),
    ("sendPhoto", to_ma(photo="attach://gone"), 400, BAD + "there is no photo in the request"),
    ("sendPhoto", to_ma(photo="AgAC-nothing"), 400, FAKE_FILE),
    ("sendPhoto", to_ma(photo="http://example.org/a.jpg"), 400, FAKE_FILE),
    ("getFile", lambda s: {"file_id": "nothing"}, 400, BAD + "invalid file_id"),
    ("sendMediaGroup", to_ma(media=[]), 400, BAD + "there are no media to send"),
    ("sendMediaGroup", to_ma(media=media("photo")), 400, BAD + "too few messages to send as an album"),
    ("sendMediaGroup", to_ma(media=media(*["photo"] * 11)), 400, BAD + "too much messages to send as an album"),
    (
        "sendMediaGroup",
        to_ma(media=media("photo", "photo"), reply_markup=keys(OK)),
        400,
        BAD + "reply markup is not allowed for media groups",
    ),
    # places
    ("sendLocation", to_ma(longitude=1), 400, BAD + "latitude is empty"),
    ("sendLocation", to_ma(latitude=91, longitude=1), 400, BAD + "wrong latitude or longitude specified"),
    ("sendContact", to_ma(first_name="x"), 400, BAD + "phone number is empty"),
    ("sendContact", to_ma(phone_number="1"), 400, BAD + "first name is empty"),
    ("sendVenue", to_ma(latitude=1, longitude=1), 400, BAD + "VENUE_TITLE_EMPTY"),
    ("sendChatAction", to_ma(action="dancing"), 400, BAD + "wrong parameter action in request"),
    # edits
    ("editMessageText", to_ma(text="y"), 400, BAD + "message identifier is not specified"),
    ("editMessageText", to_ma(text="y", message_id=999), 400, BAD + "message to edit not found"),
    ("editMessageText", on("theirs", text="y"), 400, BAD + "message can't be edited"),
    ("editMessageText", on("text", text="旧", reply_markup=keys(OK)), 400, NOT_MODIFIED),
    ("editMessageReplyMarkup", on("text", reply_markup=keys(OK)), 400, NOT_MODIFIED),
    ("editMessageText", on("photo", text="y"), 400, BAD + "there is no text in the message to edit"),
    ("editMessageCaption", on("text", caption="y"), 400, BAD + "there is no caption in the message to edit"),
    ("editMessageCaption", on("location", caption="y"), 400, BAD + "there is no caption in the message to edit"),
    ("editMessageCaption", on("photo", caption="长" * 1025), 400, BAD + "message caption is too long"),
    ("editMessageMedia", on("photo", media={"type": "photo", "media": "nothing"}), 400, FAKE_FILE),
    ("editMessageText", on("keyboard", text="y"), 400, BAD + "message can't be edited"),
    ("editMessageReplyMarkup", on("keyboard", reply_markup=keys(OK)), 400, BAD + "message can't be edited"),
    (
        "editMessageText",
        on("text", text="y", reply_markup={"keyboard": [["a"]]}),
        400,
        BAD + "inline keyboard expected",
    ),
    ("editMessageText", to_ma(inline_message_id="1", text="y"), 400, BAD + "MESSAGE_ID_INVALID"),
    # deleting, copying, pinning
    ("deleteMessages", to_ma(message_ids=[1] * 101), 400, BAD + "too many message identifiers specified"),
    ("unpinChatMessage", to_grid(), 400, BAD + "message to unpin not found"),
    (
        "setMessageReaction",
        on("text", reaction=[{"type": "emoji", "emoji": "👍"}] * 2),
        400,
        BAD + "REACTIONS_TOO_MANY",
    ),
    ("deleteMessage", to_ma(message_id=999), 400, BAD + "message to delete not found"),
    ("deleteMessages", to_ma(message_ids=[]), 400, BAD + "message identifiers are not specified"),
    (
        "copyMessage",
        lambda s: {"chat_id": s.town.ma.id, "from_chat_id": s.town.grid.id, "message_id": 999},
        400,
        BAD + "message to copy not found",
    ),
    (
        "forwardMessage",
        lambda s: {"chat_id": s.town.ma.id, "from_chat_id": s.town.grid.id, "message_id": 999},
        400,
        BAD + "message to forward not found",
    ),
    ("pinChatMessage", to_grid(message_id=999), 400, BAD + "message to pin not found"),
    ("setMessageReaction", to_ma(message_id=999), 400, BAD + "message to react not found"),
    ("setMessageReaction", on("text", reaction=[{"type": "emoji", "emoji": "🧻"}]), 400, BAD + "REACTION_INVALID"),
    # presses
    (
        "answerCallbackQuery",
        lambda s: {"callback_query_id": "1"},
        400,
        BAD + "query is too old and response timeout expired or query ID is invalid",
    ),
    # chats
    ("getChat", lambda s: {"chat_id": -5}, 400, BAD + "chat not found"),
    ("getChatMember", to_grid(), 400, BAD + "invalid user_id specified"),
    ("getChatMember", to_grid(user_id=77), 400, BAD + "user not found"),
    ("getChatMember", to_ma(user_id=10002), 400, BAD + "member not found"),
    ("getChatAdministrators", to_ma(), 400, BAD + "there are no administrators in the private chat"),
    ("leaveChat", to_ma(), 400, BAD + "chat member status can't be changed in private chats"),
    ("createForumTopic", to_grid(name="x"), 400, BAD + "the chat is not a forum"),
    # menus and webhooks
    ("setMyCommands", to_ma(commands=["hi"]), 400, BAD + "can't parse BotCommand: expected an Object"),
    (
        "setMyCommands",
        to_ma(commands=[{"command": "hi", "description": ""}]),
        400,
        BAD + "BOT_COMMAND_DESCRIPTION_INVALID",
    ),
    (
        "setMyCommands",
        to_ma(commands=[{"command": "hi", "description": "x"}] * 101),
        400,
        BAD + "BOT_COMMANDS_TOO_MUCH",
    ),
    ("setMyCommands", to_ma(commands=[], language_code="chinese"), 400, BAD + "invalid language code specified"),
    ("setMyCommands", to_ma(commands=[], scope={"type": "chat", "chat_id": 5}), 400, BAD + "chat not found"),
    ("setMyShortDescription", to_ma(short_description="长" * 121), 400, BAD + "the bot short description is too long"),
    (
        "setWebhook",
        to_ma(url="https://example.org:8081/x"),
        400,
        BAD + "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
    ),
    (
        "setMyCommands",
        lambda s: {"commands": [{"command": "Hi", "description": "x"}]},
        400,
        BAD + "BOT_COMMAND_INVALID",
    ),
    (
        "setMyCommands",
        lambda s: {"commands": [], "scope": {"type": "moon"}},
        400,
        BAD + "can't parse BotCommandScope: unsupported type specified",
    ),
    (
        "setWebhook",
        lambda s: {"url": "http://example.org/x"},
        400,
        BAD + "bad webhook: An HTTPS URL must be provided for webhook",
    ),
    (
        "setWebhook",
        lambda s: {"url": OWN_URL, "secret_token": "ü"},
        400,
        BAD + "secret token contains unallowed characters",
    ),
]


@pytest.fixture
async def stage(town: Town) -> Stage:
    town.world.limits.enabled = False
    said = await town.api("sendMessage", chat_id=town.ma.id, text="旧", reply_markup=keys(OK))
    shown = await town.api.upload("sendPhoto", {"photo": jpeg()}, chat_id=town.ma.id, caption="图")
    board = await town.api("sendMessage", chat_id=town.ma.id, text="?", reply_markup={"keyboard": [["a"]]})
    theirs = town.ma.send_text("我的")
    place = await town.api("sendLocation", chat_id=town.ma.id, latitude=36.06, longitude=103.83)
    ids = [message["message_id"] for message in (said, shown, board)]
    return Stage(town, *ids, theirs=theirs.id, location=place["message_id"])


async def test_every_mistake_is_refused_in_telegrams_words_and_changes_nothing(stage: Stage) -> None:
    before = stage.town.ma.messages() + stage.town.grid.messages()
    wrong = []
    for method, build, code, description in ROWS:
        refusal = await stage.town.api.refused(method, **build(stage))
        if (refusal.code, refusal.description) != (code, description):
            wrong.append((method, description, str(refusal)))
    assert not wrong
    assert stage.town.ma.messages() + stage.town.grid.messages() == before


async def test_a_wrong_token_is_unauthorized(town: Town) -> None:
    town.api.token = "1:WRONG"
    refusal = await town.api.refused("getMe")
    assert (refusal.code, refusal.description) == (401, "Unauthorized")


@pytest.mark.parametrize("path", ["/", "/bot1:SANDBOX", "/bot1:SANDBOX/getMe/more"])
async def test_any_other_path_is_not_found_in_json(town: Town, path: str) -> None:
    async with town.api.session.get(town.url + path) as response:
        assert (response.status, await response.json()) == (
            404,
            {"ok": False, "error_code": 404, "description": "Not Found"},
        )


async def test_a_blocked_bot_is_forbidden_and_told_so(town: Town) -> None:
    town.ma.block_bot()
    refusal = await town.api.refused("sendMessage", chat_id=town.ma.id, text="x")
    assert (refusal.code, refusal.description) == (403, "Forbidden: bot was blocked by the user")
    (update,) = await town.api.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    town.ma.unblock_bot()
    (update,) = await town.api.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "member"
    await town.api("sendMessage", chat_id=town.ma.id, text="x")


async def test_a_deleted_account_is_forbidden(town: Town) -> None:
    town.ma.deactivate()
    refusal = await town.api.refused("sendMessage", chat_id=town.ma.id, text="x")
    assert refusal.description == "Forbidden: user is deactivated"


async def test_somebody_the_bot_never_met_is_not_even_found(town: Town) -> None:
    stranger = town.world.add_user(77, "生人", known_to_bot=False)
    assert (await town.api.refused("sendMessage", chat_id=77, text="x")).description == "Bad Request: chat not found"
    stranger.start()
    await town.api("sendMessage", chat_id=77, text="x")


async def test_a_group_that_put_the_bot_out_is_forbidden(town: Town) -> None:
    town.grid.remove_bot(by=town.li)
    refusal = await town.api.refused("sendMessage", chat_id=town.grid.id, text="x")
    assert (refusal.code, refusal.description) == (403, "Forbidden: bot was kicked from the supergroup chat")
    kinds = [sorted(update.keys() - {"update_id"})[0] for update in await town.api.updates()]
    assert kinds == ["my_chat_member", "message"]
    town.grid.add_bot()
    await town.api("leaveChat", chat_id=town.grid.id)
    refusal = await town.api.refused("sendMessage", chat_id=town.grid.id, text="x")
    assert refusal.description == "Forbidden: bot is not a member of the supergroup chat"


async def test_messages_older_than_48_hours_can_no_longer_be_deleted(town: Town) -> None:
    sent = await town.api("sendMessage", chat_id=town.grid.id, text="x")
    named = {"chat_id": town.grid.id, "message_id": sent["message_id"]}
    town.forward(hours=48, seconds=1)
    refusal = await town.api.refused("deleteMessage", **named)
    assert refusal.description == "Bad Request: message can't be deleted for everyone"
    await town.api("editMessageText", text="y", **named)  # editing has no such limit


async def test_a_plain_member_deletes_only_its_own(town: Town) -> None:
    theirs = town.li.send_text("/x", chat=town.grid)
    town.grid.demote_bot()
    refusal = await town.api.refused("deleteMessage", chat_id=town.grid.id, message_id=theirs.id)
    assert refusal.description == "Bad Request: message can't be deleted"
    town.grid.promote_bot()
    await town.api("deleteMessage", chat_id=town.grid.id, message_id=theirs.id)
    assert town.li.see(theirs) is None


async def test_pinning_needs_the_right(town: Town) -> None:
    sent = await town.api("sendMessage", chat_id=town.grid.id, text="菜单")
    town.grid.promote_bot(without=("can_pin_messages",))
    named = {"chat_id": town.grid.id, "message_id": sent["message_id"]}
    refusal = await town.api.refused("pinChatMessage", **named)
    assert refusal.description == "Bad Request: not enough rights to manage pinned messages in the chat"
    town.grid.promote_bot()
    await town.api("pinChatMessage", **named)
    assert town.li.find("菜单", town.grid).pinned
    assert (await town.api("getChat", chat_id=town.grid.id))["pinned_message"]["text"] == "菜单"


async def test_a_press_is_answered_once_in_time_and_within_200_characters(town: Town) -> None:
    query = town.world.press(town.ma.user, town.ma.chat(), 1, "x")
    named = {"callback_query_id": query.id}
    assert (await town.api.refused("answerCallbackQuery", text="x" * 201, **named)).description == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    for url in ("https://example.org", "https://t.me/OtherBot?start=s1", "https://t.me/GridCareBot"):
        refusal = await town.api.refused("answerCallbackQuery", url=url, **named)
        assert refusal.description == "Bad Request: URL_INVALID"
    await town.api("answerCallbackQuery", url=OWN_URL, **named)
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert (await town.api.refused("answerCallbackQuery", **named)).description == too_old
    late = town.world.press(town.ma.user, town.ma.chat(), 1, "x")
    town.forward(minutes=6)
    assert (await town.api.refused("answerCallbackQuery", callback_query_id=late.id)).description == too_old
    assert late.spinning
