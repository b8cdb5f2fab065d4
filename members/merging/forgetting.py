"""The undo records of merges and people: what was set aside may name them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from members.models import Merge


def forget_words(words: Collection[str], *, instead: str) -> None:
    """Out of every undo record, whatever the case."""
    folded = {word.casefold() for word in words if word}

    def cleaned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: cleaned(one) for key, one in value.items()}
        if isinstance(value, list):
            return [cleaned(one) for one in value]
        if isinstance(value, str) and any(word in value.casefold() for word in folded):
            return instead
        return value

    for merge in Merge.objects.only("journal", "outcome").iterator(50):
        journal, outcome = cleaned(merge.journal), cleaned(merge.outcome)
        if (journal, outcome) != (merge.journal, merge.outcome):
            merge.journal, merge.outcome = journal, outcome
            merge.save(update_fields=["journal", "outcome"])


def without_rows(journal: dict[str, Any]) -> dict[str, Any]:
    """What a merge did in numbers and kinds; nothing with which it could be undone, and nobody's name."""
    kept = []
    for entry in journal.get("entries", []):
        if entry["op"] == "move":
            kept.append(entry)
        elif entry["op"] == "aside":
            kept.append({**entry, "label": "–", "rows": []})
    return {"entries": kept, "notes": journal.get("notes", []), "prints": {}, "over": True}
