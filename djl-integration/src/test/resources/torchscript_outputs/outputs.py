"""Writes outputs.pt: a module whose output has the type and the structure that its second and third inputs name.

Needs torch 2.7. The codes of types are torch's own, see c10/core/ScalarType.h.
"""
from typing import Any, Dict, List, Tuple

import torch


class Outputs(torch.nn.Module):
    """x [N,6] float32, type and structure [] int64 -> see forward."""

    def forward(self, x: torch.Tensor, type: torch.Tensor, structure: torch.Tensor) -> Any:
        rows = x.to(int(type))
        wanted = int(structure)
        if wanted == 0:
            return rows
        scalars = x.sum(1).to(int(type))
        if wanted == 1:
            return scalars
        if wanted == 2:
            return x.reshape(-1, 2, 3, 1).to(int(type))
        if wanted == 3:
            return x[:, :0].to(int(type))
        if wanted == 4:
            return (rows, scalars)
        if wanted == 5:
            named: Dict[str, torch.Tensor] = {"rows": rows, "scalars": scalars}
            return named
        if wanted == 6:
            listed: List[torch.Tensor] = [rows, scalars]
            return listed
        if wanted == 7:
            nested: List[Tuple[torch.Tensor, torch.Tensor]] = [(rows, scalars), (scalars, rows)]
            return nested
        return x.to_sparse().to(int(type))


if __name__ == "__main__":
    module = torch.jit.script(Outputs().eval())
    for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 23, 24, 27, 28, 29):
        for structure in range(9):
            try:
                out = module(torch.arange(24.0).reshape(4, 6), torch.tensor(code), torch.tensor(structure))
            except RuntimeError as e:
                print(code, structure, str(e).splitlines()[-1])
    module.save("outputs.pt")
