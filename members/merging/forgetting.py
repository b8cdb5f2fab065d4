"""The undo records of merges, when they are of no use any more."""

from __future__ import annotations

from typing import Any


def without_rows(journal: dict[str, Any]) -> dict[str, Any]:
    """What a merge did in numbers and kinds; nothing with which it could be undone, and nobody's name."""
    kept = []
    for entry in journal.get("entries", []):
        if entry["op"] == "move":
            kept.append(entry)
        elif entry["op"] == "aside":
            kept.append({**entry, "label": "–", "rows": []})
    return {"entries": kept, "notes": journal.get("notes", []), "prints": {}, "over": True}
