"""What people do to a group: who comes and goes, who is admin, its name, its topics, its upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.records import ADMIN_RIGHTS, Chat, Json, Member, Message, Topic, User
from bot.sandbox.views import MessageView, PhoneError, view_of

if TYPE_CHECKING:
    from bot.sandbox.people import Phone
    from bot.sandbox.world import World


class Group:
    """A group as its members manage it. After an upgrade it is the supergroup; `old_id` keeps the former id."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self.chat = chat
        self.old_id: int | None = None

    @property
    def id(self) -> int:
        """The chat id, new after an upgrade."""
        return self.chat.id

    @property
    def title(self) -> str:
        """The name of the group."""
        return self.chat.title or ""

    @property
    def bot(self) -> Member | None:
        """The bot's standing, None if it never was here."""
        return self.chat.members.get(self.world.bot.id)

    def messages(self, thread: int | None = None) -> list[MessageView]:
        """What stands in the group now, oldest first."""
        kept = self.chat.history()
        return [view_of(self.world, message) for message in kept if thread is None or message.thread_id == thread]

    def _by(self, by: Phone | None) -> User:
        """Who does it: the named person, else the owner, else any human here."""
        if by is not None:
            return by.user
        people = [member for member in self.chat.present() if not member.user.is_bot]
        if not people:
            raise PhoneError(f"nobody is in {self.title!r} to do that")
        return next((member.user for member in people if member.status == "creator"), people[0].user)

    def _say(self, by: User, **content: object) -> Message:
        return self.world.post(self.chat, by, "service", dict(content))

    # --- members -----------------------------------------------------------------------------------------------------

    def add(self, phone: Phone, by: Phone | None = None) -> None:
        """Somebody joins, or is added by another."""
        adder = by.user if by is not None else phone.user
        self.world.change_member(self.chat, phone.user, adder, status="member")
        self._say(adder, new_chat_members=[phone.user.to_json()], new_chat_member=phone.user.to_json())

    def remove(self, phone: Phone, by: Phone | None = None) -> None:
        """Somebody leaves, or is put out by another."""
        remover = by.user if by is not None else phone.user
        status = "kicked" if by is not None else "left"
        self._say(remover, left_chat_member=phone.user.to_json())
        self.world.change_member(self.chat, phone.user, remover, status=status)

    def promote(self, phone: Phone, by: Phone | None = None) -> None:
        """Make somebody an administrator."""
        self.world.change_member(self.chat, phone.user, self._by(by), status="administrator")

    def demote(self, phone: Phone, by: Phone | None = None) -> None:
        """Make an administrator a plain member."""
        self.world.change_member(self.chat, phone.user, self._by(by), status="member", anonymous=False)

    def make_anonymous(self, phone: Phone, anonymous: bool = True) -> None:
        """Let an administrator write in the name of the group; he becomes one if he is not."""
        member = self.chat.member(phone.id)
        if member is None or not self.chat.is_supergroup:
            raise PhoneError("only an administrator of a supergroup can hide behind it")
        status = member.status if member.is_admin else "administrator"
        self.world.change_member(self.chat, phone.user, self._by(None), status=status, anonymous=anonymous)

    # --- the bot -----------------------------------------------------------------------------------------------------

    def add_bot(self, admin: bool = False, by: Phone | None = None) -> None:
        """Add the bot, at once as an administrator if wished."""
        adder, bot = self._by(by), self.world.bot
        self.world.change_member(self.chat, bot, adder, status="administrator" if admin else "member")
        self._say(adder, new_chat_members=[bot.to_json()], new_chat_member=bot.to_json())

    def remove_bot(self, by: Phone | None = None) -> None:
        """Put the bot out: from now on it is answered 403 here."""
        remover, bot = self._by(by), self.world.bot
        self.world.change_member(self.chat, bot, remover, status="kicked")
        self._say(remover, left_chat_member=bot.to_json())

    def promote_bot(self, by: Phone | None = None, without: tuple[str, ...] = ()) -> None:
        """Make the bot an administrator, with all rights but those named in `without`."""
        unknown = set(without) - {*ADMIN_RIGHTS, "can_manage_topics"}
        if unknown:
            raise ValueError(f"no such rights: {sorted(unknown)}")
        changes = {"status": "administrator", "missing_rights": frozenset(without)}
        self.world.change_member(self.chat, self.world.bot, self._by(by), **changes)

    def demote_bot(self, by: Phone | None = None) -> None:
        """Make the bot a plain member again."""
        self.world.change_member(self.chat, self.world.bot, self._by(by), status="member")

    # --- the group itself --------------------------------------------------------------------------------------------

    def rename(self, title: str, by: Phone | None = None) -> None:
        """Give the group another name."""
        self.chat.title = title
        self._say(self._by(by), new_chat_title=title)

    def upgrade_to_supergroup(self, new_id: int | None = None) -> int:
        """Upgrade a basic group; returns the new id.

        The old id answers 400 with `migrate_to_chat_id` from now on. What was said there stays there, with buttons that
        still work, and nobody can change it; in the supergroup message ids begin at 1 again.
        """
        old = self.chat
        if old.type != "group":
            raise PhoneError(f"{self.title!r} is no basic group")
        new = Chat(
            new_id or -1_000_000_000_000 + old.id, "supergroup", title=old.title, instance=self.world.new_album()
        )
        new.members = {user_id: _copied(member) for user_id, member in old.members.items()}
        by = self._by(None)
        self._say(by, migrate_to_chat_id=new.id)
        new.migrated_from, old.migrated_to = old, new
        self.world.chats[new.id] = new
        self.chat, self.old_id = new, old.id
        self.world.groups[new.id] = self
        self.world.record("chat", new, migrated_from=old.id)
        self._say(by, migrate_from_chat_id=old.id)
        return new.id

    # --- topics ------------------------------------------------------------------------------------------------------

    def create_topic(self, name: str, by: Phone | None = None) -> int:
        """Open a topic; returns its id (`message_thread_id`)."""
        return self.open_topic(name, self._by(by)).id

    def open_topic(self, name: str, by: User) -> Topic:
        """Open a topic in somebody's name; its opening message gives it the id."""
        if not self.chat.forum:
            raise PhoneError(f"{self.title!r} has no topics")
        topic = Topic(self.chat.next_message_id, name)
        self.chat.topics[topic.id] = topic
        content: Json = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        self.world.post(self.chat, by, "service", content, thread=topic.id)
        return topic

    def close_topic(self, thread: int, by: Phone | None = None) -> None:
        """Close a topic: only administrators write there now."""
        self.chat.topics[thread].closed = True
        self.world.post(self.chat, self._by(by), "service", {"forum_topic_closed": {}}, thread=thread)

    def delete_topic(self, thread: int) -> None:
        """Delete a topic with everything in it; the bot is not told."""
        del self.chat.topics[thread]
        for message in list(self.chat.messages.values()):
            if message.thread_id == thread and not message.deleted:
                self.world.delete(message)


def _copied(member: Member) -> Member:
    return Member(member.user, member.status, member.anonymous, member.missing_rights)
