"""Answers: what the documents say, in their own words, or that they do not say it."""

from service.answers.answer import answer as answer
from service.answers.model import Answer as Answer
