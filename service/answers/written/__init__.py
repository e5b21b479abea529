"""Answers that a language model writes: each sentence is checked before it is shown."""
