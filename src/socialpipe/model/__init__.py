"""The nouns, frozen. What each one means is in docs/architecture.md."""

from __future__ import annotations

from typing import Any

from socialpipe.model.article import Article, Digest, Picture, Point, Provenance, Section
from socialpipe.model.delivery import Attempt, Channel, Delivery, Event, OnMiss, State
from socialpipe.model.metrics import Metrics
from socialpipe.model.platform import Limits, Rate, Receipt, Recovery, Scope, Unit
from socialpipe.model.post import Campaign, Card, Part, Post, PostKind

Json = dict[str, Any]

__all__ = [
    "Article",
    "Attempt",
    "Campaign",
    "Card",
    "Channel",
    "Delivery",
    "Digest",
    "Event",
    "Json",
    "Limits",
    "Metrics",
    "OnMiss",
    "Part",
    "Picture",
    "Point",
    "Post",
    "PostKind",
    "Provenance",
    "Rate",
    "Receipt",
    "Recovery",
    "Scope",
    "Section",
    "State",
    "Unit",
]
