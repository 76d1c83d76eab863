"""The face in one place: what the spine (`bot.seams.Face`) asks of a chat network, gathered from the package."""

from care.locale import say
from handlers.content import Answer
from handlers.incoming import Incoming, Unreadable, actor_of, lane_of, parse
from handlers.parking import park
from handlers.present import present_alarm, present_card, present_telling
from handlers.router import handle

__all__ = [
    "Incoming",
    "Unreadable",
    "actor_of",
    "handle",
    "lane_of",
    "park",
    "parse",
    "present_alarm",
    "present_card",
    "present_telling",
    "sorry",
]


def sorry(language: str | None = None) -> Answer:
    """What a presser hears when something of ours broke: it has been kept, and a person will look at it."""
    return Answer(say(language, "refused.sorry"))
