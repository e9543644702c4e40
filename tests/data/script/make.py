"""Makes TorchScript files of this folder that tests name, with PyTorch 2.10: python make.py FOLDER"""

import pathlib
import sys
import zipfile

import torch
from torch import nn


class Toeplitz(nn.Linear):
    """A linear layer whose matrix has equal values along its diagonals: made of its parameter at each call."""

    def forward(self, x):
        first, rest = self.weight[:, :1], self.weight[:1, 1:]
        diagonals = torch.cat([first.flatten().flip(0), rest.flatten()])
        rows = [diagonals[self.out_features - 1 - i : self.out_features - 1 - i + self.in_features]
                for i in range(self.out_features)]
        return nn.functional.linear(x, torch.stack(rows), self.bias)


class Doubled(nn.Linear):
    """A subclass of a layer, with the same function of another weight."""

    def forward(self, x):
        return nn.functional.linear(x, self.weight * 2, self.bias)


class ReLU(nn.Module):
    """A user's class of this name, which is another function."""

    def forward(self, x):
        return x * 3


class Dropping(nn.Module):
    """Drops by a function, which asks for the mode once, when it is traced."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 3)
        self.last = nn.Linear(3, 2)

    def forward(self, x):
        return self.last(nn.functional.dropout(self.first(x), 0.5, self.training))


class Rated(nn.Module):
    """Takes an argument that is no tensor."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)

    def forward(self, x, sr: int = 2):
        return self.layer(x) * sr


class Autocast(nn.Module):
    """Computes in bfloat16 within a with block, and in float32 behind it."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)
        self.head = nn.Linear(3, 2)

    def forward(self, x):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = self.layer(x)
        return self.head(y.float())


class Tokens(nn.Module):
    """Parameters that are no weights of a layer: a class token and a scale of each value."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, 4))
        self.scale = nn.Parameter(torch.rand(4) + 0.5)

    def forward(self, x):
        y = self.layer(torch.cat([self.token.expand(x.size(0), -1, -1), x], 1))
        return (y * self.scale).sum(1)


def main(folder):
    folder.mkdir(exist_ok=True)
    torch.manual_seed(0)
    row, frames = torch.randn(2, 4), torch.randn(2, 3, 4)

    def save(name, module):
        torch.jit.save(module, str(folder / name))
        with zipfile.ZipFile(folder / name) as written:
            entries = {entry: written.read(entry) for entry in written.namelist()}
        with zipfile.ZipFile(folder / name, "w") as rewritten:
            for entry, content in entries.items():
                # They name the folders of the machine that wrote them.
                if not entry.endswith(".debug_pkl"):
                    rewritten.writestr(entry, content)

    save("toeplitz_traced.pt", torch.jit.trace(nn.Sequential(Toeplitz(4, 3), nn.ReLU(), nn.Linear(3, 2)).eval(), row))
    save("linear_subclass_traced.pt",
         torch.jit.trace(nn.Sequential(Doubled(4, 3), nn.ReLU(), nn.Linear(3, 2)).eval(), row))
    save("users_relu_scripted.pt", torch.jit.script(nn.Sequential(nn.Linear(4, 3), ReLU()).eval()))
    save("rated_scripted.pt", torch.jit.script(Rated().eval()))
    save("autocast_scripted.pt", torch.jit.script(Autocast().eval()))
    save("tokens_traced.pt", torch.jit.trace(Tokens().eval(), frames))
    small = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 2)).eval()
    save("optimized_for_inference.pt", torch.jit.optimize_for_inference(torch.jit.script(small)))
    save("frozen.pt", torch.jit.freeze(torch.jit.script(small)))
    save("dropout_traced_in_training.pt", torch.jit.trace(Dropping().train(), row, check_trace=False))
    quantised = torch.ao.quantization.quantize_dynamic(
        nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).eval(), {nn.Linear}, dtype=torch.qint8)
    save("quantised.pt", torch.jit.trace(quantised, row))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
