"""Times PyTorch's gradient, Zennit's composites and Captum's epsilon-LRP on the models of the benchmarks.

Needs torch and torchvision; zennit and captum where they are installed, and says in "missing" what is not. Every
explanation is timed turn by turn with PyTorch's own gradient of the same images, as the Java benchmarks do. Weights are
random (seed 0) and frozen.

Writes one JSON document: for each library the models, for each model the ratios to PyTorch's gradient; and what the
gradient of a recurrent layer takes.
"""
import argparse
import importlib
import importlib.metadata
import json
import statistics
import time
import warnings

import torch
import torchvision
from torch.nn import functional

warnings.filterwarnings("ignore")

COMPOSITES = {
    "EpsilonPlus": {},
    "EpsilonPlusFlat": {},
    "EpsilonGammaBox": {"low": -3.0, "high": 3.0},
    "EpsilonAlpha2Beta1Flat": {},
    "GuidedBackprop": {},
    "ExcitationBackprop": {},
}


def allow_zero_eps():
    """Zennit's merged batch norms have eps = 0, which torch 2.10's functional form refuses."""
    original = functional.batch_norm

    def batch_norm(input, mean, var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
        if eps == 0.0:
            return torch.batch_norm(input, weight, bias, mean, var, training, momentum, eps, False)
        return original(input, mean, var, weight, bias, training, momentum, eps)

    functional.batch_norm = batch_norm


def optional(name):
    """The module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def versions():
    """Of every library that is here."""
    found = {}
    for name in ("torch", "torchvision", "zennit", "captum"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Model:
    """One model, its images, and its explanations as functions without arguments."""

    def __init__(self, name, images, resolution):
        torch.manual_seed(0)
        self.name = name
        self.network = getattr(torchvision.models, name)().eval().requires_grad_(False)
        self.input = torch.randn(images, 3, resolution, resolution)

    def target(self, count):
        return torch.eye(1000)[:1].expand(count, -1)

    def gradient(self):
        point = self.input.clone().requires_grad_(True)
        torch.autograd.grad(self.network(point), point, self.target(len(point)))

    def channels_last(self):
        """The gradient in the order of memory that Jennit's models work in; the network stays so."""
        self.network.to(memory_format=torch.channels_last)
        yield "gradient_channels_last", self.gradient

    def zennit(self):
        composites = importlib.import_module("zennit.composites")
        attribution = importlib.import_module("zennit.attribution")
        canonizers = importlib.import_module("zennit.torchvision")
        canonizer = canonizers.VGGCanonizer if self.name.startswith("vgg") else canonizers.ResNetCanonizer

        def explain(composite, images, target):
            def run():
                with attribution.Gradient(model=self.network, composite=composite) as attributor:
                    attributor(images, target)

            return run

        for name, options in COMPOSITES.items():
            composite = getattr(composites, name)(canonizers=[canonizer()], **options)
            yield name, explain(composite, self.input, self.target(len(self.input)))
        # Zennit has no targets: the image is repeated.
        plus = composites.EpsilonPlus(canonizers=[canonizer()])
        yield "EpsilonPlus_10_targets", explain(plus, self.input[:1].expand(10, -1, -1, -1), torch.eye(1000)[:10])

    def captum(self):
        attr = importlib.import_module("captum.attr")
        for module in self.network.modules():
            if isinstance(module, torch.nn.ReLU):
                module.inplace = False
        lrp = attr.LRP(self.network)

        def run():
            lrp.attribute(self.input.clone().requires_grad_(True), target=0)

        yield "EpsilonLRP", run

    def softplus(self):
        """The derivative of a loss on the gradient; swaps the activations for good, so it comes last."""
        for parent in list(self.network.modules()):
            for name, child in parent.named_children():
                if isinstance(child, torch.nn.ReLU):
                    setattr(parent, name, torch.nn.Softplus(beta=10))
        images = self.input[:2]

        def run():
            point = images.clone().requires_grad_(True)
            (relevance,) = torch.autograd.grad(
                self.network(point), point, self.target(len(point)), create_graph=True
            )
            torch.autograd.grad((relevance - point.detach()).pow(2).mean(), point)

        yield "softplus_second_order", run


def time_pairs(baseline, subject, warmups, repetitions):
    """Seconds of both in each repetition; which goes first changes."""
    pairs = []
    for i in range(warmups + repetitions):
        if i % 2:
            late = seconds(subject)
            pairs.append((seconds(baseline), late))
        else:
            early = seconds(baseline)
            pairs.append((early, seconds(subject)))
    return pairs[warmups:]


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def measure(arguments, report):
    """Fills the report, library by library, model by model."""
    for name in arguments.models:
        model = Model(name, arguments.images, arguments.resolution)
        plain = Model(name, arguments.images, arguments.resolution)
        gradients = []
        ordered = Model(name, arguments.images, arguments.resolution)
        sources = [
            ("pytorch", ordered.channels_last),
            ("zennit", model.zennit),
            ("captum", model.captum),
            ("pytorch", model.softplus),
        ]
        for library, explanations in sources:
            if library != "pytorch" and optional(library) is None:
                continue
            ratios = report.setdefault(library, {}).setdefault(name, {})
            spreads = report["spread"].setdefault(library, {}).setdefault(name, {})
            for explanation, run in explanations():
                try:
                    pairs = time_pairs(plain.gradient, run, arguments.warmups, arguments.repetitions)
                except (RuntimeError, TypeError, AssertionError) as error:
                    report["failed"][f"{library} {name} {explanation}"] = str(error).splitlines()[0]
                    continue
                before, after = zip(*pairs)
                gradients += before
                ratios[explanation] = statistics.median(after) / statistics.median(before)
                spreads[explanation] = {
                    "seconds": spread(after),
                    "ratio": spread([a / b for b, a in pairs]),
                }
        report["pytorch"][name] = {"gradient_seconds": statistics.median(gradients), **report["pytorch"][name]}
        report["spread"]["pytorch"][name]["gradient_seconds"] = spread(gradients)


def recurrent(arguments, report):
    """Seconds of the gradient of recurrent layers as the Java benchmarks have them, by type and hidden size."""
    layers = report.setdefault("pytorch", {}).setdefault("recurrent", {})
    for name in ("LSTM", "GRU", "RNN"):
        for hidden in (32, 128, 512):
            torch.manual_seed(0)
            layer = getattr(torch.nn, name)(64, hidden).eval().requires_grad_(False)
            series = torch.randn(256, 8, 64)
            upper = torch.zeros(256, 8, hidden)
            upper[-1] = 1

            def gradient():
                point = series.clone().requires_grad_(True)
                torch.autograd.grad(layer(point)[0], point, upper)

            for _ in range(arguments.warmups):
                gradient()
            times = [seconds(gradient) for _ in range(10 * arguments.repetitions)]
            layers.setdefault(name, {})[hidden] = statistics.median(times)


def small(arguments, report):
    """The gradient of the digits network, and Zennit's EpsilonGammaBox over it: one image, one thread."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    nn = torch.nn
    network = nn.Sequential(
        nn.Sequential(
            nn.Conv2d(1, 12, 3, 1, 1),
            nn.ReLU(),
            nn.MaxPool2d(2, 2),
            nn.Conv2d(12, 24, 3, 1, 1),
            nn.ReLU(),
            nn.MaxPool2d(2, 2),
        ),
        nn.Flatten(),
        nn.Sequential(nn.Linear(24 * 7 * 7, 48), nn.ReLU(), nn.Linear(48, 10)),
    )
    network.eval().requires_grad_(False)
    image = torch.rand(1, 1, 28, 28)
    target = torch.eye(10)[:1]

    def gradient():
        point = image.clone().requires_grad_(True)
        torch.autograd.grad(network(point), point, target)

    def many(work):
        def run():
            for _ in range(500):
                work()

        return run

    node = report.setdefault("small", {})
    if optional("zennit") is not None:
        composites = importlib.import_module("zennit.composites")
        attribution = importlib.import_module("zennit.attribution")
        composite = composites.EpsilonGammaBox(low=0.0, high=1.0)
        with attribution.Gradient(model=network, composite=composite) as attributor:
            ruled = [seconds(many(lambda: attributor(image, target))) for _ in range(arguments.repetitions)]
    many(gradient)()
    plain = [seconds(many(gradient)) for _ in range(arguments.repetitions)]
    node["gradient_seconds"] = statistics.median(plain) / 500
    if optional("zennit") is not None:
        node["EpsilonGammaBox"] = statistics.median(ruled) / statistics.median(plain)
    torch.set_num_threads(arguments.threads)


def transformers(arguments, report):
    """The gradient of ViT-B/16 and, of Hugging Face's package, GPT-2 small; and LXT's relevance, all in seconds.

    LXT patches the classes of the models for good, so that it cannot be timed turn by turn with the gradients."""
    subjects = {"vit_b_16": Model("vit_b_16", arguments.images, arguments.resolution)}
    if optional("transformers") is not None:
        subjects["gpt2"] = Gpt2()

    def times(work):
        for _ in range(arguments.warmups):
            work()
        return [seconds(work) for _ in range(arguments.repetitions)]

    for name, subject in subjects.items():
        report["pytorch"][name] = {"gradient_seconds": statistics.median(times(subject.gradient))}
    try:
        patch = importlib.import_module("lxt.efficient").monkey_patch
    except ImportError as error:
        report["failed"]["lxt"] = str(error)
        return
    maps = {"vit_b_16": [("CPLRP", "vit_torch", "cp_LRP")], "gpt2": [("AttnLRP", "gpt2", "attnLRP")]}
    modules = {"vit_b_16": "torchvision.models.vision_transformer", "gpt2": "transformers.models.gpt2.modeling_gpt2"}
    for name, subject in subjects.items():
        for explanation, file, variant in maps[name]:
            try:
                models = importlib.import_module(f"lxt.efficient.models.{file}")
                patch(importlib.import_module(modules[name]), getattr(models, variant))
                taken = times(subject.gradient)
            except (ImportError, AttributeError, RuntimeError, TypeError, ValueError) as error:
                report["failed"][f"lxt {name} {explanation}"] = str(error).splitlines()[0]
                continue
            report.setdefault("lxt", {}).setdefault(name, {})[explanation] = statistics.median(taken)


class Gpt2:
    """GPT-2 small with random weights: the score of one token behind 128."""

    def __init__(self):
        torch.manual_seed(0)
        package = importlib.import_module("transformers")
        config = package.GPT2Config(attn_implementation="sdpa", use_cache=False)
        self.network = package.GPT2LMHeadModel(config).eval().requires_grad_(False)
        self.input = torch.randn(1, 128, config.n_embd)

    def gradient(self):
        point = self.input.clone().requires_grad_(True)
        score = self.network(inputs_embeds=point, logits_to_keep=1).logits[0, -1, 0]
        torch.autograd.grad(score, point)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["vgg16", "resnet50"], help="names of torchvision")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--images", type=int, default=4)
    parser.add_argument("--resolution", type=int, default=224)
    parser.add_argument("--warmups", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--sections", default="", help="of the benchmarks, joined by commas; all where none is named")
    parser.add_argument("--output", default="peers.json")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    allow_zero_eps()
    report = {
        "versions": versions(),
        "threads": arguments.threads,
        "missing": [name for name in ("zennit", "captum") if optional(name) is None],
        "failed": {},
        "spread": {},
    }
    wanted = set(filter(None, arguments.sections.split(",")))
    parts = {"table": measure, "recurrent": recurrent, "small": small, "transformers": transformers}
    report["pytorch"] = {}
    for name, part in parts.items():
        if not wanted or name in wanted:
            part(arguments, report)
    with open(arguments.output, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)


if __name__ == "__main__":
    main()
