"""Whether the tests have run enough of the code: `floors.py MEASURED.json FOLDER=PERCENT ...`, `.` for all of it.

Measured are lines and branches together. Where a floor is not reached, the lines that no test reaches are named.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import typer


def main(measured: str, *floors: str) -> int:
    """0 where all floors are reached, else 1."""
    files: dict[str, Any] = json.loads(Path(measured).read_text("utf-8"))["files"]
    return max(_floor(files, *floor.split("=")) for floor in floors)


def _floor(files: dict[str, Any], folder: str, percent: str) -> int:
    inside = {name: file for name, file in sorted(files.items()) if folder == "." or name.startswith(folder)}
    run = sum(len(file["executed_lines"]) + len(file["executed_branches"]) for file in inside.values())
    left = sum(len(file["missing_lines"]) + len(file["missing_branches"]) for file in inside.values())
    share = 100 * run / max(1, run + left)
    typer.echo(f"{folder}: at least {percent} % of lines and branches, measured: {share:.1f} %")
    if share >= float(percent):
        return 0
    for name, file in inside.items():
        if file["missing_lines"] or file["missing_branches"]:
            typer.echo(f"  {name}: lines {file['missing_lines']}, branches {file['missing_branches']}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
