"""The sandbox's world: a small Telegram with one bot in it, people with phones, groups, and everything that was said.

It knows nothing of any particular bot. People act through `Phone` and `Group` (in process), the bot through the HTTP
server of `api.py`. Time is the injected clock's; only waiting for HTTP is real.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox import visibility
from bot.sandbox.errors import bad_request, forbidden, migrated
from bot.sandbox.faults import Faults
from bot.sandbox.groups import Group
from bot.sandbox.journal import Call, CallbackQuery, Clock, Event, Journal
from bot.sandbox.limits import Limits
from bot.sandbox.media import FileStore
from bot.sandbox.people import Phone
from bot.sandbox.records import GROUP_ANONYMOUS_BOT, Chat, Json, Member, Message, User, unix
from bot.sandbox.updates import UpdateQueue

__all__ = ["Call", "CallbackQuery", "Clock", "Event", "World"]


class World(Journal):
    """One bot's Telegram.

    `world.limits`, `world.faults` and `world.privacy_mode` may be set at any time; `world.calls` and `world.events`
    are append-only records.
    """

    def __init__(self, clock: Clock, token: str = "1:SANDBOX", username: str = "GridCareBot") -> None:  # noqa: S107  the sandbox's own token, no secret
        super().__init__(clock)
        self.token = token
        bot_id = int(token.partition(":")[0])
        self.bot = User(bot_id, username.removesuffix("Bot") or username, username=username, is_bot=True)
        self.anonymous = User(GROUP_ANONYMOUS_BOT, "Group", username="GroupAnonymousBot", is_bot=True)
        self.users: dict[int, User] = {bot_id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.phones: dict[int, Phone] = {}
        self.groups: dict[int, Group] = {}
        self.files = FileStore(bot_id)
        self.limits = Limits()
        self.faults = Faults()
        self.updates = UpdateQueue(clock.now)
        self.privacy_mode = True
        self.callback_answer_within = timedelta(minutes=5)
        self.queries: dict[str, CallbackQuery] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[str, Any] = {}
        self._numbers = itertools.count(4_611_686_018_427_387_905)

    # --- people and groups -------------------------------------------------------------------------------------------

    def add_user(
        self,
        id: int,
        first_name: str,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "zh-hans",
        *,
        known_to_bot: bool = True,
    ) -> Phone:
        """A person with a phone. Until he presses START the bot is answered 403 (400 if it never met him at all)."""
        if id in self.users or id <= 0:
            raise ValueError(f"user id {id} is taken or not positive")
        user = User(id, first_name, last_name, username, language_code)
        self.users[id] = user
        self.chats[id] = Chat(id, "private", person=user, instance=str(next(self._numbers)))
        phone = Phone(self, user, known_to_bot=known_to_bot)
        self.phones[id] = phone
        return phone

    def add_group(
        self,
        id: int,
        title: str,
        members: Iterable[Phone] = (),
        *,
        bot_is_admin: bool = True,
        supergroup: bool = True,
        forum: bool = False,
        bot_is_member: bool = True,
    ) -> Group:
        """A group that has long existed: nobody is told of its making. The first member is its owner."""
        if id in self.chats or id >= 0 or supergroup != (id < -1_000_000_000_000):
            raise ValueError(f"{id} is taken or no {'supergroup' if supergroup else 'group'} id")
        if forum and not supergroup:
            raise ValueError("only a supergroup can have topics")
        kind = "supergroup" if supergroup else "group"
        chat = Chat(id, kind, title=title, forum=forum, instance=str(next(self._numbers)))
        self.chats[id] = chat
        for number, phone in enumerate(members):
            chat.members[phone.id] = Member(phone.user, "member" if number else "creator")
        if bot_is_member:
            chat.members[self.bot.id] = Member(self.bot, "administrator" if bot_is_admin else "member")
        self.groups[id] = Group(self, chat)
        return self.groups[id]

    # --- what happens ------------------------------------------------------------------------------------------------

    def pending_updates(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self.updates.pending())

    async def quiet(self, for_seconds: float = 0.05, timeout: float = 5.0) -> None:
        """Return once the bot has read all, waits in a long poll, and has done nothing for `for_seconds` (real).

        Raises TimeoutError if it does not come to rest. A bot's own timers on the clock do not count.
        """
        async with asyncio.timeout(timeout):
            while True:
                before = (self.version, len(self.calls))
                await asyncio.sleep(for_seconds)
                resting = not self.updates.pending() and (self.updates.polled or self.updates.webhook is not None)
                if resting and before == (self.version, len(self.calls)):
                    return

    def post(
        self,
        chat: Chat,
        sender: User,
        kind: str,
        content: Json,
        *,
        reply_to: Message | None = None,
        thread: int | None = None,
        markup: Json | None = None,
        album: str | None = None,
        silent: bool = False,
        forward_origin: Json | None = None,
        live_until: datetime | None = None,
        date: datetime | None = None,
    ) -> Message:
        """Put a message into a chat; the bot hears of it if Telegram would tell it."""
        member = chat.member(sender.id)
        hidden = member is not None and member.anonymous and kind != "service"
        message = Message(
            id=chat.next_message_id,
            chat=chat,
            date=date or self.clock.now(),
            sender=self.anonymous if hidden else sender,
            kind=kind,
            content=self.resolve_mentions(content),
            sender_chat=chat if hidden else None,
            reply_to=reply_to,
            thread_id=thread if thread is not None else _reply_thread(chat, reply_to),
            in_topic=thread is not None and chat.forum,
            markup=markup,
            album=album,
            silent=silent,
            forward_origin=forward_origin,
            live_until=live_until,
        )
        chat.next_message_id += 1
        chat.messages[message.id] = message
        if markup is not None and "inline_keyboard" not in markup:
            self._show_keyboard(message)
        self.record("message", chat, message.id, sender=sender.id, content=kind, silent=silent)
        if visibility.bot_hears(self, message):
            self.updates.add("message", message.to_json())
        return message

    def edit(self, message: Message, **changes: Any) -> None:
        """Change `content`, `markup` or `kind` of a message; a person's edit reaches the bot."""
        for name, value in changes.items():
            setattr(message, name, self.resolve_mentions(value) if name == "content" else value)
        message.edit_date = self.clock.now()
        self.record("edit", message.chat, message.id)
        if message.sender is not self.bot and visibility.bot_hears(self, message):
            self.updates.add("edited_message", message.to_json())

    def delete(self, message: Message) -> None:
        """Take a message away for everybody; a reply keyboard it carried goes with it (`Phone.keyboard` looks)."""
        message.deleted = True
        if message.id in message.chat.pinned:
            message.chat.pinned.remove(message.id)
        self.record("delete", message.chat, message.id)

    def react(self, message: Message, user: User, reactions: list[Json]) -> None:
        """Set somebody's reactions on a message; the bot hears of a person's as an admin, or in private."""
        before = [entry["reaction"] for entry in message.reactions if entry["user"] == user.id]
        message.reactions = [entry for entry in message.reactions if entry["user"] != user.id]
        message.reactions += [{"user": user.id, "reaction": reaction} for reaction in reactions]
        self.record("reaction", message.chat, message.id, user=user.id)
        me = message.chat.member(self.bot.id)
        if user is not self.bot and (message.chat.is_private or (me is not None and me.is_admin)):
            body: Json = {"chat": message.chat.to_json(), "message_id": message.id, "user": user.to_json()}
            body |= {"date": unix(self.clock.now()), "old_reaction": before, "new_reaction": reactions}
            self.updates.add("message_reaction", body)

    def new_album(self) -> str:
        """A fresh `media_group_id`."""
        return str(next(self._numbers))

    def change_member(self, chat: Chat, user: User, by: User, **changes: Any) -> None:
        """Change somebody's standing in a chat and tell the bot as Telegram would."""
        now = chat.members.get(user.id) or Member(user, "left")
        before = now.to_json(supergroup=chat.is_supergroup)
        for name, value in changes.items():
            setattr(now, name, value)
        chat.members[user.id] = now
        after = now.to_json(supergroup=chat.is_supergroup)
        self.record("member", chat, user=user.id, status=now.status)
        body = {
            "chat": chat.to_json(),
            "from": by.to_json(),
            "date": unix(self.clock.now()),
            "old_chat_member": before,
            "new_chat_member": after,
        }
        me = chat.member(self.bot.id)
        if user is self.bot:
            self.updates.add("my_chat_member", body)
        elif me is not None and me.is_admin:
            self.updates.add("chat_member", body)

    def press(self, user: User, chat: Chat, message_id: int, data: str) -> CallbackQuery:
        """A callback query as the bot gets it, from a button or from a crafted client.

        A button of before a group's upgrade still works: it comes from the old chat, where nothing can be changed.
        """
        body_message = visibility.pressed_message(chat, message_id)
        query = CallbackQuery(str(next(self._numbers)), user, chat, message_id, data, self.clock.now())
        self.queries[query.id] = query
        body: Json = {"id": query.id, "from": user.to_json(), "chat_instance": chat.instance, "data": data}
        body["message"] = body_message
        self.record("press", chat, message_id, user=user.id, query=query.id, data=data)
        self.updates.add("callback_query", body)
        return query

    def answer(self, query: CallbackQuery, answer: Json) -> None:
        """The bot answers a press; the spinner stops."""
        query.answer = answer
        self.record("answer", query.chat, query.message_id, user=query.user.id, query=query.id, **answer)
        for waiting in query.waiting:
            if not waiting.done():
                waiting.set_result(answer)

    def spinning(self) -> list[CallbackQuery]:
        """The presses that nobody has answered."""
        return [query for query in self.queries.values() if query.spinning]

    # --- what the API asks -------------------------------------------------------------------------------------------

    def chat_for_bot(self, chat_id: Any, *, write: bool = True) -> Chat:
        """The chat a call names, or Telegram's refusal: unknown, migrated, blocked, kicked, never started."""
        chat = self._find_chat(chat_id)
        if chat.is_private:
            phone = self.phones[chat.id]
            if not phone.known_to_bot:
                raise bad_request("chat not found")
            if write and (refusal := phone.refusal()) is not None:
                raise refusal
            return chat
        if chat.migrated_to is not None:
            if write:
                raise migrated(chat.migrated_to.id)
            return chat
        me = chat.members.get(self.bot.id)
        if me is None:
            raise bad_request("chat not found")
        if me.status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if not me.present:
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        return chat

    def _find_chat(self, chat_id: Any) -> Chat:
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        try:
            found = self.chats.get(int(chat_id))
        except (TypeError, ValueError):
            found = None  # public @names belong to public groups and channels, of which there are none here
        if found is None:
            raise bad_request("chat not found")
        return found

    def _show_keyboard(self, message: Message) -> None:
        chat, markup = message.chat, message.markup or {}
        people = [m.user.id for m in chat.present() if not m.user.is_bot]
        if chat.person is not None:
            people = [chat.person.id]
        elif markup.get("selective"):
            people = [person for person in people if visibility.addressed(message, person)]
        for person in people:
            if "remove_keyboard" in markup:
                chat.keyboard_from.pop(person, None)
            else:
                chat.keyboard_from[person] = message.id

    def resolve_mentions(self, content: Json) -> Json:
        """Put the user into `text_mention`s; whom the bot cannot know stays plain text."""
        resolved = dict(content)
        for key in ("entities", "caption_entities"):
            if key not in resolved:
                continue
            kept = []
            for entity in resolved[key]:
                if "user_id" in entity:
                    user = self.users.get(entity["user_id"])
                    if user is None or (user.id in self.phones and not self.phones[user.id].known_to_bot):
                        continue
                    rest = {name: value for name, value in entity.items() if name != "user_id"}
                    kept.append(rest | {"user": user.to_json()})
                else:
                    kept.append(entity)
            resolved[key] = kept
            if not kept:
                del resolved[key]
        return resolved


def _reply_thread(chat: Chat, reply_to: Message | None) -> int | None:
    """In a supergroup a reply belongs to a thread: the topic's, or the one its first message opened."""
    if not chat.is_supergroup or reply_to is None:
        return None
    if chat.forum:
        return reply_to.thread_id
    return reply_to.thread_id or reply_to.id
