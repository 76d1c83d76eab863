"""The nouns of a messenger: users, chats, members, topics, messages, and how a bot sees them as JSON."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]

GROUP_ANONYMOUS_BOT = 1087968824
"""The user id that Telegram shows for an administrator who hides behind his group."""

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_pin_messages",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def unix(when: datetime) -> int:
    """Seconds since 1970, as every date in the Bot API is."""
    return int(when.timestamp())


@dataclass(eq=False)
class User:
    """An account: a person's or a bot's."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def to_json(self) -> Json:
        """The `User` object."""
        known: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return known | {name: value for name, value in optional.items() if value is not None}

    @property
    def name(self) -> str:
        """First and last name as others read it."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(eq=False)
class Member:
    """Somebody in a group: `creator`, `administrator`, `member`, `left` or `kicked`."""

    user: User
    status: str = "member"
    anonymous: bool = False
    missing_rights: frozenset[str] = frozenset()

    @property
    def present(self) -> bool:
        """Is he in the chat now."""
        return self.status in ("creator", "administrator", "member")

    @property
    def is_admin(self) -> bool:
        """May he manage the chat."""
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        """Has this administrator the right, e.g. `can_pin_messages`."""
        return self.status == "creator" or (self.status == "administrator" and right not in self.missing_rights)

    def to_json(self, *, supergroup: bool = True) -> Json:
        """The `ChatMember` object."""
        known: Json = {"user": self.user.to_json(), "status": self.status}
        if self.status == "creator":
            known["is_anonymous"] = self.anonymous
        if self.status == "administrator":
            known |= {"can_be_edited": False, "is_anonymous": self.anonymous}
            known |= {right: right not in self.missing_rights for right in ADMIN_RIGHTS}
            if supergroup:
                known["can_manage_topics"] = "can_manage_topics" not in self.missing_rights
        if self.status == "kicked":
            known["until_date"] = 0
        return known


@dataclass(eq=False)
class Topic:
    """A topic of a forum; its id is the message id of its opening service message."""

    id: int
    name: str
    closed: bool = False


@dataclass(eq=False)
class Message:
    """One message as the server keeps it; `content` holds the Bot API's own fields (`text`, `photo`, ...)."""

    id: int
    chat: Chat
    date: datetime
    sender: User
    kind: str
    content: Json
    sender_chat: Chat | None = None
    reply_to: Message | None = None
    thread_id: int | None = None
    in_topic: bool = False
    markup: Json | None = None
    album: str | None = None
    silent: bool = False
    edit_date: datetime | None = None
    forward_origin: Json | None = None
    deleted: bool = False
    reactions: list[Json] = field(default_factory=list)
    live_until: datetime | None = None

    @property
    def text(self) -> str:
        """The words a reader sees: text or caption."""
        words: str = self.content.get("text") or self.content.get("caption") or ""
        return words

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        """Rows of inline buttons, none if it has none."""
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    def to_json(self, *, with_reply: bool = True) -> Json:
        """The `Message` object as the bot gets it; a replied-to message is shown one level deep."""
        known: Json = {"message_id": self.id, "from": self.sender.to_json()}
        if self.sender_chat is not None:
            known["sender_chat"] = self.sender_chat.to_json()
        known |= {"chat": self.chat.to_json(), "date": unix(self.date)}
        if self.thread_id is not None:
            known["message_thread_id"] = self.thread_id
        if self.in_topic:
            known["is_topic_message"] = True
        if self.edit_date is not None:
            known["edit_date"] = unix(self.edit_date)
        if self.album is not None:
            known["media_group_id"] = self.album
        if self.forward_origin is not None:
            known["forward_origin"] = self.forward_origin
        answered = self.reply_to or self._opening()
        if with_reply and answered is not None and not answered.deleted:
            known["reply_to_message"] = answered.to_json(with_reply=False)
        known |= copy.deepcopy(self.content)
        if self.inline_keyboard:  # other keyboards are never shown to the bot again
            known["reply_markup"] = copy.deepcopy(self.markup)
        return known

    def _opening(self) -> Message | None:
        """In a topic, what answers nothing is shown as an answer to the topic's opening message."""
        opened = self.chat.live(self.thread_id) if self.in_topic and self.thread_id is not None else None
        return opened if opened is not self else None


@dataclass(eq=False)
class Chat:
    """A private chat of the bot with one person, a group or a supergroup."""

    id: int
    type: str
    title: str | None = None
    person: User | None = None
    forum: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    next_message_id: int = 1
    migrated_to: Chat | None = None
    migrated_from: Chat | None = None
    pinned: list[int] = field(default_factory=list)
    hidden_members: bool = False
    keyboard_from: dict[int, int] = field(default_factory=dict)
    """For each person, the message whose reply keyboard he is shown."""
    instance: str = "0"
    """`chat_instance` of callback queries: one opaque number per chat."""

    @property
    def is_private(self) -> bool:
        """One person and the bot."""
        return self.type == "private"

    @property
    def is_supergroup(self) -> bool:
        """Ids below -10^12, topics, own message numbering."""
        return self.type == "supergroup"

    def to_json(self) -> Json:
        """The `Chat` object."""
        known: Json = {"id": self.id, "type": self.type}
        if self.person is not None:
            person = {"first_name": self.person.first_name, "last_name": self.person.last_name}
            person["username"] = self.person.username
            return known | {name: value for name, value in person.items() if value is not None}
        known["title"] = self.title
        if self.forum:
            known["is_forum"] = True
        return known

    def member(self, user_id: int) -> Member | None:
        """The member if he is in the chat now."""
        found = self.members.get(user_id)
        return found if found is not None and found.present else None

    def present(self) -> Iterator[Member]:
        """Everybody who is in the chat now."""
        return (member for member in self.members.values() if member.present)

    def history(self) -> list[Message]:
        """What stands in the chat, oldest first, what was said before an upgrade included."""
        earlier = self.migrated_from.history() if self.migrated_from is not None else []
        return earlier + [message for message in self.messages.values() if not message.deleted]

    def live(self, message_id: int) -> Message | None:
        """The message, unless it never was or is deleted."""
        found = self.messages.get(message_id)
        return found if found is not None and not found.deleted else None
