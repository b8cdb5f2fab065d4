"""The matrix: who sits in the committees and takes part in their groups, by member type or by country, and who is
missing. Counted are members of today; a gap is a family of members, or a country, that has members but nobody there."""
