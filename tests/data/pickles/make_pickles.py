"""Makes protocol2.pth to protocol5.pth: CPython's own pickler, with stand-ins for what torch.save names.

Each holds {"epoch": 3, "extra": (...plain values...), "state_dict": OrderedDict(a=..., b=...)}, where a is
float32 [[0, 1, 2], [3, 4, 5]], b the transposed view of a's storage, and c float8_e5m2 bytes 0x3c 0x40.
"""

import collections
import io
import pickle
import struct
import sys
import types
import zipfile


def stand_in(module, name, value=None):
    parent = sys.modules.setdefault(module, types.ModuleType(module))
    value = value or type(name, (), {})
    value.__module__, value.__qualname__, value.__name__ = module, name, name
    setattr(parent, name, value)
    return value


rebuild_v2 = stand_in("torch._utils", "_rebuild_tensor_v2", lambda *a: None)
rebuild_v3 = stand_in("torch._utils", "_rebuild_tensor_v3", lambda *a: None)
rebuild_parameter = stand_in("torch._utils", "_rebuild_parameter", lambda *a: None)
sys.modules["torch"] = types.ModuleType("torch")
float_storage = stand_in("torch", "FloatStorage")
untyped_storage = stand_in("torch.storage", "UntypedStorage")
float8 = stand_in("torch", "float8_e5m2")
size = stand_in("torch", "Size", lambda *a: None)


class Storage:
    def __init__(self, *identity):
        self.identity = identity


class Call:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


class Pickler(pickle._Pickler):
    def persistent_id(self, value):
        return ("storage", *value.identity) if isinstance(value, Storage) else None


storage = Storage(float_storage, "0", "cuda:0", 6)
hooks = collections.OrderedDict()
a = Call(rebuild_v2, storage, 0, (2, 3), (3, 1), False, hooks)
b = Call(rebuild_v2, storage, 0, (3, 2), (1, 3), False, hooks)
c = Call(rebuild_v3, Storage(untyped_storage, "1", "cpu", 2), 0, (2,), (1,), False, hooks, float8)
content = {
    "epoch": 3,
    "extra": (None, True, -5, 300, 70000, 2**40, 2**100, -(2**70), 0.5, "é", b"\x00\xff", [1, [2]], {1, 2},
              {3: (4,)}, 1j, collections.Counter("aab"), Call(size, (1, 2)), "x" * 300),
    "state_dict": collections.OrderedDict(a=a, b=Call(rebuild_parameter, b, True, hooks), c=c),
}
for protocol in 2, 3, 4, 5:
    data = io.BytesIO()
    Pickler(data, protocol).dump(content)
    with zipfile.ZipFile(f"protocol{protocol}.pth", "w") as file:
        file.writestr("archive/data.pkl", data.getvalue())
        file.writestr("archive/byteorder", "little")
        file.writestr("archive/data/0", struct.pack("<6f", *range(6)))
        file.writestr("archive/data/1", b"\x3c\x40")
