"""Writes the exported programs of this folder, with what PyTorch 2.10 gives for them: python make.py"""

import json
import math
import os
import struct
import warnings
import zipfile
from collections import OrderedDict

import torch
from torch import nn
from torch.export import Dim, export, save


class Cond(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)

    def forward(self, x):
        return torch.cond(x.sum() > 0, lambda y: self.a(y).relu(), lambda y: self.b(y).tanh(), (x,))


class Sizes(nn.Module):
    """Symbolic sizes, a keyword input, a value that is no tensor, nested outputs of which one is a number."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(6, 3)

    def forward(self, x, *, scale=None, mode="a"):
        b, c, h, w = x.shape
        y = self.linear(x.permute(0, 2, 1, 3).reshape(b * h, c * w)[:, :6])
        if scale is not None:
            y = y * scale
        return {"y": y, "rest": (y.shape[0], y.mean())}


class Wrapped(nn.Module):
    """Parts without gradients and without autocast."""

    def __init__(self):
        super().__init__()
        self.signal = nn.Linear(3, 3)
        self.gate = nn.Linear(3, 3)

    def forward(self, x):
        with torch.no_grad():
            gate = torch.sigmoid(self.gate(x))
        with torch.autocast("cpu", enabled=False):
            signal = self.signal(x)
        return signal * gate


class Containers(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv1d(2, 4, 3, padding=1, groups=2),
            nn.Identity(),
            nn.BatchNorm1d(4),
            nn.LeakyReLU(0.2),
            nn.AdaptiveAvgPool1d(2),
            nn.Flatten(),
            nn.Linear(8, 5),
            nn.GroupNorm(1, 5),
            nn.Softmax(-1),
        )
        self.idle = nn.ModuleDict({"x": nn.Linear(2, 2)})
        self.heads = nn.ModuleList([nn.Linear(5, 2), nn.Linear(5, 3)])
        self.scales = nn.ParameterList([nn.Parameter(torch.randn(5)), nn.Parameter(torch.randn(5))])

    def forward(self, x):
        x = self.net(x) * self.scales[0] + self.scales[1]
        return [head(x) for head in self.heads]


class Head(nn.Module):
    def __init__(self, first):
        super().__init__()
        self.first = first
        self.last = nn.Linear(4, 2)

    def forward(self, x):
        return self.last(self.first(x))


class Shared(nn.Module):
    """A module that stands under two names and is called from two others."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
        self.head = Head(self.body[0])

    def forward(self, x):
        return OrderedDict(first=self.head(self.body(x)), second=self.body(x * 2))


class Integer(nn.Module):
    def forward(self, x, k):
        return x.repeat(1, k) * k


class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("count", torch.zeros(()))
        self.linear = nn.Linear(3, 3)

    def forward(self, x):
        self.count.add_(1)
        return self.linear(x)


class Training(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.bn = nn.BatchNorm2d(4)

    def forward(self, x):
        return self.bn(self.conv(x))


class Tokens(nn.Module):
    """A recurrent layer that is given its states."""

    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(7, 3)
        self.rnn = nn.LSTM(3, 4, num_layers=2, bidirectional=True, proj_size=2)

    def forward(self, x, h, c):
        y, (h, c) = self.rnn(self.emb(x), (h, c))
        return y, h, c


class Turned(nn.Module):
    """A linear layer whose input is a turned view: taken apart, it is a product of batches."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x.permute(1, 0, 2))


class Dropping(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        return self.dropout(self.linear(x))


class Dtypes(nn.Module):
    """A buffer of each dtype, and a view of half of another's storage."""

    KINDS = (torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int8, torch.uint8, torch.int16,
             torch.int32, torch.int64, torch.bool, torch.complex64, torch.complex128)

    def __init__(self):
        super().__init__()
        for kind in self.KINDS:
            self.register_buffer("as_" + str(kind)[6:], (torch.randn(2, 3) * 4).abs().to(kind))
        self.register_buffer("part", self.as_float64[:, 1:])

    def forward(self, x):
        found = [getattr(self, "as_" + str(kind)[6:]) for kind in self.KINDS]
        real = [torch.view_as_real(t).sum(-1) if t.is_complex() else t for t in found]
        return [x * t.to(torch.float64) for t in real] + [self.part * 2]


class Derived(nn.Module):
    """The second input has twice as many rows as the first."""

    def forward(self, x, y):
        return x + y[::2] * y[1::2]


class WrittenNorm(nn.Module):
    """RMSNorm as Llama writes it out."""

    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(size) + 0.5)
        self.eps = 1e-6

    def forward(self, x):
        variance = x.pow(2).mean(-1, keepdim=True)
        return self.weight * (x * torch.rsqrt(variance + self.eps))


class WrittenGELU(nn.Module):
    """GELU as GPT-2 writes it out."""

    def forward(self, x):
        return 0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * torch.pow(x, 3.0))))


