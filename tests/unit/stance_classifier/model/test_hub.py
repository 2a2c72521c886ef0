"""Foreign models: their labels, and a real (tiny) one loaded from a folder."""

import json
from pathlib import Path

import pytest
from stance_classifier.model.base import StanceQuestion
from stance_classifier.model.hub import hypothesis, map_labels, premise
from stance_classifier.model.load import load_model
from stancewatch_shared.errors import UserError

from tests.unit.stance_classifier.model.tiny_model import tiny_tokenizer, write_voting_onnx

NLI_VOTES = {"backs": [0.0, 0.0, 6.0], "wrong": [6.0, 0.0, -6.0], "undecided": [0.0, 9.0, 0.0]}


def write_nli_model(folder: Path, names: list[str]) -> Path:
    config = {
        "model_type": "bert",
        "architectures": ["BertForSequenceClassification"],
        "vocab_size": 26,
        "id2label": dict(enumerate(names)),
        "label2id": {name: index for index, name in enumerate(names)},
    }
    (folder / "config.json").write_text(json.dumps(config))
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    tokens = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "model_max_length": 64,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(tokens))
    write_voting_onnx(folder / "model.onnx", NLI_VOTES, 3)
    return folder


def test_nli_labels_become_stances_and_its_neutral_means_no_position() -> None:
    assert map_labels({0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"}) == ["oppose", "none", "support"]


def test_a_stance_model_keeps_its_own_neutral() -> None:
    names = {0: "support", 1: "oppose", 2: "neutral", 3: "none"}

    assert map_labels(names) == ["support", "oppose", "neutral", "none"]


@pytest.mark.parametrize("names", [{0: "LABEL_0", 1: "LABEL_1"}, {0: "contradiction", 1: "neutral"}])
def test_labels_that_say_nothing_are_refused(names: dict[int, str]) -> None:
    with pytest.raises(UserError, match="label"):
        map_labels(names)


def test_the_hypothesis_names_the_actor() -> None:
    question = StanceQuestion("Mara Lindt", "The bridge should be built.", "text")

    assert hypothesis(question, question.proposition) == "Mara Lindt says: The bridge should be built."


def test_a_long_passage_is_cut_around_the_marked_words() -> None:
    passage = "a" * 50 + "MARK" + "b" * 50

    assert premise(StanceQuestion("L", "P", passage, (50, 54)), reach=2) == "aaMARKbb"


def test_a_model_in_a_folder_answers_a_proposition_and_its_opposite(tmp_path: Path) -> None:
    model = load_model(f"hub:{write_nli_model(tmp_path, ['contradiction', 'neutral', 'entailment'])}", {})

    answers = model.judge(
        [
            StanceQuestion("Lindt", "Lindt is right to build.", "Lindt backs the bridge."),
            StanceQuestion("Lindt", "Lindt is wrong to build.", "Lindt backs the bridge."),
            StanceQuestion("Lindt", "Lindt is right to build.", "Lindt undecided."),
        ]
    )

    assert [answer.stance for answer in answers] == ["support", "oppose", "none"]
    assert model.name == f"hub:{tmp_path}"


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't load hub model"):
        load_model(f"hub:{tmp_path / 'absent'}", {})


def test_weights_that_need_torch_say_so(tmp_path: Path) -> None:
    write_nli_model(tmp_path, ["contradiction", "neutral", "entailment"])
    (tmp_path / "model.onnx").unlink()

    with pytest.raises(UserError, match="torch"):
        load_model(f"hub:{tmp_path}", {})
