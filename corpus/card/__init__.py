"""The card of an act: what it is, who concluded it, from when to when, each with its evidence."""
