"""From a CSV file of rows to the same file with what a model answers to each, however many there are."""

from shared.batch.answering import Answered, Wishes, answer_file

__all__ = ["Answered", "Wishes", "answer_file"]
