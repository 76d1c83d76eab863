"""What a relative is told of an elder, and what he may answer. Pure."""

from __future__ import annotations

from enum import StrEnum

from care.domain.states import Kind


class Trouble(StrEnum):
    """What a relative is told."""

    SILENT = "silent"  # she has not answered yet; a worker will go and look
    SOS = "sos"
    HELP = "help"
    UNREACHABLE = "unreachable"
    NOBODY = "nobody"  # nobody has taken her SOS: please call now
    KNOCKED = "knocked"  # 🔕 nobody opened
    NOT_URGENT = "not_urgent"  # 🙂 不急，是小事
    MISTAKE = "mistake"  # she says that she pressed by mistake; somebody looks all the same
    SAYS_WELL = "says_well"  # ✅ after her cry; likewise


class Answer(StrEnum):
    """What a relative says of it."""

    WELL = "well"  # ✅ 联系上了，平安
    NO_ANSWER = "no_answer"  # ☎️ 打不通
    COMING = "coming"  # 🚪 我正赶过去
    BAD = "bad"  # 🆘 情况不好


# What is told at once, before anything else in the house.
HASTY = frozenset({Trouble.SOS, Trouble.NOBODY, Trouble.KNOCKED, Trouble.HELP})

# A cry for help: a relative who comes is of use at once, and who hears that it is worse says so.
_CRIES = frozenset({Trouble.SOS, Trouble.NOBODY, Trouble.HELP})

# A relative's word ends nothing but a silence. After a cry for help somebody still looks; and a phone that takes no
# messages takes none tomorrow either.
ENDED_BY_FAMILY = frozenset({Kind.MISSED_CHECKIN})


def answers_to(why: Trouble, given: Answer | None) -> tuple[Answer, ...]:
    """What he may still say, in the order of the buttons; `given` is what he has said."""
    if why in (Trouble.NOT_URGENT, Trouble.MISTAKE, Trouble.SAYS_WELL):
        return ()
    offered: tuple[Answer, ...] = (Answer.WELL, Answer.NO_ANSWER)
    if why in _CRIES:
        offered = (Answer.WELL, Answer.COMING, Answer.BAD)
    elif why is Trouble.KNOCKED:
        offered = (Answer.WELL, Answer.NO_ANSWER, Answer.COMING)
    return tuple(answer for answer in offered if answer is not given)


def answers_to_words(kind: Kind | None) -> tuple[Answer, ...]:
    """What he is offered where his own words were not plain; `kind` is the item's, None of a silence."""
    cry = kind in (Kind.SOS, Kind.HELP)
    return (Answer.WELL, Answer.COMING if cry else Answer.NO_ANSWER, Answer.BAD)
