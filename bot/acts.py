"""The acts that follow by themselves, under one roof (`bot.seams.Acts`)."""

from care.services.delivery import record, shown
from care.services.sweeps import item_due, question_due

__all__ = ["item_due", "question_due", "record", "shown"]
