"""Words as Telegram reads them: HTML into entities, UTF-16 offsets, what it finds by itself."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_town import Town

from bot.sandbox.entities import from_person, parse, utf16_len


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>王奶奶</b>平安", "王奶奶平安", [entity("bold", 0, 3)]),
        ("🆘<b>急</b>", "🆘急", [entity("bold", 2, 1)]),  # an emoji counts two
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("1 &lt; 2 &amp;&#33;", "1 < 2 &!", []),
        ("&copy; stays", "&copy; stays", []),  # only Telegram's own four names are read
        ('<a href="https://x.org/">x</a>', "x", [entity("text_link", 0, 1, url="https://x.org/")]),
        ('<a href="nothing">x</a>', "x", []),
        ('<a href="tg://user?id=10002">李娟</a>', "李娟", [entity("text_mention", 0, 2, user_id=10002)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [entity("code", 0, 1), entity("pre", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ("  <b> a </b>\n", "a", [entity("bold", 0, 1)]),  # white space is cut, entities move along
        ("<b></b>x", "x", []),
        ("<B>x</B>", "x", [entity("bold", 0, 1)]),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    read, marked = parse(source, "HTML")
    assert read == text
    assert sorted(marked, key=str) == sorted(entities, key=str)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/item@GridCareBot 128", [entity("bot_command", 0, 17)]),
        ("看 /open", [entity("bot_command", 2, 5)]),
        ("a/b 3/4", []),
        ("@xiaoma 你好 #路灯", [entity("mention", 0, 7), entity("hashtag", 11, 3)]),
        ("#128", []),  # digits alone are no hashtag
        ("看 https://x.org/a?b=1，快", [entity("url", 2, 19)]),
        ("电话 +8613912345678", [entity("phone_number", 3, 14)]),
    ],
)
def test_commands_links_and_mentions_are_found(text: str, found: list[dict[str, Any]]) -> None:
    assert from_person(text) == (text, found)
    assert parse(text, None) == (text, found)


def test_lengths_count_utf16_units() -> None:
    assert [utf16_len(text) for text in ("", "a", "王", "🆘", "👨‍👩‍👧")] == [0, 1, 1, 2, 8]


async def test_a_limit_is_met_to_the_character(town: Town) -> None:
    await town.api("sendMessage", chat_id=town.ma.id, text="长" * 4096)
    await town.api("sendMessage", chat_id=town.ma.id, text="<b>" + "长" * 4096 + "</b>", parse_mode="HTML")
    data = {"text": "a", "callback_data": "é" * 32}
    markup = {"inline_keyboard": [[data]] * 100}
    await town.api("sendMessage", chat_id=town.ma.id, text="x", reply_markup=markup)
    assert len(town.ma.last().labels) == 100


async def test_a_mention_brings_the_user_if_the_bot_knows_him(town: Town) -> None:
    town.world.add_user(77, "生人", known_to_bot=False)
    words = '<a href="tg://user?id=10002">李娟</a> <a href="tg://user?id=77">生人</a>'
    sent = await town.api("sendMessage", chat_id=town.grid.id, text=words, parse_mode="HTML")
    (mention,) = sent["entities"]
    alone = await town.api("sendMessage", chat_id=town.grid.id, parse_mode="HTML", text=words[36:])
    assert "entities" not in alone
    assert (mention["type"], mention["user"]["first_name"]) == ("text_mention", "李娟")
