"""Attribution with and without the tagger: `python -m tests.quality.attribution [--split dev] [--polnear FOLDER]`.

The tagger is the product's own, or the folder in STANCEWATCH_ATTRIBUTION_TAGGER.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from stance_classifier.attribution_tagger.base import AttributionTagger
from stance_classifier.attribution_tagger.load import load_tagger

from tests.quality import attribution_scores, polnear_scores
from tests.quality.corpus import passages


def main() -> None:
    """Prints one line for the rules alone and one with the tagger."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.attribution", description=__doc__)
    parser.add_argument("--split", default="dev", choices=["train", "dev", "test"])
    parser.add_argument("--polnear", type=Path, help="a folder with PolNeAR's dev.docs.jsonl")
    options = parser.parse_args()
    tagger = load_tagger()
    readers: dict[str, AttributionTagger | None] = {"rules alone": None}
    if tagger is not None:
        readers["rules and tagger"] = tagger
    rows = passages(options.split)
    for name, reader in readers.items():
        results = attribution_scores.attribute_passages(rows, reader)
        claimed, hearsay = attribution_scores.hearsay_claimed(rows, reader)
        print(
            f"{options.split}, {name}: speaker accuracy {attribution_scores.speaker_accuracy(results):.3f}"
            f" of {len(results)}, another actor {attribution_scores.other_actor_share(results):.3f},"
            f" hearsay taken for own words {claimed} of {hearsay},"
            f" content overlap F1 {attribution_scores.span_f1(results):.3f}"
        )
    if options.polnear is None:
        return
    articles = list(polnear_scores.documents(options.polnear))
    finders = {name: polnear_scores.by_reader(reader) for name, reader in readers.items()}
    if tagger is not None:
        finders["tagger alone"] = polnear_scores.by_tagger(tagger)
    for name, find in finders.items():
        scores = polnear_scores.score(articles, find)
        print(
            f"PolNeAR dev, {name}: {scores.contents} contents, found {scores.found:.3f},"
            f" with the right source {scores.with_source:.3f}, precision {scores.precise:.3f}"
        )


if __name__ == "__main__":
    main()
