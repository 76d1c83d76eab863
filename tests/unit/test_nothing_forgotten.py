"""What stands in one table and has to be thought of in another: whoever adds something is told what he forgot."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from care.domain import notices
from care.domain.people import AT_HOME_AS, Role
from handlers import elder_commands, group_commands, start
from handlers.callback_data import Button
from handlers.commands import MENUS, Menu

ROOT = Path(__file__).parents[2]
PRESENTING = "".join(path.read_text("utf-8") for path in sorted((ROOT / "handlers").glob("present*.py")))
PRESSING = "".join(path.read_text("utf-8") for path in sorted((ROOT / "handlers").glob("*.py")))
NOTICES = [one for one in get_args(get_args(notices.Notice)[0]) if one is not notices.Alarm]  # rung by other means
IN_PRIVATE = {**group_commands.PRIVATE, **elder_commands.COMMANDS, **start.COMMANDS}


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.__name__)
def test_every_notice_is_presented(notice: type) -> None:
    """One that no `present*.py` names is nothing to say: it would end in silence, and nobody would know."""
    assert re.search(rf"\b{notice.__name__}\b", PRESENTING)


@pytest.mark.parametrize("button", Button, ids=lambda button: button.name)
def test_every_button_does_something(button: Button) -> None:
    assert re.search(rf"\b(?:Button|B)\.{button.name}\b", PRESSING)


@pytest.mark.parametrize("menu", MENUS, ids=lambda menu: menu.scope)
def test_every_command_of_a_menu_is_understood_where_it_is_shown(menu: Menu) -> None:
    known = IN_PRIVATE if menu.scope == "all_private_chats" else group_commands.COMMANDS
    assert set(menu.commands) <= set(known)


def test_every_command_in_a_group_has_its_answer_in_private() -> None:
    assert set(group_commands.COMMANDS) <= set(group_commands.PRIVATE)


def test_every_role_may_be_somebodys_at_home() -> None:
    assert sorted(AT_HOME_AS) == sorted(Role)
