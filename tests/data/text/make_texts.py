"""Makes the models, tokenizers and expected numbers of this folder, with PyTorch 2.10 and Hugging Face's tokenizers 0.23:
a classifier of sentences with a WordPiece tokenizer, and a language model with a byte-level BPE."""

import io
import json
import pathlib
import random
import zipfile

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn

HERE = pathlib.Path(__file__).parent
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
GOOD = ["good", "great", "funny", "lovely"]
BAD = ["bad", "dull", "boring", "awful"]
SUBJECTS = ["film", "movie", "plot", "cast", "music"]
WORDS = "the a this was is and but not never very really so it i find found".split()
PIECES = ["enjoy", "watch", "bear", "##able", "un", "##enjoy", "##watch", "##bear"]
CORPUS = ["the cat sat on the mat", "the dog lay on the rug", "the cat saw the dog"]


class Reader(nn.Module):
    """Two classes, from windows of four tokens."""

    def __init__(self, tokens: int):
        super().__init__()
        self.embedding = nn.Embedding(tokens, 8, padding_idx=0)
        self.conv = nn.Conv1d(8, 24, 4, padding=3)
        self.relu = nn.ReLU()
        self.pool = nn.AdaptiveMaxPool1d(1)
        self.classes = nn.Linear(24, 2)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor):
        seen = mask.unsqueeze(-1).to(self.embedding.weight.dtype)
        x = (self.embedding(ids) * seen).transpose(1, 2)
        return self.classes(self.pool(self.relu(self.conv(x))).squeeze(2))


class Writer(nn.Module):
    """The next token at every position."""

    def __init__(self, tokens: int):
        super().__init__()
        self.wte = nn.Embedding(tokens, 8)
        self.gru = nn.GRU(8, 12, batch_first=True)
        self.head = nn.Linear(12, tokens)

    def forward(self, ids: torch.Tensor):
        return self.head(self.gru(self.wte(ids))[0])


def wordpiece() -> Tokenizer:
    words = SPECIAL + WORDS + SUBJECTS + GOOD + BAD + PIECES + [".", ",", "!"]
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def byte_level() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=290, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(CORPUS * 5, trainer)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def clause() -> tuple[str, int]:
    sign = random.choice([1, -1])
    text = f"the {random.choice(SUBJECTS)} was"
    words = GOOD + ["enjoyable", "watchable", "bearable"] if sign > 0 else BAD + ["unenjoyable", "unwatchable", "unbearable"]
    word = random.choice(words)
    if random.random() < 0.3:
        text, sign = text + " not", -sign
    if random.random() < 0.3:
        text += " " + random.choice(["very", "really", "so"])
    return text + " " + word, sign


def sentence() -> tuple[str, int]:
    clauses = [clause() for _ in range(random.choice([1, 1, 2]))]
    total = sum(sign for _, sign in clauses)
    return (" and ".join(text for text, _ in clauses), int(total > 0)) if total else sentence()


def train_reader(tokenizer: Tokenizer) -> Reader:
    model = Reader(tokenizer.get_vocab_size())
    optimizer = torch.optim.AdamW(model.parameters(), 1e-2, weight_decay=0.1)
    for _ in range(1500):
        texts, labels = zip(*[sentence() for _ in range(64)])
        rows = [tokenizer.encode(text).ids for text in texts]
        width = max(map(len, rows))
        ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
        loss = nn.functional.cross_entropy(model(ids, (ids != 0).long()), torch.tensor(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


def train_writer(tokenizer: Tokenizer) -> Writer:
    model = Writer(tokenizer.get_vocab_size())
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(400):
        rows = [torch.tensor([tokenizer.encode(text).ids]) for text in CORPUS]
        loss = sum(nn.functional.cross_entropy(model(ids)[0, :-1], ids[0, 1:]) for ids in rows)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


def save(model: nn.Module, name: str) -> None:
    """Without the entries for debuggers, which hold paths of this machine."""
    whole = io.BytesIO()
    torch.jit.save(torch.jit.script(model), whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(HERE / name, "w") as target:
        for entry in source.namelist():
            if not entry.endswith(".debug_pkl"):
                target.writestr(zipfile.ZipInfo(entry), source.read(entry))


def case(tokenizer: Tokenizer, model: nn.Module, embedding: nn.Module, text: str, explained) -> dict:
    """The tokens of a text, what the model answers, and embedding x gradient of ``explained`` by token, in double."""
    encoding = tokenizer.encode(text)
    model.double()
    kept = []
    handle = embedding.register_forward_hook(lambda module, inputs, output: kept.append(output))
    ids = torch.tensor([encoding.ids])
    output = model(ids, torch.ones_like(ids)) if isinstance(model, Reader) else model(ids)
    handle.remove()
    (gradient,) = torch.autograd.grad(explained(output), kept)
    relevance = (gradient * kept[0]).sum(-1)[0]
    model.float()
    last = output[0] if output.dim() == 2 else output[0, -1]
    best = last.argmax().item()
    return {
        "text": text,
        "tokens": encoding.tokens,
        "ids": encoding.ids,
        "offsets": encoding.offsets,
        "best": best,
        "score": last[best].item(),
        "relevance": relevance.tolist(),
    }


def main() -> None:
    random.seed(0)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    pieces, bytes_ = wordpiece(), byte_level()
    pieces.save(str(HERE / "wordpiece.json"), pretty=False)
    bytes_.save(str(HERE / "bpe.json"), pretty=False)
    reader, writer = train_reader(pieces), train_writer(bytes_)
    save(reader, "sentiment.pt")
    save(writer, "next_word.pt")
    mat, rug = bytes_.encode(" mat").ids[0], bytes_.encode(" rug").ids[0]
    cases = {
        "negated": case(pieces, reader, reader.embedding, "The film was not good", lambda y: y[0, 0]),
        "contrast": case(pieces, reader, reader.embedding, "the cast was unwatchable and the music was great",
                         lambda y: y[0, 1] - y[0, 0]),
        "next": case(bytes_, writer, writer.wte, "the cat sat on the", lambda y: y[0, -1, mat]),
        "next_contrast": case(bytes_, writer, writer.wte, "the cat sat on the", lambda y: y[0, -1, mat] - y[0, -1, rug]),
    }
    (HERE / "expected.json").write_text(json.dumps(cases, indent=1) + "\n")


main()
