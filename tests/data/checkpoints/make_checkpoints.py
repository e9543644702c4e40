"""Makes the checkpoints of this folder, by PyTorch 1.13: `python3 make_checkpoints.py` in an empty folder beside it.

NAME.safetensors has the tensors that PyTorch's own modules have for NAME.pth; where it is missing those of state.safetensors.
Files called refused_... hold no state_dict that could be taken.
"""

import argparse
import collections
import copy
import datetime
import decimal
import enum
import fractions
import functools
import json
import pathlib
import struct
import sys
import types
import uuid

import numpy
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune, spectral_norm, weight_norm

torch.manual_seed(0)


def net():
    return nn.Sequential(
        collections.OrderedDict(
            conv=nn.Conv2d(3, 4, 3), norm=nn.BatchNorm2d(4), relu=nn.ReLU(), flat=nn.Flatten(), fc=nn.Linear(16, 2)
        )
    )


def drawn(module):
    for tensor in module.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand(tensor.shape) + 0.5)
    return module


def safetensors(name, tensors):
    header, data = {}, b""
    for key, tensor in tensors.items():
        values = tensor.detach().contiguous().numpy()
        kind = {"float32": "F32", "float64": "F64", "int64": "I64"}[str(values.dtype)]
        header[key] = {
            "dtype": kind,
            "shape": list(values.shape),
            "data_offsets": [len(data), len(data) + values.nbytes],
        }
        data += values.tobytes()
    text = json.dumps(header).encode()
    with open(name, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


model = drawn(net())
state = model.state_dict()

# As before PyTorch 0.4: no counter, no versions, legacy format; and one that lacks what its version must have.
old = {key: tensor for key, tensor in state.items() if "num_batches" not in key}
torch.save(collections.OrderedDict(old), "no_counter.pth", _use_new_zipfile_serialization=False)
safetensors("no_counter.safetensors", old)
lacking = copy.copy(state)
lacking._metadata = state._metadata
del lacking["norm.num_batches_tracked"]
torch.save(lacking, "lacks_counter.pth")
safetensors("lacks_counter.safetensors", lacking)
scalar = collections.OrderedDict(state)
scalar["norm.num_batches_tracked"] = torch.tensor([7])
torch.save(scalar, "scalar_of_one.pth")
safetensors("scalar_of_one.safetensors", scalar)


# Objects of every kind beside the weights. User classes stand in a module that exists here alone.
class Colour(enum.Enum):
    RED = 1


class Trainer:
    def __init__(self):
        self.steps, self.best = 3, {"loss": torch.tensor(0.5)}


class Config(dict):
    pass


class Tuned(list):
    pass


class Slotted:
    __slots__ = ("a",)

    def __init__(self):
        self.a = 1


class DictConfig:
    """Pickled as omegaconf's: a nest of nodes that refer to their parents."""

    def __init__(self):
        self._metadata, self._parent = {"ref_type": dict}, None
        self._content = {"lr": AnyNode(self, 0.1), "path": AnyNode(self, "data")}


class AnyNode:
    def __init__(self, parent, value):
        self._parent, self._val = parent, value


def stand_in(module, *classes):
    home = sys.modules[module] = types.ModuleType(module)
    for kind in classes:
        kind.__module__, kind.__qualname__ = module, kind.__name__
        setattr(home, kind.__name__, kind)


stand_in("training", Colour, Trainer, Config, Tuned, Slotted)
stand_in("omegaconf", DictConfig, AnyNode)
config = Config(depth=18)
config.frozen = True
optimizer = torch.optim.Adam(model.parameters(), amsgrad=True)
model(torch.rand(2, 3, 4, 4)).sum().backward()
optimizer.step()
state = drawn(model).state_dict()
safetensors("state.safetensors", state)
objects = {
    "args": argparse.Namespace(arch="resnet18", out=pathlib.Path("/tmp/out"), seeds=[1, 2]),
    "path": pathlib.PurePosixPath("a/b"),
    "best": numpy.float64(93.5),
    "history": numpy.arange(6, dtype=numpy.float32).reshape(2, 3),
    "random": numpy.random.RandomState(0).get_state(),
    "counts": collections.defaultdict(int, a=1),
    "deque": collections.deque([1, 2], maxlen=3),
    "date": datetime.datetime(2020, 1, 2, 3, 4, tzinfo=datetime.timezone.utc),
    "delta": datetime.timedelta(seconds=5),
    "colour": Colour.RED,
    "by_colour": {Colour.RED: 1, (1, 2): 3, frozenset({1}): 4},
    "trainer": Trainer(),
    "config": config,
    "tuned": Tuned([1, 2]),
    "slotted": Slotted(),
    "omega": DictConfig(),
    "decimal": decimal.Decimal("0.1"),
    "fraction": fractions.Fraction(1, 3),
    "uuid": uuid.UUID(int=5),
    "partial": functools.partial(int, base=2),
    "function": torch.nn.functional.relu,
    "range": range(3),
    "slice": slice(1, 2),
    "big": 2**200,
    "none": None,
    "epoch": 90,
    "accuracy": torch.tensor(93.5),
    "rng_state": torch.get_rng_state()[:16].clone(),
    "optimizer": optimizer.state_dict(),
}
torch.save({**objects, "net": state}, "objects.pth")
torch.save({**objects, "net": state}, "objects_legacy.pth", _use_new_zipfile_serialization=False)
torch.save({**objects, "net": state}, "objects_protocol4.pth", pickle_protocol=4)
torch.save({"a": objects, "state_dict": {**state, "epoch": 3, "none": None, "args": objects["args"]}}, "inside.pth")

# Where state_dicts stand.
torch.save({"params_ema": state}, "params_ema.pth")
torch.save({"checkpoint": {"epoch": 1, "weights": state}, "date": objects["date"]}, "two_levels.pth")
torch.save(Config(epoch=1, net=Config(state)), "dict_classes.pth")
torch.save((3, state), "tuple.pth")
torch.save({"params": state, "params_ema": state.copy()}, "refused_two_dicts.pth")
torch.save({0: state["fc.weight"], 1: state["fc.bias"]}, "refused_integer_keys.pth")
torch.save({"model": Trainer(), "epoch": 3}, "refused_object.pth")
torch.save(model, "refused_module_legacy.pth", _use_new_zipfile_serialization=False)
torch.save({"weights": numpy.ones(3), "epoch": 1}, "refused_arrays.pth")
torch.save(optimizer.state_dict(), "refused_optimizer.pth")
torch.save({"w": torch.eye(2).to_sparse(), "b": torch.ones(2)}, "refused_sparse.pth")
torch.save({"w": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)}, "refused_quantised.pth")

