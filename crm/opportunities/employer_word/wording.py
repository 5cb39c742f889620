"""How it went, in words. Pure."""

from collections.abc import Mapping

RATINGS: Mapping[int, str] = {5: "Very well", 4: "Well", 3: "All right", 2: "Not so well", 1: "Badly"}
