"""What is told to who looks after an elder's matter: the private sheet, and what to try where nobody opens."""

from __future__ import annotations

from typing import Literal

from care.domain.notices.base import Said


class ClaimersSheet(Said):
    """To the claimer, in private: full name, address, phones, health note, key holder, and the outcomes."""

    kind: Literal["claimers_sheet"] = "claimers_sheet"
    item: int
    asked: int  # the claimer's person id


SheetNotice = ClaimersSheet
