"""send*, copy* and forward*: what puts new messages into chats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox import entities
from bot.sandbox.errors import bad_request
from bot.sandbox.markup import check_markup
from bot.sandbox.media import FOLDERS, UPLOAD_LIMIT, StoredFile
from bot.sandbox.methods.registry import Method
from bot.sandbox.params import Params, Upload, whole_number
from bot.sandbox.records import Chat, Json, Message, unix
from bot.sandbox.world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_SUFFIXES = {"video": ".mp4", "voice": ".oga", "sticker": ".webp", "animation": ".mp4", "audio": ".mp3"}
_MEASURES = ("width", "height", "duration")
WRONG_FILE = "wrong file identifier/HTTP URL specified"


@dataclass(frozen=True)
class _Target:
    """Where a message goes and how."""

    chat: Chat
    reply_to: Message | None
    thread: int | None
    markup: Json | None
    silent: bool


def body_text(params: Params) -> Json:
    """`text` and `entities` of a text message, or the refusal."""
    text, marked = entities.parse(params.text("text"), params.get("parse_mode"), params.array("entities"))
    if not text:
        raise bad_request("message text is empty")
    if entities.utf16_len(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    preview = params.object("link_preview_options")
    return {"text": text} | _if("entities", marked) | _if("link_preview_options", preview)


def body_caption(source: Params | Json) -> Json:
    """`caption` and `caption_entities`, from a call or from an InputMedia."""
    caption = source.get("caption")
    given = source.get("caption_entities")
    text, marked = entities.parse(str(caption or ""), source.get("parse_mode"), given)
    if entities.utf16_len(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    above = source.get("show_caption_above_media") in (True, "true", "True", 1)
    return _if("caption", text) | _if("caption_entities", marked) | _if("show_caption_above_media", above)


def _if(name: str, value: Any) -> Json:
    return {name: value} if value else {}


def _target(world: World, params: Params, *, markup: bool = True) -> _Target:
    chat = world.chat_for_bot(params.get("chat_id"))
    thread = params.integer("message_thread_id") or None
    _check_thread(world, chat, thread)
    reply = _reply(chat, params)
    if reply is not None and thread is None and reply.in_topic:
        thread = reply.thread_id
    keyboard = check_markup(params.get("reply_markup"), private=chat.is_private) if markup else None
    return _Target(chat, reply, thread, keyboard, params.flag("disable_notification"))


def _check_thread(world: World, chat: Chat, thread: int | None) -> None:
    if thread is None:
        return
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad_request("message thread not found")
    me = chat.member(world.bot.id)
    if topic.closed and not (me and me.may("can_manage_topics")):
        raise bad_request("TOPIC_CLOSED")


def _reply(chat: Chat, params: Params) -> Message | None:
    given = params.object("reply_parameters")
    message_id = whole_number(given.get("message_id")) or params.integer("reply_to_message_id")
    if not message_id:
        return None
    if given.get("chat_id") not in (None, chat.id, str(chat.id)):
        raise bad_request("message to be replied not found")
    found = chat.live(message_id)
    lenient = given.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if found is None and not lenient:
        raise bad_request("message to be replied not found")
    return found


def _post(world: World, to: _Target, kind: str, content: Json, *, album: str | None = None) -> Message:
    return world.post(
        to.chat,
        world.bot,
        kind,
        content,
        reply_to=to.reply_to,
        thread=to.thread,
        markup=to.markup,
        album=album,
        silent=to.silent,
    )


def _reach(world: World, chat: Chat) -> None:
    world.limits.reach(chat.id, world.clock.now())


def send_message(world: World, params: Params) -> Json:
    """A text."""
    to, content = _target(world, params), body_text(params)
    _reach(world, to.chat)
    return _post(world, to, "text", content).to_json()


def find_file(world: World, kind: str, given: Any, uploads: dict[str, Upload], fields: Json) -> StoredFile:
    """The file a call means: an upload, `attach://name`, or a `file_id` of the same kind. URLs are not fetched here."""
    upload = uploads.get(given.removeprefix("attach://")) if isinstance(given, str) else given
    if isinstance(upload, Upload):
        return _uploaded(world, kind, upload, fields)
    if not given or (isinstance(given, str) and given.startswith("attach://")):
        raise bad_request(f"there is no {kind} in the request")
    known = world.files.get(given) if isinstance(given, str) else None
    if known is None:
        raise bad_request(WRONG_FILE)
    if known.kind != kind:
        raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return known


def _uploaded(world: World, kind: str, upload: Upload, fields: Json) -> StoredFile:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        return world.files.add_photo(upload.data)
    if len(upload.data) > UPLOAD_LIMIT:
        raise bad_request("file is too big")
    known: Json = {"duration": 0} if kind in ("video", "voice", "audio", "animation") else {}
    if kind in ("video", "animation", "sticker"):
        known |= {"width": 512, "height": 512}
    if kind == "sticker":
        known |= {"type": "regular", "is_animated": False, "is_video": False}
    if kind == "document":
        known |= {"file_name": upload.name, "mime_type": "application/octet-stream"}
    suffix = _SUFFIXES.get(kind) or ("." + upload.name.rpartition(".")[2] if "." in upload.name else "")
    return world.files.add(kind, upload.data, suffix=suffix, fields=known | fields)


def _send_media(kind: str) -> Method:
    def send(world: World, params: Params) -> Json:
        to = _target(world, params)
        given = params.uploads.get(kind) or params.get(kind)
        measures = {name: params.integer(name) for name in _MEASURES if name in params}
        content = find_file(world, kind, given, params.uploads, measures).content()
        if kind != "sticker":
            content |= body_caption(params)
        _reach(world, to.chat)
        return _post(world, to, kind, content).to_json()

    send.__doc__ = f"A {kind}."
    return send


def input_media(world: World, given: Any, uploads: dict[str, Upload]) -> tuple[str, Json]:
    """Kind and content of one InputMedia object."""
    if not isinstance(given, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = given.get("type")
    if kind not in FOLDERS or kind in ("voice", "sticker"):
        raise bad_request("can't parse InputMedia: type must be one of photo, video, animation, audio, document")
    if not given.get("media"):
        raise bad_request("can't parse InputMedia: media not found")
    measures = {name: given[name] for name in _MEASURES if name in given}
    return kind, find_file(world, kind, given["media"], uploads, measures).content() | body_caption(given)


def send_media_group(world: World, params: Params) -> list[Json]:
    """An album of 2-10; photos and videos mix, documents and music do not."""
    to = _target(world, params, markup=False)
    media = params.array("media") or []
    if not media:
        raise bad_request("there are no media to send")
    if len(media) > 10:
        raise bad_request("too much messages to send as an album")
    if len(media) < 2:
        raise bad_request("too few messages to send as an album")
    if params.get("reply_markup"):
        raise bad_request("reply markup is not allowed for media groups")
    items = [input_media(world, item, params.uploads) for item in media]
    kinds = {kind for kind, _ in items}
    if "animation" in kinds or (not kinds <= {"photo", "video"} and len(kinds) > 1):
        raise bad_request("can't use the media of the specified type in the album")
    _reach(world, to.chat)
    album = world.new_album()
    return [_post(world, to, kind, content, album=album).to_json() for kind, content in items]


def _place(params: Params) -> Json:
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude specified")
    return {"latitude": latitude, "longitude": longitude}


def send_location(world: World, params: Params) -> Json:
    """A place on the map."""
    to, place = _target(world, params), _place(params)
    _reach(world, to.chat)
    return _post(world, to, "location", {"location": place}).to_json()


def send_venue(world: World, params: Params) -> Json:
    """A named place."""
    to, place = _target(world, params), _place(params)
    title, address = params.text("title"), params.text("address")
    if not title:
        raise bad_request("VENUE_TITLE_EMPTY")
    _reach(world, to.chat)
    venue: Json = {"location": place, "title": title, "address": address}
    return _post(world, to, "venue", {"venue": venue, "location": place}).to_json()


def send_contact(world: World, params: Params) -> Json:
    """A phone number to tap."""
    to = _target(world, params)
    card = {"phone_number": params.text("phone_number"), "first_name": params.text("first_name")}
    if not card["phone_number"]:
        raise bad_request("phone number is empty")
    if not card["first_name"]:
        raise bad_request("first name is empty")
    _reach(world, to.chat)
    return _post(world, to, "contact", {"contact": card | _if("last_name", params.text("last_name"))}).to_json()


def _source(world: World, params: Params, wording: str) -> Message:
    chat = world.chat_for_bot(params.get("from_chat_id"), write=False)
    found = chat.live(params.integer("message_id"))
    if found is None or found.kind == "service":
        raise bad_request(wording)
    return found


def copy_message(world: World, params: Params) -> Json:
    """The same content again, without a link to the original; only its `message_id` is answered."""
    to, source = _target(world, params), _source(world, params, "message to copy not found")
    content = dict(source.content)
    if "caption" in params and source.kind != "text":
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= body_caption(params)
    _reach(world, to.chat)
    return {"message_id": _post(world, to, source.kind, content).id}


def forward_message(world: World, params: Params) -> Json:
    """The message with its origin shown."""
    to, source = _target(world, params, markup=False), _source(world, params, "message to forward not found")
    _reach(world, to.chat)
    origin = source.forward_origin or {
        "type": "user",
        "date": unix(source.date),
        "sender_user": source.sender.to_json(),
    }
    message = world.post(
        to.chat,
        world.bot,
        source.kind,
        dict(source.content),
        thread=to.thread,
        silent=to.silent,
        forward_origin=origin,
    )
    return message.to_json()


_ACTIONS = frozenset({"typing", "choose_sticker", "find_location"}) | {
    f"{doing}_{what}"
    for doing in ("record", "upload")
    for what in ("video", "voice", "video_note", "photo", "document")
}


def send_chat_action(world: World, params: Params) -> bool:
    """`typing...`; not counted by the limits, seen in `world.events`."""
    chat = world.chat_for_bot(params.get("chat_id"))
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.record("action", chat, action=params.text("action"))
    return True


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    **{f"send{kind.title()}": _send_media(kind) for kind in FOLDERS},
    "sendMediaGroup": send_media_group,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "sendChatAction": send_chat_action,
}
