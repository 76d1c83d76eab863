"""Who is woken by which commits: whatever a part reads when it looks for work must wake it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from spine_rig import Rig, put, raw_text
from sqlalchemy import event
from test_alarm import alarming
from test_downloader import downloading
from test_sweeper import sweeping

from bot.alarm import Alarmer
from bot.dispatcher import Dispatcher
from bot.downloader import Downloader
from bot.sweeper import Sweeper
from care.domain.notices import Lane
from spine_rig import until
from storage import tables
