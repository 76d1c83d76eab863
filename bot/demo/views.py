"""What the page is told: messages, keyboards, chats and people as JSON, from the world as it is now."""

from __future__ import annotations

from bot.clock import ScaledClock
from bot.demo import samples
from bot.demo.board import Showing
from bot.demo.bubbles import SHOWN_KINDS, desks_of, keyboards_view, message_change, message_view, person_view
from bot.demo.player import Player
from bot.demo.timekeeper import Leap
from bot.demo.town import town_map
from bot.sandbox.journal import Event
from bot.sandbox.records import Chat, Json

SPEEDS = (1, 10, 60, 600)
"""Clock seconds per wall second that the page offers; anything from the slowest to the fastest is accepted."""
SLOWEST, FASTEST = SPEEDS[0], SPEEDS[-1]


def state_view(showing: Showing, player: Player, *, zone: str) -> Json:
    """Everything the panes show, with `at` naming the last event that is in it."""
    town, world = showing.town, showing.town.world
    desks = desks_of(town)
    chats = {desk.chat: world.chats[desk.chat] for desk in desks}
    people = [world.bot, *{desk.phone.id: desk.phone.user for desk in desks}.values()]
    return {
        "at": f"{showing.run}-{world.version}",
        "clock": clock_view(showing.clock) | {"zone": zone},
        "day": player.view() | {"scenes": player.timeline()},
        "bot": world.bot.id,
        "people": [person_view(user) for user in people],
        "panes": [
            {"id": pane.id, "desks": [{"person": desk.phone.id, "chat": desk.chat} for desk in pane.desks]}
            for pane in town.panes
        ],
        "chats": [_chat(chat) for chat in chats.values()],
        "messages": [message_view(world, message) for chat in chats.values() for message in chat.history()],
        "keyboards": keyboards_view(desks),
        "samples": list(samples.names()),
        "map": town_map(),
        "mishaps": showing.mishaps.view() if showing.mishaps is not None else None,
        "knows": showing.knowledge.view if showing.knowledge is not None else None,
    }


def clock_view(clock: ScaledClock) -> Json:
    """The demo's clock: what it shows, how many of its seconds pass in one of ours, whether a leap holds it now."""
    return {"now": clock.now().isoformat(), "speed": clock.speed, "stands": clock.stands, "speeds": list(SPEEDS)}


def leap_view(leap: Leap) -> Json:
    """What a leap has done; `at` None: the bot waits for people only, and the clock goes on as before."""
    at = leap.at.isoformat() if leap.at is not None else None
    return {"since": leap.since.isoformat(), "at": at, "chats": list(leap.chats)}


def change_view(showing: Showing, player: Player, event: Event) -> Json | None:
    """What an event changes on the page, as things are now; None where it changes nothing there.

    A message is told as it is by now, not as it was then: so a page that comes back late is told the truth, and being
    told twice does no harm.
    """
    if event.kind == "clock":
        leap = event.details.get("leap")
        return {"type": "clock", "leap": leap and leap_view(leap)} | clock_view(showing.clock)
    if event.kind == "day":
        return {"type": "day"} | player.view()
    if event.kind == "hand":
        return {"type": "hand", "chat": event.details["where"]} | event.details
    if event.kind == "knows":
        return _known(showing, event)
    if event.kind == "mishap" or (event.kind == "member" and event.chat_id in showing.town.world.phones):
        return {"type": "mishaps"} | showing.mishaps.view() if showing.mishaps is not None else None
    if event.kind in ("member", "chat"):
        return {"type": "reload"}
    if event.kind in SHOWN_KINDS:
        return message_change(showing.town, event)
    if event.chat_id is None or not desks_of(showing.town, event.chat_id):
        return None
    if event.kind in ("press", "answer"):
        about = {"chat": event.chat_id, "message": event.message_id, "person": event.details["user"]}
        played = event.details["query"] in player.pressed  # to be seen on every page, as nobody pressed it on his own
        told = {name: event.details.get(name) for name in _TOLD[event.kind]}
        return {"type": event.kind, **about, **told, "played": played}
    return {"type": "typing", "chat": event.chat_id} if event.kind == "action" else None


def _known(showing: Showing, event: Event) -> Json | None:
    """What the bot knows by now; of several looks that a page has missed it is told the last."""
    knowledge = showing.knowledge
    if knowledge is None or event.details["number"] != knowledge.number:
        return None
    return {"type": "knows", "knows": knowledge.view}


_TOLD = {"press": ("query", "data"), "answer": ("query", "text", "show_alert", "url")}


def _chat(chat: Chat) -> Json:
    people = [member.user.name for member in chat.present() if not member.user.is_bot]
    return {"id": chat.id, "title": chat.title, "private": chat.is_private, "members": people}
