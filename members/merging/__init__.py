"""Two organisations become one: every reference moves, and each move is written down so that it can be taken back."""
