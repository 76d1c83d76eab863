"""What is told to who looks after an elder's matter: the sheet, what its outcome asks, and that he need not go."""

from __future__ import annotations

from typing import Literal

from care.domain.notices.base import Said


class ClaimersSheet(Said):
    """To the claimer, in private: full name, address, phones, health note, key holder, and the outcomes."""

    kind: Literal["claimers_sheet"] = "claimers_sheet"
    item: int
    asked: int  # the claimer's person id


class OutcomeQuestion(Said):
    """To who settles what another has claimed, in private: the outcomes, and nothing of the sheet."""

    kind: Literal["outcome_question"] = "outcome_question"
    item: int
    asked: int


class OutcomeNamed(Said):
    """To who named the outcome: what it was, with ↶ for a few minutes."""

    kind: Literal["outcome_named"] = "outcome_named"
    item: int
    asked: int


class OutcomeWordsQuestion(Said):
    """📝 其他: in his own words, please."""

    kind: Literal["outcome_words_question"] = "outcome_words_question"
    item: int
    asked: int


class HospitalQuestion(Said):
    """🏥 已送医: which hospital?"""

    kind: Literal["hospital_question"] = "hospital_question"
    item: int
    asked: int


class AtHomeQuestion(Said):
    """🏥 已送医: whom has she left at home who needs somebody?"""

    kind: Literal["at_home_question"] = "at_home_question"
    item: int
    asked: int


class AwayQuestion(Said):
    """🧳 外出: for how long?"""

    kind: Literal["away_question"] = "away_question"
    item: int
    asked: int


class Spared(Said):
    """To who had it, or was about to: it has ended, he need not go there."""

    kind: Literal["spared"] = "spared"
    item: int
    asked: int


class GoneQuestion(Said):
    """To a coordinator: somebody says that she has died or moved away; is it true?"""

    kind: Literal["gone_question"] = "gone_question"
    item: int
    asked: int  # the coordinator's person id


SheetNotice = (
    ClaimersSheet
    | OutcomeQuestion
    | OutcomeNamed
    | OutcomeWordsQuestion
    | HospitalQuestion
    | AtHomeQuestion
    | AwayQuestion
    | Spared
    | GoneQuestion
)
