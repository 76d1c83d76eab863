"""The border to Telegram: what goes over the wire, and what comes back as a result."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from spine_rig import GRID, Rig

from care.services.ports import Address
from care.services.results import Outcome
from handlers.content import Answer, Button, Content, Key, Keyboard, Picture
from handlers.messenger import Lost, TooBig
from handlers.render.contact_sheet import WIDTH, contact_sheet


def jpeg(colour: str = "red", size: tuple[int, int] = (80, 60)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def params_of(rig: Rig, method: str) -> dict[str, Any]:
    return dict(next(call.params for call in reversed(rig.world.calls) if call.method == method))


async def sent_photo(rig: Rig) -> Picture:
    """A photo that Telegram knows, since somebody sent it."""
    message = rig.world.phones[11].send_photo(jpeg())
    assert message.file_id is not None
    return Picture(kind="photo", key="k1", file=message.file_id)


async def test_a_text_with_buttons(rig: Rig):
    content = Content(
        text="<b>您好</b> https://example.org",
        buttons=((Button("好", "v1:ok"), Button("看", url="https://example.org/")),),
        silent=True,
        reply_to=4242,  # not there: it is sent all the same
    )
    shown = await rig.messenger.send(Address(11), content)
    message = rig.world.phones[11].last()
    assert (shown.result.outcome, shown.result.message, shown.has_photo) == (Outcome.SENT, message.id, False)
    assert message.text == "您好 https://example.org"
    assert message.buttons == [["好", "看"]]
    assert message.silent
    assert "is_disabled" in str(params_of(rig, "sendMessage")["link_preview_options"])


async def test_a_reply_keyboard_and_its_end(rig: Rig):
    keys = Keyboard(rows=((Key("📍 发送我的位置", asks_location=True),), (Key("跳过"),)))
    await rig.messenger.send(Address(11), Content(text="在哪？", keyboard=keys))
    phone = rig.world.phones[11]
    assert phone.reply_keyboard() == [["📍 发送我的位置"], ["跳过"]]
    await rig.messenger.send(Address(11), Content(text="好", keyboard=Keyboard(rows=())))
    assert phone.reply_keyboard() == []


async def test_a_photo_that_telegram_has(rig: Rig):
    picture = await sent_photo(rig)
    shown = await rig.messenger.send(Address(GRID), Content(text="路灯", picture=picture))
    assert (shown.has_photo, shown.media_key) == (True, "k1")
    message = rig.world.groups[GRID].messages()[-1]
    assert (message.kind, message.text) == ("photo", "路灯")


async def test_several_photos_are_one_sheet_uploaded(rig: Rig):
    hashes = [await rig.messenger._store.keep(jpeg(colour), "photo") for colour in ("red", "green", "blue")]
    picture = Picture(kind="photo", key="sheet", hashes=tuple(hashes))
    shown = await rig.messenger.send(Address(GRID), Content(text="三张", picture=picture))
    assert shown.has_photo
    photo = rig.world.groups[GRID].messages()[-1].photo
    assert photo is not None
    assert Image.open(io.BytesIO(photo)).width == WIDTH


@pytest.mark.parametrize(
    "picture",
    [
        Picture(kind="photo", key="x", file="AgACnosuchfile"),  # Telegram refuses it
        Picture(kind="photo", key="x", hashes=("0" * 64,)),  # not on disk
    ],
)
async def test_a_picture_that_cannot_be_sent_becomes_a_text(rig: Rig, picture: Picture):
    shown = await rig.messenger.send(Address(11), Content(text="路灯坏了", picture=picture))
    assert (shown.result.outcome, shown.has_photo) == (Outcome.SENT, False)
    assert rig.world.phones[11].last().text == "路灯坏了"


async def test_a_file_that_telegram_forgot_is_uploaded_from_the_disk(rig: Rig):
    sha = await rig.messenger._store.keep(jpeg(), "photo")
    picture = Picture(kind="photo", key="x", file="AgACforgotten", hashes=(sha,))
    assert (await rig.messenger.send(Address(11), Content(text="x", picture=picture))).has_photo


async def test_an_album(rig: Rig):
    one, two = await sent_photo(rig), await sent_photo(rig)
    shown = await rig.messenger.send(Address(11), Content(text="#1", album=(one, two)))
    assert shown.result.outcome is Outcome.SENT
    last = rig.world.phones[11].messages()[-2:]
    assert [message.kind for message in last] == ["photo", "photo"]
    assert [message.text for message in last] == ["#1", ""]
    shown = await rig.messenger.send(Address(11), Content(text="#1", album=(one,)))  # one is no album
    assert shown.has_photo


async def test_edits_of_texts_captions_and_pictures(rig: Rig):
    picture = await sent_photo(rig)
    group = rig.world.groups[GRID]
    posted = await rig.messenger.send(Address(GRID), Content(text="a", picture=picture))
    message = posted.result.message or 0

    async def edit(content: Content, key: str | None) -> tuple[Outcome, str | None]:
        shown = await rig.messenger.edit(Address(GRID), message, content, has_photo=True, shown_key=key)
        return shown.result.outcome, shown.media_key

    assert await edit(Content(text="b", picture=picture), "k1") == (Outcome.SENT, "k1")
    assert group.messages()[-1].text == "b"
    sha = await rig.messenger._store.keep(jpeg("blue"), "photo")
    other = Picture(kind="photo", key="k2", hashes=(sha,))
    assert await edit(Content(text="c", picture=other), "k1") == (Outcome.SENT, "k2")
    assert group.messages()[-1].text == "c"
    lost = Picture(kind="photo", key="k3", hashes=("0" * 64,))
    assert await edit(Content(text="d", picture=lost), "k2") == (Outcome.SENT, "k2")
    assert group.messages()[-1].text == "d"


async def test_a_topic_that_is_gone_the_chat_itself_is_told(rig: Rig):
    rig.world.faults.fail("sendMessage", 400, description="Bad Request: message thread not found")
    shown = await rig.messenger.send(Address(GRID, 5), Content(text="x"))
    assert shown.result.outcome is Outcome.SENT
    assert rig.world.groups[GRID].messages()[-1].text == "x"


async def test_a_press_is_answered_also_where_the_link_is_refused(rig: Rig):
    phone = rig.world.phones[11]
    query = rig.world.press(phone.user, phone.chat(), 1, "x")
    await rig.messenger.answer_press(query.id, Answer("好" * 300, url="https://evil.example/"))
    assert (await phone.answer_to(query)).text == "好" * 200
    result = await rig.messenger.answer_press("1234", Answer("late"))
    assert result.outcome is Outcome.REJECTED


async def test_files_are_fetched_or_lost_or_too_big(rig: Rig, tmp_path: Path):
    picture = await sent_photo(rig)
    assert picture.file is not None
    content = await rig.messenger.download(picture.file)
    assert isinstance(content, bytes)
    assert content[:2] == b"\xff\xd8"
    assert isinstance(await rig.messenger.download("AgACnosuchfile"), Lost)
    rig.world.faults.files_broken = True
    assert isinstance(await rig.messenger.download(picture.file), Lost)
    rig.world.faults.clear()
    rig.world.faults.fail("getFile", 400, description="Bad Request: file is too big")
    assert await rig.messenger.download(picture.file) == TooBig()
    on_disk = tmp_path / "local.jpg"
    on_disk.write_bytes(jpeg())

    async def local(*_args: Any, **_more: Any) -> Any:
        return {"file_path": str(on_disk)}

    rig.messenger._local_files = True
    object.__setattr__(rig.line, "call", local)
    assert await rig.messenger.download("x") == jpeg()
    on_disk.unlink()
    assert await rig.messenger.download("x") == Lost("FileNotFoundError")


async def test_a_contact_sheet_holds_ten_and_says_how_many_more():
    sheet = await contact_sheet([jpeg(size=(3000, 2000))] * 13)
    assert sheet is not None
    picture = Image.open(io.BytesIO(sheet))
    assert picture.height < picture.width <= WIDTH
    assert await contact_sheet([b"no picture"]) is None
    two = await contact_sheet([b"no picture", jpeg(), jpeg("blue")])
    assert two is not None
