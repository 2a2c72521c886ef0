"""The weights after a stage, with how they were made: a stage is only left out where nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Checkpoint:
    """Weights at `path`; `made_with` (JSON values) lies beside them and must be the same for them to count."""

    path: Path
    made_with: Mapping[str, Any]

    @property
    def note(self) -> Path:
        """The file that says how the weights were made; written last, so that it vouches for them."""
        return self.path.with_suffix(".json")

    def is_done(self) -> bool:
        """Whether the weights lie there, made in this way."""
        try:
            return self.path.is_file() and bool(json.loads(self.note.read_text()) == dict(self.made_with))
        except (OSError, ValueError):
            return False

    def load(self, network: nn.Module) -> None:
        """Puts the weights into the network."""
        import torch

        network.load_state_dict(torch.load(self.path))

    def save(self, network: nn.Module) -> None:
        """Writes the weights, then vouches for them."""
        import torch

        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.note.unlink(missing_ok=True)
        torch.save(network.state_dict(), self.path)
        self.note.write_text(json.dumps(dict(self.made_with), indent=1) + "\n", encoding="utf-8")


def stages_done(checkpoints: Sequence[Checkpoint]) -> int:
    """How many stages need not be trained: all up to the last one whose weights count."""
    return max((number for number, one in enumerate(checkpoints, 1) if one.is_done()), default=0)