class Functional(nn.Module):
    """Everything between the layers as functions and operators."""

    def __init__(self):
        super().__init__()
        self.query = nn.Linear(4, 4)
        self.key = nn.Linear(4, 4)
        self.norm = WrittenNorm(4)
        self.act = WrittenGELU()
        self.scale = nn.Parameter(torch.rand(4))

    def forward(self, x):
        scores = self.query(x) @ self.key(x).transpose(1, 2) / 2.0
        y = torch.softmax(scores, -1) @ x + x
        y = self.act(self.norm(y)) * torch.sigmoid(x) - y * self.scale
        y = torch.cat([torch.relu(y), y], -1)
        y = torch.nn.functional.max_pool1d(y, 2)
        return torch.nn.functional.layer_norm(y, (4,)).mean(1)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 4, batch_first=True)
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(self.rnn(x)[0][:, -1])


class DroppingAttention(nn.Module):
    def forward(self, x):
        return torch.nn.functional.scaled_dot_product_attention(x, x, x, dropout_p=0.5)


class Placed(nn.Module):
    """Values, and the whole numbers where the largest are."""

    def forward(self, x):
        return x * 2, x.argmax(-1), x / 2


class Autocast(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)

    def forward(self, x):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.linear(x)


def trace(name, model, args):
    """A TorchScript file without the entries that name folders."""
    torch.jit.save(torch.jit.trace(model.eval(), args), name)
    with zipfile.ZipFile(name) as written:
        entries = {entry: written.read(entry) for entry in written.namelist()}
    with zipfile.ZipFile(name, "w") as rewritten:
        for entry, content in entries.items():
            if not entry.endswith(".debug_pkl"):
                rewritten.writestr(entry, content)


def write(name, tensors):
    names = {torch.float64: "F64", torch.int64: "I64"}
    header, data = {}, b""
    for key, tensor in tensors.items():
        content = tensor.detach().contiguous().numpy().tobytes()
        header[key] = {
            "dtype": names[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(content)],
        }
        data += content
    text = json.dumps(header).encode()
    with open(name + ".safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def tensors_in(tree):
    return [leaf for leaf in torch.utils._pytree.tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


def make(name, model, args, kwargs=None, training=False, refused=False, decomposed=False, **how):
    model.train(training)
    program = export(model, args, kwargs, **how)
    if decomposed:
        program = program.run_decompositions()
    for graph_module in program.graph_module.modules():
        for node in graph_module.graph.nodes:
            # Whose machine wrote the file is nobody's business.
            for folder in (os.path.dirname(os.path.abspath(__file__)), os.path.dirname(os.path.dirname(torch.__file__))):
                if node.meta.get("stack_trace"):
                    node.meta["stack_trace"] = node.meta["stack_trace"].replace(folder + "/", "")
    save(program, name + ".pt2")
    if refused:
        return
    vectors = {f"{name}/input_{i}": t for i, t in enumerate(tensors_in((args, kwargs or {})))}
    outputs = model(*args, **(kwargs or {}))
    vectors.update({f"{name}/output_{i}": t for i, t in enumerate(tensors_in(outputs))})
    write(name, vectors)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    make("cond", Cond(), (torch.randn(2, 4),))
    make(
        "sizes",
        Sizes(),
        (torch.randn(2, 4, 3, 6),),
        {"scale": torch.randn(3), "mode": "b"},
        dynamic_shapes={"x": {0: Dim("batch", min=1, max=32)}, "scale": None, "mode": None},
    )
    make("wrapped", Wrapped(), (torch.randn(2, 3),))
    make("containers", Containers(), (torch.randn(2, 2, 6),))
    make("shared", Shared(), (torch.randn(2, 4),))
    make(
        "integer",
        Integer(),
        (torch.randn(2, 3), 3),
        dynamic_shapes={"x": {0: Dim.DYNAMIC}, "k": Dim.DYNAMIC},
    )
    make("tokens", Tokens(), (torch.randint(7, (5, 2)), torch.randn(4, 2, 2), torch.randn(4, 2, 4)))
    make("counter", Counter(), (torch.randn(2, 3),), refused=True)
    make("training", Training(), (torch.randn(2, 3, 6, 6),), training=True, refused=True)
    make("turned", Turned(), (torch.randn(5, 2, 4),), decomposed=True)
    make("dropping", Dropping(), (torch.randn(2, 3),), training=True, refused=True)
    make("dtypes", Dtypes(), (torch.randn(2, 3),))
    rows = Dim("rows", min=1, max=50)
    make(
        "derived",
        Derived(),
        (torch.randn(3, 2), torch.randn(6, 2)),
        dynamic_shapes={"x": {0: rows}, "y": {0: 2 * rows}},
    )
    functional = Functional()
    make("functional", functional, (torch.randn(2, 3, 4),))
    trace("functional_traced.pt", functional, (torch.randn(2, 3, 4),))
    make("recurrent_decomposed", Recurrent(), (torch.randn(2, 5, 3),), decomposed=True)
    make("dropping_attention", DroppingAttention(), (torch.randn(2, 3, 4),), refused=True)
    make("autocast", Autocast(), (torch.randn(2, 3),), refused=True)
    make("placed", Placed(), (torch.randn(2, 3),))
