"""Starts `gridcare` again and again at the price of a fork: imports once, then each line of stdin is one start.

A line is JSON: {"argv": [...], "cwd": "...", "log": "..."}; the answer is the new process's id. What runs in the child
is the console script's own entry point, in a process of its own that can be killed like any other. Ends with its stdin.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import traceback
from typing import Any

import bot.run  # noqa: F401 -- so that the children need not import it
from bot.cli import main


def _become(start: dict[str, Any]) -> None:
    """In the child: the program itself, its stderr in the log."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with open(start["log"], "ab", buffering=0) as log, open(os.devnull, "rb") as nothing:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        os.dup2(nothing.fileno(), 0)
    os.chdir(start["cwd"])
    sys.argv = ["gridcare", *start["argv"]]
    code: Any = 1
    try:
        main()
    except SystemExit as end:
        code = end.code
    except Exception:  # noqa: BLE001 -- the interpreter's own end would do the same
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def serve() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried by the system
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        start = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(start)
        print(child, flush=True)


if __name__ == "__main__":
    serve()
