"""Handwritten digits: from a drawing to the 8 x 8 numbers that the models read, and how these models are made."""
