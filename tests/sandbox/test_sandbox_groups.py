"""Groups: what privacy mode lets through, the upgrade, topics, anonymous admins, members."""

from __future__ import annotations

import pytest
from sandbox_town import MORNING, Town

from bot.clock import ManualClock
from bot.sandbox.views import PhoneError
from bot.sandbox.world import World


async def test_privacy_mode_lets_only_what_is_meant_for_the_bot_through(town: Town) -> None:
    town.grid.demote_bot()
    await town.api.updates()
    sent = await town.api("sendMessage", chat_id=town.grid.id, text="#1")
    mine = town.li.find("#1", town.grid)
    assert mine.id == sent["message_id"]
    town.li.send_text("今天天气真好", chat=town.grid)
    town.li.send_text("/open", chat=town.grid)
    town.li.send_text("/open@GridCareBot", chat=town.grid)
    town.li.send_text("/open@OtherBot", chat=town.grid)
    town.li.send_text("@gridcarebot 你好", chat=town.grid)
    answer = town.li.send_text("我去看看", chat=town.grid, reply_to=mine)
    town.zhao.send_text("好的", chat=town.grid, reply_to=answer)
    town.grid.rename("三网格")
    heard = [update["message"].get("text", "service") for update in await town.api.updates()]
    assert heard == ["/open", "/open@GridCareBot", "@gridcarebot 你好", "我去看看", "service"]
    assert (await town.api("getMe"))["can_read_all_group_messages"] is False


@pytest.mark.parametrize("way", ["admin", "privacy off"])
async def test_an_admin_or_a_bot_with_privacy_off_hears_all(town: Town, way: str) -> None:
    if way == "privacy off":
        town.grid.demote_bot()
        town.world.privacy_mode = False
    await town.api.updates()
    town.li.send_text("今天天气真好", chat=town.grid)
    assert len(await town.api.updates()) == 1


async def test_nobody_looks_into_a_group_he_is_not_in(town: Town) -> None:
    with pytest.raises(PhoneError, match="小马 is not in '第三网格'"):
        town.ma.messages(town.grid)
    town.grid.add(town.ma)
    assert town.ma.messages(town.grid)[0].content["new_chat_members"][0]["id"] == town.ma.id
    town.grid.remove(town.ma, by=town.li)
    with pytest.raises(PhoneError):
        town.ma.send_text("x", chat=town.grid)
    member = await town.api("getChatMember", chat_id=town.grid.id, user_id=town.ma.id)
    assert member["status"] == "kicked"


