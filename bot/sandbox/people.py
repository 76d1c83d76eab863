"""A person's phone: everything somebody can do to a bot, done by the same rules as in the app."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from bot.sandbox.errors import ApiError, forbidden
from bot.sandbox.outgoing import Outgoing
from bot.sandbox.records import Chat, Json, Message, User, unix
from bot.sandbox.views import CallbackAnswer, MessageView, NoAnswer, PhoneError, view_of

if TYPE_CHECKING:
    from bot.sandbox.groups import Group
    from bot.sandbox.world import CallbackQuery, World


class Phone(Outgoing):
    """One person's phone. Acts at once and in order; only `press` waits (in real time) for the bot's answer.

    `position` is what the phone's GPS says, for keys that ask for the location.
    """

    def __init__(self, world: World, user: User, *, known_to_bot: bool = True) -> None:
        super().__init__(world, user, known_to_bot=known_to_bot)
        self.position: tuple[float, float] | None = None
        self.phone_number: str | None = None
        self.deactivated = False

    # --- the bot itself ----------------------------------------------------------------------------------------------

    def start(self, payload: str | None = None) -> MessageView:
        """Press START (or open a link with a payload); unblocks the bot if it was blocked."""
        if payload is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload):
            raise PhoneError(f"{payload!r} is no start payload: 1-64 of A-Z a-z 0-9 _ -")
        self.unblock_bot()
        return self.send_text("/start" if payload is None else f"/start {payload}")

    def open_link(self, url: str) -> MessageView:
        """Tap a `https://t.me/<bot>?start=...` link."""
        link = re.fullmatch(r"https?://t\.me/(\w+)\?start=([A-Za-z0-9_-]{1,64})", url)
        if link is None or link.group(1).lower() != (self.world.bot.username or "").lower():
            raise PhoneError(f"{url} is no link to this bot")
        return self.start(link.group(2))

    def block_bot(self) -> None:
        """Stop the bot: it is told, and cannot write to him any more."""
        if self.started and not self.blocked:
            self.blocked = True
            self._tell_standing("member", "kicked")

    def unblock_bot(self) -> None:
        """Take the block back."""
        if self.blocked:
            self.blocked = False
            self._tell_standing("kicked", "member")

    def deactivate(self) -> None:
        """Delete the account: the bot is answered 403 from now on."""
        self.deactivated = True

    def refusal(self) -> ApiError | None:
        """Why the bot cannot write to this person, None if it can."""
        if self.deactivated:
            return forbidden("user is deactivated")
        if self.blocked:
            return forbidden("bot was blocked by the user")
        if not self.started:
            return forbidden("bot can't initiate conversation with a user")
        return None

    def _tell_standing(self, old: str, new: str) -> None:
        bot = self.world.bot.to_json()
        standing: dict[str, Json] = {status: {"user": bot, "status": status} for status in (old, new)}
        standing.get("kicked", {})["until_date"] = 0
        body = {
            "chat": self.chat().to_json(),
            "from": self.user.to_json(),
            "date": unix(self.world.clock.now()),
            "old_chat_member": standing[old],
            "new_chat_member": standing[new],
        }
        self.world.record("member", self.chat(), user=self.world.bot.id, status=new)
        self.world.updates.add("my_chat_member", body)

    # --- what is on the screen ---------------------------------------------------------------------------------------

    def messages(self, chat: Group | Chat | int | None = None, thread: int | None = None) -> list[MessageView]:
        """What stands in a chat now, oldest first; deleted messages are gone. `thread`: one topic only."""
        kept = self.chat(chat).history()
        return [view_of(self.world, message) for message in kept if thread is None or message.thread_id == thread]

    def last(self, chat: Group | Chat | int | None = None) -> MessageView:
        """The bot's newest message in a chat; PhoneError if it has said nothing there."""
        said = self._said(chat)
        if not said:
            raise PhoneError(f"the bot has said nothing to {self.user.name} there")
        return view_of(self.world, said[-1])

    def find(self, words: str, chat: Group | Chat | int | None = None) -> MessageView:
        """The newest message of the bot that contains these words; PhoneError shows what there is instead."""
        said = self._said(chat)
        for message in reversed(said):
            if words in message.text:
                return view_of(self.world, message)
        raise PhoneError(f"{words!r} is in none of the bot's messages: {[message.text for message in said]}")

    def _said(self, chat: Group | Chat | int | None) -> list[Message]:
        return [message for message in self.chat(chat).history() if message.sender is self.world.bot]

    def see(self, message: MessageView) -> MessageView | None:
        """The same message as it looks now; None if it was deleted."""
        found = self._message(message)
        return view_of(self.world, found) if found is not None else None

    def sounding(self, chat: Group | Chat | int | None = None, since: int = 0) -> int:
        """How many of the bot's messages rang here after event number `since`; deleted ones rang too, edits never."""
        seen = {self.chat(chat).id}
        if (old := self.chat(chat).migrated_from) is not None:
            seen.add(old.id)
        return sum(
            1
            for event in self.world.events[since:]
            if event.kind == "message"
            and event.chat_id in seen
            and event.details["sender"] == self.world.bot.id
            and not event.details["silent"]
        )

    def keyboard(self, chat: Group | Chat | int | None = None) -> Json | None:
        """The reply keyboard on the screen as the bot sent it (`keyboard`, `is_persistent`); None if there is none."""
        seen = self.chat(chat)
        carrier = seen.live(seen.keyboard_from.get(self.id, 0))
        markup = carrier.markup if carrier is not None else None
        return markup if markup is not None and "keyboard" in markup else None

    def reply_keyboard(self, chat: Group | Chat | int | None = None) -> list[list[str]]:
        """Rows of labels of the reply keyboard on the screen, empty if there is none."""
        markup = self.keyboard(chat)
        return [[key["text"] for key in row] for row in markup["keyboard"]] if markup else []

    # --- pressing ----------------------------------------------------------------------------------------------------

    async def press(self, message: MessageView, label_or_data: str, timeout: float = 5.0) -> CallbackAnswer:
        """Press an inline button and wait for what pops up.

        Raises PhoneError if the message is gone or has no such button now, NoAnswer if the spinner still turns after
        `timeout` real seconds. A button with a link opens it: only `url` is set.
        """
        link, query = self._press(message, label_or_data)
        return CallbackAnswer(url=link) if query is None else await self.answer_to(query, timeout)

    def press_nowait(self, message: MessageView, label_or_data: str) -> CallbackQuery | None:
        """Press and look away; `await answer_to(query)` later, or look at `query.spinning`."""
        return self._press(message, label_or_data)[1]

    def _press(self, message: MessageView, label_or_data: str) -> tuple[str | None, CallbackQuery | None]:
        now = self.see(message)
        if now is None:
            raise PhoneError(f"message {message.id} is not there any more: {message.text!r}")
        button = now.button(label_or_data)
        if "callback_data" not in button:
            return button.get("url"), None
        chat = self.world.chats[message.chat_id]
        return None, self.world.press(self.user, chat, message.id, button["callback_data"])

    async def forge_press(
        self,
        message_id: int,
        data: str,
        chat: Group | Chat | int | None = None,
        timeout: float = 5.0,
    ) -> CallbackAnswer:
        """What a crafted client does: press with any data on any message id, even of a chat he is not in."""
        query = self.world.press(self.user, self._any_chat(chat), message_id, data)
        return await self.answer_to(query, timeout)

    async def answer_to(self, query: CallbackQuery, timeout: float = 5.0) -> CallbackAnswer:
        """What the bot answered to a press; waits at most `timeout` real seconds, then NoAnswer."""
        if query.answer is None:
            waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
            query.waiting.append(waiting)
            await asyncio.wait({waiting}, timeout=timeout)
        if query.answer is None:
            raise NoAnswer(f"{self.user.name} pressed {query.data!r} and got no answer within {timeout} s")
        answer = query.answer
        return CallbackAnswer(answer.get("text", ""), bool(answer.get("show_alert")), answer.get("url"))

    def tap_reply_key(self, label: str, chat: Group | Chat | int | None = None) -> MessageView:
        """Tap a key of the reply keyboard: sends its text, or the position or phone number it asks for."""
        seen, markup = self.chat(chat), self.keyboard(chat)
        keys = [key for row in markup["keyboard"] for key in row] if markup else []
        key = next((key for key in keys if key["text"] == label), None)
        if key is None:
            raise PhoneError(f"no key {label!r} on the keyboard of {self.user.name}: {[key['text'] for key in keys]}")
        carrier = seen.keyboard_from[self.id]
        if markup and markup.get("one_time_keyboard"):
            del seen.keyboard_from[self.id]
        if key.get("request_location"):
            if self.position is None:
                raise PhoneError(f"{self.user.name}'s phone has no position to share")
            return self.send_location(*self.position, chat=chat)
        if key.get("request_contact"):
            return self.send_contact(self.phone_number or "", self.user.first_name, chat=chat)
        # in a group the app sends the key's text as a reply, so that privacy mode lets it through
        return self.send_text(label, chat=chat, reply_to=None if seen.is_private else carrier)
