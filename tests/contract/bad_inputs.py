"""Requests that must be refused: how, and which fields are to blame. One table for every backend."""

from __future__ import annotations

from tests.contract.bad_bodies import BODIES
from tests.contract.bad_framing import FRAMING
from tests.contract.bad_heads import HEADS
from tests.contract.bad_images import IMAGES
from tests.contract.bad_tensors import OPEN_INFERENCE

BAD_INPUTS = (*BODIES, *IMAGES, *HEADS, *FRAMING, *OPEN_INFERENCE)
