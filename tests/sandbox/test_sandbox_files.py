"""Files and the ways a call may bring them: multipart, attach://, file_id; photos in sizes; albums; downloads."""

from __future__ import annotations

import io
import json
from urllib.parse import urlencode

import pytest
from PIL import Image
from sandbox_town import Refusal, Town, jpeg


async def test_a_photo_has_sizes_and_any_of_them_can_be_fetched_and_sent_again(town: Town) -> None:
    town.ma.send_photo(jpeg(size=(1600, 1200)))
    (update,) = await town.api.updates()
    sizes = update["message"]["photo"]
    assert [(size["width"], size["height"]) for size in sizes] == [(90, 68), (320, 240), (800, 600), (1280, 960)]
    for size in sizes:
        known = await town.api("getFile", file_id=size["file_id"])
        assert known["file_size"] == size["file_size"]
        async with town.api.session.get(f"{town.url}/file/bot{town.world.token}/{known['file_path']}") as response:
            data = await response.read()
        assert Image.open(io.BytesIO(data)).size == (size["width"], size["height"])
        sent = await town.api("sendPhoto", chat_id=town.grid.id, photo=size["file_id"])
        assert sent["photo"] == sizes
    assert len({size["file_unique_id"] for size in sizes}) == 4


async def test_the_same_picture_sent_twice_has_one_unique_id_and_two_ids(town: Town) -> None:
    town.ma.send_photo(jpeg("green"))
    town.li.start()
    town.li.send_photo(jpeg("green"))
    first, _, second = [update["message"].get("photo", [{}])[-1] for update in await town.api.updates()]
    assert first["file_unique_id"] == second["file_unique_id"]
    assert first["file_id"] != second["file_id"]


async def test_a_files_id_is_good_for_its_own_kind_only(town: Town) -> None:
    town.ma.send_voice()
    (update,) = await town.api.updates()
    voice = update["message"]["voice"]["file_id"]
    refusal = await town.api.refused("sendPhoto", chat_id=town.ma.id, photo=voice)
    assert refusal.description == "Bad Request: can't use file of type Voice as Photo"
    assert (await town.api("sendVoice", chat_id=town.ma.id, voice=voice))["voice"]["file_id"] == voice


async def test_a_file_over_20_megabytes_cannot_be_fetched(town: Town) -> None:
    town.ma.send_video(size=20 * 1024 * 1024 + 1)
    town.ma.send_video(b"just right", size=20 * 1024 * 1024)
    large, fits = [update["message"]["video"]["file_id"] for update in await town.api.updates()]
    refusal = await town.api.refused("getFile", file_id=large)
    assert (refusal.code, refusal.description) == (400, "Bad Request: file is too big")
    await town.api("getFile", file_id=fits)


async def test_what_is_no_picture_is_no_photo(town: Town) -> None:
    for data in (b"not a picture", jpeg()[:300]):
        with pytest.raises(Refusal, match="400 Bad Request: IMAGE_PROCESS_FAILED"):
            await town.api.upload("sendPhoto", {"photo": data}, chat_id=town.ma.id)
    assert [view for view in town.ma.messages() if view.from_bot] == []


async def test_an_album_mixes_uploads_and_known_files_under_one_caption(town: Town) -> None:
    town.ma.send_photo(jpeg("blue"))
    (update,) = await town.api.updates()
    known = update["message"]["photo"][-1]["file_id"]
    media = [
        {"type": "photo", "media": "attach://a", "caption": "<b>前</b>", "parse_mode": "HTML"},
        {"type": "photo", "media": known},
    ]
    sent = await town.api.upload("sendMediaGroup", {"a": jpeg()}, chat_id=town.grid.id, media=media)
    assert sent[0]["media_group_id"] == sent[1]["media_group_id"]
    assert (sent[0]["caption"], sent[0]["caption_entities"]) == ("前", [{"type": "bold", "offset": 0, "length": 1}])
    assert sent[1]["photo"][-1]["file_id"] == known
    views = town.li.messages(town.grid)
    assert [view.kind for view in views] == ["photo", "photo"]
    assert views[0].photo is not None


