"""A cry for help: by what an elder, or somebody for her, called people. Pure."""

from __future__ import annotations

from enum import StrEnum


class Cry(StrEnum):
    """Why an `sos` or `help` was raised; the reason in its history."""

    KEY = "key"  # 🆘, on the keyboard or on a message
    ALARM_WORDS = "alarm_words"  # 救命
    TROUBLE_WORDS = "trouble_words"  # 胸闷, and no answer when she was asked
    UNHEARD = "unheard"  # nobody has listened to her voice
    RECORDING = "recording"  # who listened says that something is wrong
    FAMILY = "family"  # a relative says that she is not well
    UNREADABLE = "unreadable"  # what she sent could not be read


class Eased(StrEnum):
    """How it became less urgent, by her own word; the reason in its history."""

    NOT_URGENT = "not_urgent"  # 🙂 不急
    MISTAKE = "mistake"  # 按错了
    WELL = "well"  # ✅ 我很好


# What she herself did or left undone: she hears what becomes of it.
HER_OWN = frozenset({Cry.KEY, Cry.ALARM_WORDS, Cry.TROUBLE_WORDS, Cry.UNHEARD})
