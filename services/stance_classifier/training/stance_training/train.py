"""`python -m stance_training.train`: public pairs, patterns by curriculum, then the corpus.

--corpus DIR   the corpus (passages, stories, patterns)
--public DIR   the licensed public sets
--out DIR      a folder for the weights of each stage and its dev figures
--share S      a share of the corpus' training issues (for the learning curve)
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from stance_classifier.model.encode import Encoder
from tokenizers import Tokenizer

from stance_training import measure
from stance_training.corpus import load_items, load_stories
from stance_training.examples import Example
from stance_training.fetch_base import fetch_base
from stance_training.loop import RANK, Metrics, Schedule, join_processes, log, predict, train
from stance_training.network import StanceNetwork
from stance_training.patterns import build_patterns
from stance_training.public_pairs import PLAIN_FIRST, build_public
from stance_training.questions import dev_questions, epoch_questions
from stance_training.story_questions import story_questions

DEV_SAMPLE = 160
PUBLIC_RATE, CORPUS_RATE = 8e-5, 6e-5
PUBLIC_SHARE = 12


@dataclass(frozen=True)
class Recipe:
    """How much of what."""

    epochs: int = 3
    first_patterns: int = 2400
    second_patterns: int = 2200
    patterns_per_epoch: int = 1000
    share: float = 1.0
    seed: int = 0


def main() -> None:
    """Trains and writes `stage1.pt`, `stage2.pt` and `dev.json`."""
    arguments = _arguments()
    join_processes()
    base = fetch_base(arguments.base, arguments.cache)
    encoder = Encoder(Tokenizer.from_file(str(base / "tokenizer.json")))
    recipe = Recipe(epochs=arguments.epochs, share=arguments.share, seed=arguments.seed)
    torch.manual_seed(recipe.seed)
    network = StanceNetwork(base, encoder.mark_start, encoder.mark_end)
    dev = dev_sets(arguments.corpus)
    sample = {name: random.Random(7).sample(part, min(DEV_SAMPLE, len(part))) for name, part in dev.items()}
    public = build_public(arguments.public)
    if arguments.start:
        network.load_state_dict(torch.load(arguments.start))
    else:
        cut = int(len(public) * PLAIN_FIRST)
        schedule = Schedule(PUBLIC_RATE, seed=recipe.seed)
        train(
            network,
            encoder,
            [public[:cut], public[cut:]],
            schedule,
            lambda n: dev_figures(n, encoder, sample),
        )
        _save(network, arguments.out / "stage1.pt")
    phases = corpus_phases(arguments.corpus, public, recipe)
    log(f"phases: {[len(phase) for phase in phases]}")
    schedule = Schedule(CORPUS_RATE, seed=recipe.seed)
    train(network, encoder, phases, schedule, lambda n: dev_figures(n, encoder, sample))
    _save(network, arguments.out / "stage2.pt")
    figures = dev_figures(network, encoder, dev)
    log(f"dev: {json.dumps(figures)}")
    if RANK == 0:
        (arguments.out / "dev.json").write_text(json.dumps(figures, indent=1))


def corpus_phases(corpus: Path, public: Sequence[Example], recipe: Recipe) -> list[list[Example]]:
    """Patterns with nothing turned, with a little, then epochs of the corpus; public pairs are kept in the mix."""
    items, stories = load_items(corpus, "train"), load_stories(corpus, "train")
    if recipe.share < 1:
        rng = random.Random(11)
        kept = {issue for issue in sorted({item.issue for item in items}) if rng.random() < recipe.share}
        items = [item for item in items if item.issue in kept]
        stories = [story for story in stories if rng.random() < recipe.share]
    left = random.Random(7).sample(list(public), len(public))
    folder = corpus / "patterns"
    phases = [
        build_patterns(folder, recipe.first_patterns, 0.0, 1) + _take(left, recipe.first_patterns // 6),
        build_patterns(folder, recipe.second_patterns, 0.15, 2) + _take(left, recipe.second_patterns // 6),
    ]
    for epoch in range(recipe.epochs):
        written = epoch_questions(items, stories, 100 + epoch + 1000 * recipe.seed)
        made = build_patterns(folder, recipe.patterns_per_epoch, 0.35, 10 + epoch)
        phases.append(written + made + _take(left, len(written) // PUBLIC_SHARE))
    return phases


def _take(left: list[Example], count: int) -> list[Example]:
    taken = left[:count]
    del left[:count]
    left.extend(taken)
    return taken


def dev_sets(corpus: Path, split: str = "dev") -> dict[str, list[Example]]:
    """Questions of a split by kind: statement, passage, story."""
    questions = dev_questions(load_items(corpus, split))
    rng = random.Random(0)
    for story in load_stories(corpus, split):
        questions += story_questions(story, rng, turn=False)
    kinds = ("statement", "passage", "story")
    return {kind: [one for one in questions if one.kind == kind] for kind in kinds}


def dev_figures(network: StanceNetwork, encoder: Encoder, sets: dict[str, list[Example]]) -> Metrics:
    """Mirrored figures by kind."""
    found: Metrics = {}
    for kind, examples in sets.items():
        if not examples:
            continue
        asked = predict(network, encoder.encode([example.question for example in examples]))
        opposite = predict(network, encoder.encode([example.opposite for example in examples]))
        chances, truth = measure.mirrored(asked, opposite), measure.truth_of(examples)
        found[kind] = {name: round(value, 3) for name, value in measure.figures(chances, truth).items()}
        alone = np.sign(asked[:, 0] - asked[:, 1]), np.sign(opposite[:, 1] - opposite[:, 0])
        found[kind]["mirror_agreement"] = round(float((alone[0] == alone[1])[truth < 2].mean()), 3)
    return found


def _save(network: StanceNetwork, path: Path) -> None:
    if RANK == 0:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(network.state_dict(), path)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--public", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", default="e5-small-v2")
    parser.add_argument("--cache", type=Path, default=Path(".run/bases"))
    parser.add_argument("--start", type=Path, help="weights of the first stage, to leave it out")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
