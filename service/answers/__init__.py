"""Answers: what the documents say, in their own words, or that they do not say it."""
