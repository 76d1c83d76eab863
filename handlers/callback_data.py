"""What a button carries: an act, an item and at most a short word, in 64 bytes, with a version before it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LIMIT = 64  # bytes; Bot API, InlineKeyboardButton.callback_data
_VERSION = "1"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Button(StrEnum):
    """The acts that stand behind buttons; the codes are short and never change their meaning."""

    # on the reporter's own messages
    CATEGORY = "c"
    URGENT = "u"
    SELF = "s"
    NOT_A_REPORT = "n"
    SAME = "m"
    PLACE = "p"
    SKIP = "k"
    CONTENT = "y"
    NOT_YET = "z"
    # on cards
    CLAIM = "cl"
    RELEASE = "re"
    DONE = "dn"
    NO_PROOF = "np"
    DISMISS = "di"
    DISMISS_BECAUSE = "db"
    ASK_WHERE = "wh"
    REOPEN = "ro"
    CONFIRM = "co"
    APPROVE = "ap"
    FULL_TEXT = "ft"
    ALL_MEDIA = "am"
    STILL = "st"
    PROMISE = "pr"
    PROMISE_UNTIL = "pu"
    TRANSFER = "tr"
    TRANSFER_TO = "ta"
    TRANSFER_WHOM = "tw"
    TRANSFER_PERSON = "tp"
    ACCEPT = "ac"
    CLIMB = "up"
    TAKE_OVER = "to"
    UNDO = "un"
    # on what a relative is told; `item` is the alert's id
    FAMILY_WELL = "fw"
    FAMILY_NO_ANSWER = "fn"
    FAMILY_COMING = "fc"
    FAMILY_BAD = "fb"
    FAMILY_WHICH = "fq"
    FAMILY_ELSE = "fe"
    # what a relative chooses; `item` is the elder's person id
    FAMILY_SETTINGS = "fa"
    GOOD_NEWS = "fg"
    # about greetings that pause; `item` is the elder's person id
    PAUSE_HOUSE = "fh"
    PAUSE_WHO = "fp"
    PAUSE_LONG = "fl"
    RESUME = "fr"
    STILL_AWAY = "fs"
    BACK_HOME = "fk"
    # of a cry for help, and of a voice: `item` of the last three is a recording
    SOS_NEED = "sy"  # by an elder: shall somebody come? 🆘
    SOS_WELL = "sw"  # by an elder, on what was asked about her words or voice: ✅
    SOS_SMALL = "sn"  # 🙂
    SOS_MISTAKE = "sm"
    HEAR = "sp"  # ▶️
    HEARD_WELL = "sh"  # 👂
    HEARD_TROUBLE = "sr"  # 🆘
    # on a sheet, and on what its outcomes ask
    OUTCOME = "oc"
    KNOCKED = "ok"
    TICK = "ot"
    OUT_FOR = "oa"
    NO_HOSPITAL = "oh"
    NOBODY_AT_HOME = "on"
    GONE_TRUE = "oy"
    GONE_UNTRUE = "ox"
    # on lists of names
    SUPPORT = "ls"  # `item` is the list
    # elsewhere
    LANGUAGE = "la"
    # on messages to an elder; `item` is what each says it is, or 0
    WELL = "ew"  # ✅ 我很好; the check-in that it was asked for
    WILLING = "ey"
    THINK = "et"
    AWAY = "eg"  # 🧳 under /help
    AWAY_FOR = "ea"  # word: how long, and why
    BACK = "eb"
    SHARE_REPORT = "er"  # the share
    SHARE_ONLY = "eo"  # the share
    WATCHERS = "ef"
    UNWATCH = "eu"  # the relative
    UNWATCH_SURE = "ex"  # the relative
    LEAVE = "el"
    LEAVE_SURE = "ed"
    STAY = "ec"
    KEEP = "ek"  # no, leave it as it is
    # to anybody, in private
    FORGET = "ez"
    REMEMBER = "ev"
    # in groups, about the group itself
    BIND_AREA = "ba"
    BIND_STAFF = "bs"
    BIND_RESIDENTS = "br"
    UNBIND = "ub"
    MENU_OPEN = "mo"
    MENU_TODAY = "mt"
    MENU_PAUSE = "mp"
    ENROL = "en"  # in private, of somebody who offered to go


class UnknownPress(ValueError):
    """Data that no version of ours has made."""


@dataclass(frozen=True)
class Press:
    """One button's meaning. `item` is 0 where none is meant."""

    button: Button
    item: int = 0
    word: str = ""

    def pack(self) -> str:
        """As it stands on the button; raises ValueError if it does not fit."""
        data = ":".join((_VERSION, self.button, _base36(self.item), self.word)).rstrip(":")
        if len(data.encode()) > LIMIT:
            raise ValueError(f"callback data over {LIMIT} bytes: {data}")
        return data

    @classmethod
    def unpack(cls, data: str) -> Press:
        """The meaning of a button's data; raises UnknownPress for what was forged or is from the future."""
        version, _, rest = data.partition(":")
        code, _, rest = rest.partition(":")
        number, _, word = rest.partition(":")
        try:
            if version != _VERSION:
                raise ValueError(version)
            return cls(Button(code), int(number or "0", 36), word)
        except ValueError as error:
            raise UnknownPress(data[:LIMIT]) from error


def _base36(number: int) -> str:
    digits = ""
    while number > 0:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
