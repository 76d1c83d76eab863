"""What a visitor does on the page: checked, bounded, and done with the phone in question."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from typing import Annotated, Literal

from PIL import Image, ImageOps, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.demo import samples
from bot.demo.board import Showing
from bot.demo.deeds import VOICE_SECONDS, voice
from bot.demo.machine import DidNotStart
from bot.demo.player import Player
from bot.demo.timekeeper import NoBot
from bot.demo.views import FASTEST, SLOWEST, leap_view
from bot.sandbox.errors import ApiError
from bot.sandbox.people import Phone
from bot.sandbox.records import Json
from bot.sandbox.views import PhoneError

MOST_PHOTOS = 10
PHOTO_LIMIT = 20 * 1024 * 1024  # bytes of one upload; the app makes it small before sending
_PHOTO_SIDE = 1280  # pixels; what the app sends
_MOST_PIXELS = 80_000_000

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Caption = Annotated[str, Field(max_length=4096)]


class Refused(Exception):
    """It cannot be done. `code` is a word that the page has a sentence for, `detail` says more in English."""

    def __init__(self, code: str, detail: str, status: int = 409) -> None:
        super().__init__(detail)
        self.code, self.detail, self.status = code, detail, status


class _Act(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _ByPhone(_Act):
    """Somebody does something in a chat he is in."""

    person: int
    chat: int
    reply_to: int | None = None


class SendText(_ByPhone):
    """Words."""

    do: Literal["text"]
    text: Annotated[str, Field(min_length=1, max_length=12_000)]


class SendPhotos(_ByPhone):
    """Sample photos and uploads, as one album if there are several."""

    do: Literal["photo"]
    samples: Annotated[tuple[str, ...], Field(max_length=MOST_PHOTOS)] = ()
    caption: Caption = ""


class SendPlace(_ByPhone):
    """A point on the map, or a named place."""

    do: Literal["place"]
    latitude: Latitude
    longitude: Longitude
    title: Annotated[str, Field(max_length=100)] = ""


class SendVoice(_ByPhone):
    """The sample voice message."""

    do: Literal["voice"]


class PressButton(_ByPhone):
    """An inline button of a message."""

    do: Literal["press"]
    message: int
    data: Annotated[str, Field(min_length=1, max_length=64)]


class TapKey(_ByPhone):
    """A key of the reply keyboard."""

    do: Literal["key"]
    label: Annotated[str, Field(min_length=1, max_length=200)]
    latitude: Latitude | None = None  # where the phone is now, for a key that asks for its position
    longitude: Longitude | None = None


class Start(_ByPhone):
    """START, or a link with a payload."""

    do: Literal["start"]
    payload: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None


class SetSpeed(_Act):
    """How fast the demo's time runs."""

    do: Literal["speed"]
    speed: Annotated[float, Field(strict=True, ge=SLOWEST, le=FASTEST, allow_inf_nan=False)]


class GoToNext(_Act):
    """The clock leaps to the next moment at which the bot has something to do."""

    do: Literal["next"]


class LetHappen(_Act):
    """Something goes wrong, or is right again: the network, the bot, somebody's phone."""

    do: Literal["mishap"]
    what: Literal["line", "power", "phone"]
    on: Annotated[bool, Field(strict=True)]
    person: int | None = None


class PlayDay(_Act):
    """▶ 看一天: begin or go on, quickly until the scene `until` if that is still to come; pause; stop."""

    do: Literal["day"]
    act: Literal["play", "pause", "stop"]
    until: Annotated[int, Field(ge=0, le=999)] = 0


_OfAPhone = SendText | SendPhotos | SendPlace | SendVoice | PressButton | TapKey | Start
Act = _OfAPhone | SetSpeed | GoToNext | PlayDay | LetHappen
ACT: TypeAdapter[Act] = TypeAdapter(Annotated[Act, Field(discriminator="do")])


async def perform(showing: Showing, player: Player, act: Act, uploads: Sequence[bytes] = ()) -> Json:
    """Do it; what comes of it is told by events. Raises Refused."""
    match act:
        case PlayDay():
            await _play(player, act)
            return {}
        case SetSpeed():
            player.pause()  # who takes the clock has it
            showing.time.set_speed(act.speed)
            return {}
        case GoToNext():
            return await _leap(showing, player)
        case LetHappen():
            await _let_happen(showing, act)
            player.join()
            return {}
    phone = _phone_of(showing, act.person)
    try:
        done = await _by_phone(phone, act, uploads)
        player.join()
        return done
    except KeyError as error:  # a chat that the world does not have
        raise Refused("unknown_chat", f"there is no chat {act.chat}", 404) from error
    except PhoneError as error:
        raise Refused("not_there", str(error)) from error
    except ApiError as error:
        raise Refused("not_a_picture", error.description, 422) from error


