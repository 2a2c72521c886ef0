"""Train the attribution tagger: `python -m attribution_training.train --out DIR [--polnear DIR]`.

Without PolNeAR it learns from the project's own corpus alone. Writes `weights.pt` and `made_with.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch
from stance_training.corpus import CORPUS, fingerprint
from stance_training.fetch_base import fetch_base
from stancewatch_shared.errors import UserError
from tokenizers import Tokenizer

from attribution_training.loop import pointer_cases, tag_cases, train
from attribution_training.network import TaggerNetwork
from attribution_training.polnear import documents, polnear_examples
from attribution_training.weak_labels import own_examples

BASE = "all-MiniLM-L6-v2"
POLNEAR_POINTERS = 3000


def main() -> int:
    """2 where the corpus or PolNeAR can't be used."""
    arguments = _arguments()
    try:
        run(arguments)
    except (UserError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def run(arguments: argparse.Namespace) -> None:
    """One pass over the examples, then the weights."""
    torch.set_num_threads(arguments.threads)
    base = arguments.base or fetch_base(BASE, arguments.cache)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    pointers, tags = own_examples(arguments.corpus, "train")
    if arguments.polnear is not None:
        rows = documents(arguments.polnear, "train")
        more_pointers, more_tags = polnear_examples(rows, POLNEAR_POINTERS, arguments.seed)
        pointers, tags = pointers + more_pointers, tags + more_tags
    if arguments.limit:
        pointers, tags = pointers[: arguments.limit], tags[: arguments.limit]
    cases = [*pointer_cases(tokenizer, pointers), *tag_cases(tokenizer, tags)]
    tokens = sum(len(case.window) for case in cases)
    print(f"{len(pointers)} marked utterances, {len(tags)} tagged texts, {tokens} tokens", flush=True)
    torch.manual_seed(arguments.seed)
    network = TaggerNetwork(base, arguments.layers, arguments.frozen_layers)
    train(network, cases, arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), arguments.out / "weights.pt")
    made_with = {
        "base": BASE,
        "corpus": fingerprint(arguments.corpus),
        "polnear": arguments.polnear is not None,
        "layers": arguments.layers,
        "frozen_layers": arguments.frozen_layers,
        "seed": arguments.seed,
        "limit": arguments.limit,
    }
    (arguments.out / "made_with.json").write_text(json.dumps(made_with, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m attribution_training.train", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="a folder for the weights")
    parser.add_argument("--polnear", type=Path, help="a folder with train.docs.jsonl; without it: own corpus")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--cache", type=Path, default=Path(".run/bases"), help="where fetched encoders lie")
    parser.add_argument("--base", type=Path, help="a folder with the base encoder, instead of fetching it")
    parser.add_argument("--layers", type=int, default=6, help="lowest layers of the base to keep")
    parser.add_argument("--frozen-layers", type=int, default=2, help="of these, not trained")
    parser.add_argument("--limit", type=int, help="examples of a kind, to try the machinery out")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
