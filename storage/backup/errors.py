"""Why there is no backup, or no way back from one; the message says what to do."""

from __future__ import annotations

import errno

from storage.errors import StorageError


class NoBackup(StorageError):
    """It could not be made; nothing was left behind."""


class NoRestore(StorageError):
    """The file cannot be put in place here; nothing was changed."""


def why(error: OSError) -> str:
    """What the machine says, and what helps."""
    said = error.strerror or type(error).__name__
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{said}. Free some space, or choose another disk"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{said}. Choose a folder that this user may write to, or run the command as the user the bot runs as"
    return said
