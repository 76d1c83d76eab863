"""Callback data: packs, unpacks, fits into 64 bytes, and what was forged is nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.callback_data import LIMIT, Button, Press, UnknownPress


@given(st.sampled_from(Button), st.integers(0, 10**12), st.from_regex(r"[a-z0-9_-]{0,40}", fullmatch=True))
def test_what_is_packed_is_unpacked(button: Button, item: int, word: str) -> None:
    data = Press(button, item, word).pack()
    assert len(data.encode()) <= LIMIT
    assert Press.unpack(data) == Press(button, item, word)


@pytest.mark.parametrize("data", ["", "1", "1:", "2:cl:3k", "1:xx:1", "1:cl:$$", "🙋", "cl:1", "1:cl:-", "x" * 64])
def test_a_forged_press_is_nothing(data: str) -> None:
    with pytest.raises(UnknownPress):
        Press.unpack(data)


@given(st.text(max_size=64))
def test_any_data_at_all_is_either_a_press_or_nothing(data: str) -> None:
    try:
        press = Press.unpack(data)
    except UnknownPress:
        return
    assert press.button in Button


def test_what_does_not_fit_is_refused_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        Press(Button.PLACE, 1, "网格" * 12).pack()


def test_codes_never_change_their_meaning() -> None:
    """Buttons sent last year carry these."""
    sent = {
        "CATEGORY": "c", "URGENT": "u", "SELF": "s", "NOT_A_REPORT": "n", "SAME": "m", "PLACE": "p", "SKIP": "k",
        "CONTENT": "y", "NOT_YET": "z", "CLAIM": "cl", "RELEASE": "re", "DONE": "dn", "NO_PROOF": "np",
        "DISMISS": "di", "DISMISS_BECAUSE": "db", "ASK_WHERE": "wh", "REOPEN": "ro", "CONFIRM": "co",
        "APPROVE": "ap", "FULL_TEXT": "ft", "ALL_MEDIA": "am", "STILL": "st", "LANGUAGE": "la",
        "PROMISE": "pr", "PROMISE_UNTIL": "pu", "TRANSFER": "tr", "TRANSFER_TO": "ta", "TRANSFER_WHOM": "tw",
        "TRANSFER_PERSON": "tp", "ACCEPT": "ac", "CLIMB": "up", "TAKE_OVER": "to", "UNDO": "un",
        "BIND_AREA": "ba", "BIND_STAFF": "bs", "BIND_RESIDENTS": "br", "UNBIND": "ub", "MENU_OPEN": "mo",
        "MENU_TODAY": "mt", "MENU_PAUSE": "mp", "ENROL": "en",
    }  # fmt: skip
    assert sent.items() <= {button.name: button.value for button in Button}.items()
