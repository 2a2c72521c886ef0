"""Train the stance network: public pairs first, then the project's own corpus. Resumes after a finished stage.

Writes `stage1.pt`, `stage2.pt` (weights, each with a `.json` that says how they were made) and `dev.json` (figures).
A stage that lies there, made in the same way, is not trained again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from stance_classifier.model.encode import Encoder
from stancewatch_shared.errors import UserError
from tokenizers import Tokenizer

from stance_training import measure
from stance_training.checkpoints import Checkpoint, stages_done
from stance_training.corpus import CORPUS, fingerprint
from stance_training.dev_sets import Sets, dev_sets, sampled
from stance_training.examples import mirrored_questions
from stance_training.fetch_base import fetch_base
from stance_training.loop import RANK, Metrics, Schedule, join_processes, log, predict, train
from stance_training.network import StanceNetwork
from stance_training.public_pairs import VARIABLE, public_folder
from stance_training.stages import (
    MAX_PASSAGE_TOKENS,
    MAX_QUESTION_TOKENS,
    Phase,
    Recipe,
    first_stage,
    second_stage,
)

DEV_SAMPLE = 170


def main() -> int:
    """Trains what is not trained yet; 2 where the corpus or a public set can't be used."""
    arguments = _arguments()
    try:
        run(arguments)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def run(arguments: argparse.Namespace) -> None:
    """The stages that are not trained yet, then the figures on the whole dev split."""
    public = public_folder(arguments.public)
    recipe = Recipe(
        epochs=arguments.epochs, share=arguments.share, seed=arguments.seed, limit=arguments.limit
    )
    join_processes()
    base = fetch_base(arguments.base, arguments.cache)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    encoder = Encoder(tokenizer, MAX_PASSAGE_TOKENS, MAX_QUESTION_TOKENS)
    torch.manual_seed(recipe.seed)
    network = StanceNetwork(base, encoder.mark_start, encoder.mark_end)
    if public is None:
        log(f"no public sets ({VARIABLE} is not set): the first stage learns from the corpus' patterns and")
        log("  short passages only; the model will be weaker on unseen issues. See training/README.md.")
    made_with = {
        "base": arguments.base,
        "corpus": fingerprint(arguments.corpus),
        "public": public is not None,
    }
    made_with |= asdict(recipe)
    stages = [
        _Stage("stage1", recipe.first_rate, lambda: first_stage(arguments.corpus, public, recipe)),
        _Stage("stage2", recipe.second_rate, lambda: second_stage(arguments.corpus, public, recipe)),
    ]
    checkpoints = [Checkpoint(arguments.out / f"{stage.name}.pt", made_with) for stage in stages]
    done = 0 if arguments.afresh else stages_done(checkpoints)
    if done:
        log(
            f"{stages[done - 1].name} is trained already: {checkpoints[done - 1].path} (--afresh, or AFRESH=1 make train, trains it again)"
        )
        checkpoints[done - 1].load(network)
    dev = dev_sets(arguments.corpus)
    sample = sampled(dev, recipe.limit or DEV_SAMPLE)
    for stage, checkpoint in list(zip(stages, checkpoints, strict=True))[done:]:
        phases = stage.phases_of()
        _describe(stage.name, phases)
        schedule = Schedule(stage.rate, recipe.batch, seed=recipe.seed)
        train(network, encoder, phases, schedule, lambda n: dev_figures(n, encoder, sample))
        if RANK == 0:
            checkpoint.save(network)
    figures = dev_figures(network, encoder, sample if recipe.limit else dev)
    log(f"dev: {json.dumps(figures)}")
    if RANK == 0:
        (arguments.out / "dev.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class _Stage:
    name: str
    rate: float
    phases_of: Callable[[], list[Phase]]


def dev_figures(network: StanceNetwork, encoder: Encoder, sets: Sets) -> Metrics:
    """Figures by kind, each question asked with its opposite as the product asks it."""
    found: Metrics = {}
    for kind, examples in sets.items():
        if not examples:
            continue
        questions = mirrored_questions(examples)
        asked = predict(network, encoder.encode(questions.asked))
        opposite = predict(network, encoder.encode(questions.opposite))
        truth = measure.truth_of(examples)
        chances = measure.mirrored(asked, opposite, questions.turned)
        found[kind] = {name: round(value, 3) for name, value in measure.figures(chances, truth).items()}
        found[kind]["mirror_agreement"] = round(measure.mirror_agreement(asked, opposite, truth), 3)
    return found


def _describe(name: str, phases: Sequence[Phase]) -> None:
    sources = Counter(example.how for phase in phases for example in phase)
    listed = ", ".join(f"{count} {source}" for source, count in sources.most_common())
    log(f"{name}: {' + '.join(str(len(phase)) for phase in phases)} questions ({listed})")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m stance_training.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, required=True, help="a folder for the weights of each stage")
    parser.add_argument(
        "--public", type=Path, help=f"the licensed public sets (default: {VARIABLE}, or none)"
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="passages, stories, patterns")
    parser.add_argument("--base", default="e5-small-v2", help="base encoder (see fetch_base.py)")
    parser.add_argument("--cache", type=Path, default=Path(".run/bases"), help="where fetched encoders lie")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs, help="of the second stage")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the training issues (for a learning curve)"
    )
    parser.add_argument("--limit", type=int, help="questions a stage, to try the machinery out in minutes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--afresh", action="store_true", help="train stages again that lie there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