def _phone_of(showing: Showing, person: int | None) -> Phone:
    """The phone of somebody whose screen is on the page."""
    desks = [desk for pane in showing.town.panes for desk in pane.desks]
    phone = next((desk.phone for desk in desks if desk.phone.id == person), None)
    if phone is None:
        raise Refused("unknown_person", f"nobody here has the id {person}", 404)
    return phone


async def _let_happen(showing: Showing, act: LetHappen) -> None:
    if showing.mishaps is None:
        raise Refused("no_bot", "no bot is running here")
    match act.what:
        case "line":
            await showing.mishaps.set_line(down=act.on)
        case "power":
            try:
                await showing.mishaps.set_power(off=act.on)
            except DidNotStart as error:
                raise Refused("no_bot", str(error)) from error
        case "phone":
            showing.mishaps.set_blocked(_phone_of(showing, act.person), blocked=act.on)


async def _leap(showing: Showing, player: Player) -> Json:
    player.pause()
    try:
        return leap_view(await showing.time.leap())
    except NoBot as error:
        raise Refused("no_bot", "no bot is running here") from error


async def _play(player: Player, act: PlayDay) -> None:
    match act.act:
        case "play":
            player.play(act.until)
        case "pause":
            player.pause()
        case "stop":
            await player.stop()


async def _by_phone(phone: Phone, act: Act, uploads: Sequence[bytes]) -> Json:
    match act:
        case SendText():
            phone.send_text(act.text, act.chat, act.reply_to)
        case SendPhotos():
            await _send_photos(phone, act, uploads)
        case SendPlace(title=""):
            phone.send_location(act.latitude, act.longitude, chat=act.chat, reply_to=act.reply_to)
        case SendPlace():
            phone.send_venue(act.latitude, act.longitude, act.title, chat=act.chat, reply_to=act.reply_to)
        case SendVoice():
            phone.send_voice(voice(), act.chat, duration=VOICE_SECONDS, reply_to=act.reply_to)
        case TapKey():
            if act.latitude is not None and act.longitude is not None:
                phone.position = (act.latitude, act.longitude)
            phone.tap_reply_key(act.label, act.chat)
        case Start():
            phone.start(act.payload)
        case PressButton():
            return _press(phone, act)
    return {}


def _press(phone: Phone, act: PressButton) -> Json:
    """Press a button that is still there; the answer comes as an event with this `query`."""
    shown = next((view for view in phone.messages(act.chat) if view.id == act.message), None)
    if shown is None or not any(key.get("callback_data") == act.data for row in shown.keys for key in row):
        raise Refused("button_gone", f"message {act.message} has no such button now")
    query = phone.press_nowait(shown, act.data)
    return {"query": query.id if query is not None else None}


async def _send_photos(phone: Phone, act: SendPhotos, uploads: Sequence[bytes]) -> None:
    unknown = [name for name in act.samples if name not in samples.names()]
    if unknown:
        raise Refused("unknown_sample", f"no sample photo is called {unknown[0]!r}", 422)
    if not 1 <= len(act.samples) + len(uploads) <= MOST_PHOTOS:
        raise Refused("too_many_photos", f"1 to {MOST_PHOTOS} photos at once", 422)
    pictures = [await asyncio.to_thread(samples.sample, name) for name in act.samples]
    pictures += [await asyncio.to_thread(_as_sent, upload) for upload in uploads]
    one_or_album: bytes | list[bytes] = pictures[0] if len(pictures) == 1 else pictures
    phone.send_photo(one_or_album, act.caption, act.chat, act.reply_to)


def _as_sent(upload: bytes) -> bytes:
    """The photo as the app sends it: a JPEG of 1280 pixels at most, upright, without metadata."""
    try:
        picture = Image.open(io.BytesIO(upload))
        if picture.width * picture.height > _MOST_PIXELS:
            raise Refused("too_large", f"over {_MOST_PIXELS // 1_000_000} megapixels", 413)
        picture.draft("RGB", (_PHOTO_SIDE, _PHOTO_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        ValueError,
        SyntaxError,
    ) as error:
        raise Refused("not_a_picture", "that file is no picture that can be read", 422) from error
    upright.thumbnail((_PHOTO_SIDE, _PHOTO_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=87)
    return out.getvalue()