# As PyTorch Lightning writes it.
class AttributeDict(dict):
    pass


stand_in("pytorch_lightning", AttributeDict)
lightning = {
    "epoch": 3,
    "global_step": 40,
    "pytorch-lightning_version": "1.9.0",
    "state_dict": collections.OrderedDict((f"net.{key}", tensor) for key, tensor in state.items()),
    "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 4}}}},
    "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.1), "dirpath": pathlib.Path("runs")}},
    "optimizer_states": [optimizer.state_dict()],
    "lr_schedulers": [{"base_lrs": [0.1], "last_epoch": 3}],
    "hparams_name": "config",
    "hyper_parameters": AttributeDict(lr=0.1, loss=nn.CrossEntropyLoss()),
}
torch.save(lightning, "lightning.ckpt")


# Parametrized weights, and the weights that the modules compute with in evaluation mode.
class Old(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = weight_norm(nn.Linear(3, 2))
        self.conv = weight_norm(nn.Conv1d(3, 3, 3), dim=1)
        self.whole = weight_norm(nn.Linear(3, 2), dim=None)
        self.lstm = weight_norm(nn.LSTM(3, 2), "weight_hh_l0")
        self.spectral = spectral_norm(nn.Conv2d(4, 4, 3))
        self.transposed = spectral_norm(nn.ConvTranspose2d(4, 4, 3))
        self.narrow = spectral_norm(nn.ConvTranspose2d(2, 4, 3))
        self.pruned = prune.l1_unstructured(nn.Linear(4, 4), "weight", amount=0.5)
        prune.random_unstructured(self.pruned, "bias", amount=0.5)


class New(nn.Module):
    def __init__(self):
        super().__init__()
        self.spectral = parametrizations.spectral_norm(nn.Linear(4, 4), n_power_iterations=3)
        self.transposed = parametrizations.spectral_norm(nn.ConvTranspose2d(4, 4, 3), n_power_iterations=3)


def settled(module, calls):
    """Lets the power iterations come near the singular vectors, as training does."""
    for _ in range(30):
        calls(module)
    return module.eval()


old_style = settled(
    Old(),
    lambda m: (
        m.spectral(torch.rand(1, 4, 5, 5)),
        m.transposed(torch.rand(1, 4, 5, 5)),
        m.narrow(torch.rand(1, 2, 5, 5)),
    ),
)
new_style = settled(New(), lambda m: (m.spectral(torch.rand(1, 4)), m.transposed(torch.rand(1, 4, 5, 5))))


def effective(module, names):
    """The tensors under their plain names, as the module's forward uses them."""
    old_style.pruned(torch.rand(1, 4))
    for child in module.children():
        for hook in child._forward_pre_hooks.values():
            hook(child, None)
    parts = {}
    for name in names:
        parent, attribute = name.rsplit(".", 1)
        parts[name] = getattr(module.get_submodule(parent), attribute)
    return parts


def plain(state):
    """The names of a state_dict without the parametrizations."""
    names = []
    for name in state:
        name = name.replace("parametrizations.", "").replace(".original", "").replace(".0._u", "").replace(".0._v", "")
        for end in "_g", "_v", "_u", "_orig", "_mask":
            name = name[: -len(end)] if name.endswith(end) else name
        if name not in names:
            names.append(name)
    return names


for name, module in ("parametrized", old_style), ("parametrized_new", new_style):
    torch.save(module.state_dict(), name + ".pth")
    safetensors(name + ".safetensors", effective(module, plain(module.state_dict())))
# PyTorch 2 names weight norm's parts so.
renamed = {
    key.replace("weight_g", "parametrizations.weight.original0").replace("weight_v", "parametrizations.weight.original1"): t
    for key, t in old_style.state_dict().items()
    if key.startswith(("linear.", "conv.", "whole."))
}
torch.save(renamed, "weight_norm_new.pth")
safetensors("weight_norm_new.safetensors", effective(old_style, plain(dict.fromkeys(
    key for key in old_style.state_dict() if key.startswith(("linear.", "conv.", "whole."))
))))

# Weights in several files.
parts = {"a": {}, "b": {}}
for index, (key, tensor) in enumerate(state.items()):
    parts["ab"[index % 2]][key] = tensor
for kind, save in (("safetensors", lambda t, f: safetensors(f, t)), ("bin", torch.save)):
    stem = "model" if kind == "safetensors" else "pytorch_model"
    weight_map = {}
    for number, part in enumerate(parts.values(), 1):
        file = f"{stem}-0000{number}-of-00002.{kind}"
        save(part, file)
        weight_map.update((key, file) for key in part)
    with open(f"{stem}.{kind}.index.json", "w") as file:
        json.dump({"metadata": {"total_size": 1}, "weight_map": weight_map}, file, indent=1)
