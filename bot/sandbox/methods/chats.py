"""getChat*, leaving, topics: what a bot learns of chats and does with them."""

from __future__ import annotations

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.registry import Method
from bot.sandbox.params import Params
from bot.sandbox.records import Chat, Json, Member
from bot.sandbox.world import World


def _permissions() -> Json:
    sends = ("messages", "audios", "documents", "photos", "videos", "video_notes", "voice_notes", "polls")
    allowed = {f"can_send_{what}": True for what in (*sends, "other_messages")}
    return allowed | {"can_add_web_page_previews": True, "can_invite_users": True, "can_pin_messages": True}


def get_chat(world: World, params: Params) -> Json:
    """The `ChatFullInfo`, also of somebody who has blocked the bot."""
    chat = world.chat_for_bot(params.get("chat_id"), write=False)
    known = chat.to_json() | {"accent_color_id": 0, "max_reaction_count": 11}
    known["accepted_gift_types"] = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    if not chat.is_private:
        known["permissions"] = _permissions()
    if chat.pinned and (pinned := chat.live(chat.pinned[-1])) is not None:
        known["pinned_message"] = pinned.to_json(with_reply=False)
    return known


def _group(world: World, params: Params) -> Chat:
    return world.chat_for_bot(params.get("chat_id"))


def get_chat_member(world: World, params: Params) -> Json:
    """One person's standing; where members are hidden only an admin bot is told of others."""
    chat = world.chat_for_bot(params.get("chat_id"))
    user_id = params.integer_required("user_id", "invalid user_id specified")
    user = world.users.get(user_id)
    if user is None:
        raise bad_request("user not found" if chat.is_supergroup else "member not found")
    if chat.is_private:
        if user_id not in (chat.id, world.bot.id):
            raise bad_request("member not found")
        return Member(user).to_json()
    me, found = chat.member(world.bot.id), chat.members.get(user_id)
    if chat.hidden_members and user is not world.bot and not (me and me.is_admin):
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if found is None and not chat.is_supergroup:
        raise bad_request("member not found")
    return (found or Member(user, "left")).to_json(supergroup=chat.is_supergroup)


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    """Owner and administrators; of other bots only itself."""
    chat = _group(world, params)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    admins = (member for member in chat.present() if member.is_admin)
    return [member.to_json(supergroup=chat.is_supergroup) for member in admins]


def get_chat_member_count(world: World, params: Params) -> int:
    """How many are in the chat, the bot included."""
    chat = _group(world, params)
    return 2 if chat.is_private else sum(1 for _ in chat.present())


def leave_chat(world: World, params: Params) -> bool:
    """The bot goes."""
    chat = _group(world, params)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    world.change_member(chat, world.bot, world.bot, status="left")
    world.post(chat, world.bot, "service", {"left_chat_member": world.bot.to_json()})
    return True


def _manages_topics(world: World, params: Params) -> Chat:
    chat = _group(world, params)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    me = chat.member(world.bot.id)
    if me is None or not me.may("can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    return chat


def create_forum_topic(world: World, params: Params) -> Json:
    """A new topic, by an admin bot with that right."""
    chat, name = _manages_topics(world, params), params.text("name")
    if not 1 <= len(name) <= 128:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
    topic = world.groups[chat.id].open_topic(name, world.bot)
    return {"message_thread_id": topic.id, "name": name, "icon_color": 7322096}


def delete_forum_topic(world: World, params: Params) -> bool:
    """A topic goes with all its messages."""
    chat = _manages_topics(world, params)
    thread = params.integer("message_thread_id")
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    world.groups[chat.id].delete_topic(thread)
    return True


METHODS: dict[str, Method] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "createForumTopic": create_forum_topic,
    "deleteForumTopic": delete_forum_topic,
}
