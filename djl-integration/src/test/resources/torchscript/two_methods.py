"""Writes two_methods.pt, a module of two methods that give other rows for the same input."""
import torch


class TwoMethods(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([1.0, 2.0, 3.0, 4.0]), requires_grad=False)

    def forward(self, x):
        return x * self.weight

    @torch.jit.export
    def squares(self, x):
        return x * self.weight * self.weight


torch.jit.save(torch.jit.script(TwoMethods().eval()), "two_methods.pt")
