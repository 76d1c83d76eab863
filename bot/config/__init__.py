"""The configuration: `Config.load(path)` gives the frozen whole or says everything that is wrong with it."""

from bot.config.boundaries import Boundary
from bot.config.load import Config
from bot.config.mistakes import ConfigErrors, Mistake
from bot.config.models import Area
from bot.config.types import Listen

__all__ = ["Area", "Boundary", "Config", "ConfigErrors", "Listen", "Mistake"]
