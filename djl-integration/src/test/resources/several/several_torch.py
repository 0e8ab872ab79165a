"""Writes several.pt, of several inputs of several types, one of which all rows share, and nested_in.pt, whose
arguments are a tuple, a dictionary, a list and a tuple of tuples. Needs torch 2.7."""
from typing import Dict, List, Tuple
import torch
from torch import Tensor, nn


class Several(nn.Module):
    def forward(self, factor: Tensor, keep: Tensor, tokens: Tensor, weights: Tensor) -> Tuple[Tensor, Tensor]:
        scaled = tokens.to(torch.float32) * weights * factor
        return tokens.sum(1), torch.where(keep, scaled, 0.0)


class NestedIn(nn.Module):
    def forward(self, pair: Tuple[Tensor, Tensor], texts: Dict[str, Tensor], more: List[Tensor],
                grid: Tuple[Tuple[Tensor, Tensor], Tuple[Tensor, Tensor]]) -> Dict[str, Tensor]:
        numbers = texts["tokens"].to(torch.float32)
        return {
            "pair": pair[0] - pair[1],
            "texts": torch.where(texts["keep"], numbers, -numbers),
            "more": more[0] * 2.0 - more[1],
            "grid": grid[0][0] + grid[0][1] * 2.0 + grid[1][0] * 4.0 + grid[1][1] * 8.0,
        }


torch.jit.script(Several().eval()).save("several.pt")
torch.jit.script(NestedIn().eval()).save("nested_in.pt")
