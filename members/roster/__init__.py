"""Rosters: organisations from a spreadsheet. Normalise → match → validate → compare → write, in batches."""
