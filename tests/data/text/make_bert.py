"""Makes bert.pt2, a BERT of Hugging Face's transformers 5.24 with random weights that reads the tokens of wordpiece.json,
and bert.json, what PyTorch 2.10 gives for it: python make_bert.py FOLDER"""

import json
import os
import pathlib
import sys

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

HERE = pathlib.Path(__file__).parent


class Classifier(torch.nn.Module):
    """The scores of the classes alone, of ids and mask."""

    def __init__(self, bert):
        super().__init__()
        self.bert = bert

    def forward(self, input_ids, attention_mask):
        return self.bert(input_ids=input_ids, attention_mask=attention_mask).logits


def without_folders(program):
    for module in program.graph_module.modules():
        for node in getattr(getattr(module, "graph", None), "nodes", []):
            if node.meta.get("stack_trace"):
                for folder in (str(HERE.resolve()), os.path.dirname(os.path.dirname(torch.__file__))):
                    node.meta["stack_trace"] = node.meta["stack_trace"].replace(folder + "/", "")


def main(folder):
    torch.manual_seed(0)
    tokenizer = Tokenizer.from_file(str(HERE / "wordpiece.json"))
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=24,
        max_position_embeddings=64,
        num_labels=2,
        initializer_range=0.5,
        attn_implementation="sdpa",
    )
    model = Classifier(BertForSequenceClassification(config)).eval()
    encoding = tokenizer.encode("The film was not good")
    ids = torch.tensor([encoding.ids])
    mask = torch.ones_like(ids)
    length = torch.export.Dim("length", min=2, max=64)
    program = torch.export.export(
        model, (ids, mask), dynamic_shapes={"input_ids": {1: length}, "attention_mask": {1: length}}
    )
    without_folders(program)
    torch.export.save(program, str(folder / "bert.pt2"))
    model.double()
    kept = []
    model.bert.bert.embeddings.word_embeddings.register_forward_hook(lambda module, inputs, output: kept.append(output))
    scores = model(ids, mask)
    (gradient,) = torch.autograd.grad(scores[0, 1], kept)
    expected = {
        "text": "The film was not good",
        "tokens": encoding.tokens,
        "best": scores[0].argmax().item(),
        "score": scores[0, 1].item(),
        "relevance": (gradient * kept[0]).sum(-1)[0].tolist(),
    }
    (folder / "bert.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