async def test_documents_and_pictures_do_not_mix_in_an_album(town: Town) -> None:
    media = [{"type": "photo", "media": "attach://a"}, {"type": "document", "media": "attach://b"}]
    with pytest.raises(Refusal, match="can't use the media of the specified type in the album"):
        await town.api.upload("sendMediaGroup", {"a": jpeg(), "b": b"x"}, chat_id=town.ma.id, media=media)


async def test_a_photo_can_be_exchanged_but_a_text_never_becomes_one(town: Town) -> None:
    card = await town.api.upload("sendPhoto", {"photo": jpeg("red")}, chat_id=town.grid.id, caption="#1")
    named = {"chat_id": town.grid.id, "message_id": card["message_id"]}
    media = {"type": "photo", "media": "attach://new", "caption": "#1 已办结"}
    edited = await town.api.upload("editMessageMedia", {"new": jpeg("green")}, media=media, **named)
    assert edited["caption"] == "#1 已办结"
    assert edited["photo"][0]["file_unique_id"] != card["photo"][0]["file_unique_id"]
    view = town.li.last(town.grid)
    assert (view.id, view.edited) == (card["message_id"], True)
    text = await town.api("sendMessage", chat_id=town.grid.id, text="#2")
    named["message_id"] = text["message_id"]
    with pytest.raises(Refusal, match="there is no media in the message to edit"):
        await town.api.upload("editMessageMedia", {"new": jpeg()}, media=media, **named)


async def test_a_call_may_be_a_query_a_form_or_json_and_numbers_may_be_words(town: Town) -> None:
    fields = {
        "chat_id": str(town.grid.id),
        "text": "好",
        "disable_notification": "true",
        "reply_markup": json.dumps({"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}),
    }
    path = f"{town.url}/bot{town.world.token}/sendmessage"  # the case of a method does not matter
    session = town.api.session
    ways = (
        session.get(f"{path}?{urlencode(fields)}"),
        session.post(path, data=fields),
        session.post(path, json=fields),
    )
    for way in ways:
        async with way as response:
            body = await response.json()
            assert body["ok"], body
            assert body["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "b"
    assert [view.silent for view in town.li.messages(town.grid)] == [True] * 3
    assert town.world.calls[-1].params["reply_markup"]["inline_keyboard"]  # decoded for whoever looks


async def test_a_multipart_body_that_is_none_is_refused_in_telegrams_form(town: Town) -> None:
    path = f"{town.url}/bot{town.world.token}/sendMessage"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with town.api.session.post(path, data=b"nonsense", headers=headers) as response:
        body = await response.json()
        assert (response.status, body["error_code"], body["ok"]) == (400, 400, False)
    async with town.api.session.put(path) as response:
        assert (response.status, (await response.json())["description"]) == (405, "Method Not Allowed")
    async with town.api.session.get(f"{town.url}/file/bot{town.world.token}/photos/none.jpg") as response:
        assert (response.status, (await response.json())["description"]) == (404, "Not Found")
    async with town.api.session.get(f"{town.url}/file/bot1:WRONG/photos/none.jpg") as response:
        assert response.status == 401


async def test_broken_json_is_refused(town: Town) -> None:
    path = f"{town.url}/bot{town.world.token}/sendMessage"
    async with town.api.session.post(path, data=b"{", headers={"Content-Type": "application/json"}) as response:
        assert (response.status, (await response.json())["description"]) == (
            400,
            "Bad Request: can't parse request body JSON object",
        )
    refusal = await town.api.refused("sendMessage", chat_id=town.ma.id, text="x", reply_markup="{")
    assert refusal.description == "Bad Request: can't parse reply_markup JSON object"


async def test_what_is_copied_or_forwarded_brings_its_content(town: Town) -> None:
    photo = town.ma.send_photo(jpeg(), "路灯")
    copied = await town.api("copyMessage", chat_id=town.grid.id, from_chat_id=town.ma.id, message_id=photo.id)
    assert copied.keys() == {"message_id"}
    named = {"chat_id": town.grid.id, "from_chat_id": town.ma.id, "message_id": photo.id}
    await town.api("copyMessage", caption="另一句", **named)
    forwarded = await town.api("forwardMessage", **named)
    assert forwarded["forward_origin"]["sender_user"]["id"] == town.ma.id
    assert [view.text for view in town.li.messages(town.grid)] == ["路灯", "另一句", "路灯"]