async def test_an_upgrade_leaves_the_old_id_pointing_to_the_new(town: Town) -> None:
    group = town.world.add_group(-555, "小群", [town.li], supergroup=False)
    markup = {"inline_keyboard": [[{"text": "办结", "callback_data": "d:1"}]]}
    sent = await town.api("sendMessage", chat_id=-555, text="#1", reply_markup=markup)
    card = town.li.last(group)
    new_id = group.upgrade_to_supergroup()
    assert (group.id, group.old_id) == (new_id, -555)
    for method, more in (("sendMessage", {"text": "x"}), ("editMessageText", {"message_id": 1, "text": "x"})):
        refusal = await town.api.refused(method, chat_id=-555, **more)
        assert refusal.description == "Bad Request: group chat was upgraded to a supergroup chat"
        assert refusal.parameters == {"migrate_to_chat_id": new_id}
    gone, come = [update["message"] for update in await town.api.updates()]
    assert (gone["chat"]["id"], gone["migrate_to_chat_id"]) == (-555, new_id)
    assert (come["chat"]["id"], come["migrate_from_chat_id"]) == (new_id, -555)
    assert town.li.see(card) is not None  # people still see what was said before
    town.li.press_nowait(card, "办结")
    (update,) = await town.api.updates()
    assert update["callback_query"]["message"] == {
        "message_id": sent["message_id"],
        "chat": {"id": -555, "type": "group", "title": "小群"},
        "date": 0,
    }
    await town.api("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="好的")
    again = await town.api("sendMessage", chat_id=new_id, text="#2")
    assert again["message_id"] == 2  # ids begin anew, after the service message
    await town.api("editMessageText", chat_id=new_id, message_id=again["message_id"], text="#3")
    seen = town.li.see(card)
    assert seen is not None
    assert seen.text == "#1"  # whatever its id is in the supergroup


async def test_topics_keep_their_messages_and_take_them_along_when_deleted(town: Town) -> None:
    forum = town.world.add_group(-1_000_000_000_777, "论坛", [town.li], forum=True)
    topic = forum.create_topic("上报")
    sent = await town.api("sendMessage", chat_id=forum.id, message_thread_id=topic, text="#1")
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    card = town.li.find("#1", forum)
    assert town.li.messages(forum, thread=topic)[-1].id == card.id
    town.li.send_text("看到了", chat=forum, reply_to=card)
    town.li.send_text("随便说说", chat=forum, thread=topic)
    _, answer, plain = [update["message"] for update in await town.api.updates()]
    assert (answer["message_thread_id"], answer["reply_to_message"]["message_id"]) == (topic, card.id)
    assert "forum_topic_created" in plain["reply_to_message"]  # as Telegram shows what answers nothing
    made = await town.api("createForumTopic", chat_id=forum.id, name="通知")
    await town.api("sendMessage", chat_id=forum.id, message_thread_id=made["message_thread_id"], text="hi")
    forum.delete_topic(topic)
    refusal = await town.api.refused("sendMessage", chat_id=forum.id, message_thread_id=topic, text="x")
    assert refusal.description == "Bad Request: message thread not found"
    assert town.li.see(card) is None


async def test_in_a_group_without_topics_an_answer_still_has_a_thread(town: Town) -> None:
    sent = await town.api("sendMessage", chat_id=town.grid.id, text="#1")
    town.li.send_text("好", chat=town.grid, reply_to=town.li.last(town.grid))
    (update,) = await town.api.updates()
    assert update["message"]["message_thread_id"] == sent["message_id"]
    assert "is_topic_message" not in update["message"]


async def test_an_anonymous_admin_speaks_as_the_group_but_presses_as_himself(town: Town) -> None:
    town.grid.make_anonymous(town.zhao)
    await town.api.updates()
    town.zhao.send_text("/bind", chat=town.grid)
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    await town.api("sendMessage", chat_id=town.grid.id, text="?", reply_markup=markup)
    town.zhao.press_nowait(town.zhao.last(town.grid), "a")
    said, pressed = await town.api.updates()
    assert (said["message"]["from"]["id"], said["message"]["sender_chat"]["id"]) == (1087968824, town.grid.id)
    assert pressed["callback_query"]["from"]["id"] == town.zhao.id


async def test_members_are_counted_listed_and_known_by_standing(town: Town) -> None:
    assert await town.api("getChatMemberCount", chat_id=town.grid.id) == 3
    admins = await town.api("getChatAdministrators", chat_id=town.grid.id)
    assert {admin["user"]["id"]: admin["status"] for admin in admins} == {10002: "creator", 1: "administrator"}
    stranger = await town.api("getChatMember", chat_id=town.grid.id, user_id=town.ma.id)
    assert stranger["status"] == "left"
    town.grid.chat.hidden_members = True
    town.grid.demote_bot()
    refusal = await town.api.refused("getChatMember", chat_id=town.grid.id, user_id=town.zhao.id)
    assert refusal.description == "Bad Request: CHAT_ADMIN_REQUIRED"
    assert (await town.api("getChatMember", chat_id=town.grid.id, user_id=1))["status"] == "member"


async def test_the_bot_hears_that_it_was_made_admin_and_put_down(town: Town) -> None:
    town.grid.demote_bot(by=town.li)
    town.grid.promote_bot(without=("can_pin_messages",))
    down, up = [update["my_chat_member"] for update in await town.api.updates()]
    assert (down["old_chat_member"]["status"], down["new_chat_member"]["status"]) == ("administrator", "member")
    assert up["new_chat_member"]["can_pin_messages"] is False
    assert down["from"]["id"] == town.li.id


async def test_topics_are_opened_by_who_may_and_a_closed_one_takes_admins_only(town: Town) -> None:
    forum = town.world.add_group(-1_000_000_000_777, "论坛", [town.li, town.zhao], forum=True, bot_is_admin=False)
    refusal = await town.api.refused("createForumTopic", chat_id=forum.id, name="x")
    assert refusal.description == "Bad Request: not enough rights to create a topic"
    topic = forum.create_topic("上报")
    forum.close_topic(topic)
    refusal = await town.api.refused("sendMessage", chat_id=forum.id, message_thread_id=topic, text="x")
    assert refusal.description == "Bad Request: TOPIC_CLOSED"
    with pytest.raises(PhoneError, match="no open topic"):
        town.zhao.send_text("x", chat=forum, thread=topic)
    forum.promote_bot()
    await town.api("sendMessage", chat_id=forum.id, message_thread_id=topic, text="x")
    assert (await town.api.refused("createForumTopic", chat_id=forum.id, name="")).description == (
        "Bad Request: TOPIC_TITLE_EMPTY"
    )
    await town.api("deleteForumTopic", chat_id=forum.id, message_thread_id=topic)
    refusal = await town.api.refused("deleteForumTopic", chat_id=forum.id, message_thread_id=topic)
    assert refusal.description == "Bad Request: message thread not found"


async def test_a_basic_group_knows_no_strangers_and_puts_out_under_its_own_name(town: Town) -> None:
    group = town.world.add_group(-555, "小群", [town.li], supergroup=False)
    refusal = await town.api.refused("getChatMember", chat_id=-555, user_id=town.ma.id)
    assert refusal.description == "Bad Request: member not found"
    group.remove_bot()
    refusal = await town.api.refused("sendMessage", chat_id=-555, text="x")
    assert refusal.description == "Forbidden: bot was kicked from the group chat"


@pytest.mark.parametrize(
    ("id", "more"),
    [(5, {}), (-5, {}), (-1001234567890, {}), (-1009999999999, {"supergroup": False})],
)
def test_a_group_has_an_id_of_its_sort(id: int, more: dict[str, bool]) -> None:
    world = World(ManualClock(MORNING))
    world.add_group(-1001234567890, "第三网格")
    with pytest.raises(ValueError, match="group id"):
        world.add_group(id, "x", **more)
    with pytest.raises(ValueError, match="topics"):
        world.add_group(-6, "x", supergroup=False, forum=True)
    with pytest.raises(ValueError, match="user id"):
        world.add_user(1, "the bot's own id")
