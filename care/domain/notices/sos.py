"""What is told of a cry for help: to the elder herself, and to who listens to her voice."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from care.domain.notices.base import Said


class Says(StrEnum):
    """What an elder hears of her own cry; the tail of its key, as in `sos.calling`."""

    CALLING = "calling"  # 别怕, people are being called
    AGAIN = "again"  # she pressed once more
    LOOKING = "looking"  # she did not answer: somebody is asked to look
    UNHEARD = "unheard"  # nobody has listened to her voice: likewise
    COMING = "coming"  # 李娟看到了
    WILL_CALL = "will_call"  # the same of a small matter
    ANOTHER = "another"  # who had it cannot come
    NOBODY = "nobody"  # the truth: nobody has taken it yet
    SMALL = "small"  # 🙂 不急 has been noted
    MISTAKE = "mistake"  # 按错了 has been noted: somebody still looks
    WELL = "well"  # ✅ 我很好 likewise
    NOTED = "noted"  # what she said meanwhile has been added


class ToHer(Said):
    """To an elder: what becomes of her cry. `who`: the person id of whom it speaks."""

    kind: Literal["to_her"] = "to_her"
    item: int
    says: Says
    who: int | None = None


class TroubleQuestion(Said):
    """To an elder whose words sound unwell: shall somebody come? `mood`: it is her heart that is heavy."""

    kind: Literal["trouble_question"] = "trouble_question"
    inquiry: int
    mood: bool = False


class VoiceReceived(Said):
    """To an elder who sent a voice or video: somebody will listen; is she well?"""

    kind: Literal["voice_received"] = "voice_received"
    recording: int


class RecordingPlayed(Said):
    """To who wants to listen, in private: the recording itself. `last`: of several, with the buttons."""

    kind: Literal["recording_played"] = "recording_played"
    recording: int
    last: bool = True


SosNotice = ToHer | TroubleQuestion | VoiceReceived | RecordingPlayed
