"""Pages of groups, proposals and work plans."""
