"""Any sequence-classification or NLI model in Hugging Face format: `hub:<id or folder>`.

The premise is the passage (cut to the marked words and their surroundings when long), the hypothesis names
the actor: "Mara Lindt says: The bridge should be built." Labels that mean entailment, contradiction and
neutral become support, oppose and none; a model with our own four labels is taken at its word. ONNX export
(`model.onnx` in the folder, or in its `onnx/`) needs no torch; other weights need torch, which is not among
Stancewatch's dependencies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stancewatch_shared.errors import UserError

from stance_classifier.model.base import LABELS, Label, StanceAnswer, StanceQuestion
from stance_classifier.model.mirror import Calibration, mirror
from stance_classifier.propositions import negate

HYPOTHESIS = "{actor} says: {proposition}"
BATCH = 16
MAX_TOKENS = 256
_NEVER = -30.0
_ALIASES: Mapping[str, Label] = {
    "entailment": "support",
    "entail": "support",
    "support": "support",
    "supports": "support",
    "favor": "support",
    "favour": "support",
    "pro": "support",
    "agree": "support",
    "contradiction": "oppose",
    "contradict": "oppose",
    "oppose": "oppose",
    "refute": "oppose",
    "refutes": "oppose",
    "against": "oppose",
    "con": "oppose",
    "disagree": "oppose",
    "not_entailment": "none",
    "none": "none",
    "unrelated": "none",
    "discuss": "none",
}

Classify = Callable[[list[str], list[str]], list[list[float]]]


def map_labels(id2label: Mapping[int, str]) -> list[Label]:
    """Our label for each output of a model, from the names in its configuration.

    "neutral" means *undecided* in a stance model, but *no conclusion* (hence none) in an NLI model.

    Raises:
        UserError: the names say neither support nor opposition.
    """
    names = [id2label[index].strip().lower() for index in sorted(id2label)]
    is_stance_model = "none" in names
    labels: list[Label] = []
    for name in names:
        if name in ("neutral", "neither"):
            labels.append("neutral" if is_stance_model and name == "neutral" else "none")
        elif name in _ALIASES:
            labels.append(_ALIASES[name])
        else:
            raise UserError(
                f"the model's label {name!r} is not understood (labels: {', '.join(names)}); set"
                " `id2label` in its config.json to entailment / neutral / contradiction"
                " or support / oppose / neutral / none"
            )
    if "support" not in labels:
        raise UserError(f"none of the model's labels means support (labels: {', '.join(names)})")
    return labels


class HubModel:
    """Answers stance questions with a foreign model; the proposition and its opposite are both asked."""

    def __init__(self, model_id: str, classify: Classify, labels: Sequence[Label], version: str) -> None:
        self._id, self._classify, self._labels, self._version = model_id, classify, list(labels), version
        self.calibration = Calibration()

    @property
    def name(self) -> str:
        """`hub:<id>`."""
        return f"hub:{self._id}"

    @property
    def version(self) -> str:
        """The commit of the weights where known."""
        return self._version

    def judge(self, questions: Sequence[StanceQuestion]) -> list[StanceAnswer]:
        """Answers each question (such models know nothing of conditions and of time: both stay 0)."""
        answers: list[StanceAnswer] = []
        for start in range(0, len(questions), BATCH):
            part = questions[start : start + BATCH]
            premises = [premise(question) for question in part]
            asked = self._classify(
                premises, [hypothesis(question, question.proposition) for question in part]
            )
            turned = self._classify(premises, [hypothesis(q, negate(q.proposition)) for q in part])
            answers += [
                mirror(self._six(a), self._six(b), self.calibration)
                for a, b in zip(asked, turned, strict=True)
            ]
        return answers

    def _six(self, row: Sequence[float]) -> list[float]:
        scores = dict.fromkeys(LABELS, _NEVER)
        for label, score in zip(self._labels, row, strict=True):
            scores[label] = max(scores[label], score)
        return [*scores.values(), _NEVER, _NEVER]


def hypothesis(question: StanceQuestion, proposition: str) -> str:
    """The sentence that the passage entails or contradicts."""
    return HYPOTHESIS.format(actor=question.actor, proposition=proposition)


def premise(question: StanceQuestion, reach: int = 600) -> str:
    """The passage, cut to `reach` characters on either side of the marked words."""
    if question.span is None:
        return question.passage
    start, end = question.span
    return question.passage[max(0, start - reach) : end + reach]


def load_hub_model(model_id: str) -> HubModel:
    """Loads a model by hub id (needs a network or a filled cache) or by folder.

    Raises:
        UserError: it can't be found, has no usable labels, or needs torch where there is none.
    """
    from transformers import AutoConfig, AutoTokenizer

    if model_id.startswith(("/", ".")) and not Path(model_id).is_dir():
        raise UserError(f"can't load hub model {model_id!r}: there is no such folder")
    try:
        config = AutoConfig.from_pretrained(model_id)
        tokenizer = AutoTokenizer.from_pretrained(model_id, use_fast=True)
    except (OSError, ValueError) as error:
        raise UserError(f"can't load hub model {model_id!r}: {error}") from error
    labels = map_labels({int(index): str(name) for index, name in config.id2label.items()})
    onnx = _onnx_file(model_id)
    classify = _onnx_classifier(onnx, tokenizer) if onnx else _torch_classifier(model_id, tokenizer)
    return HubModel(model_id, classify, labels, str(getattr(config, "_commit_hash", None) or "local"))


def _onnx_file(model_id: str) -> Path | None:
    for name in ("model.onnx", "onnx/model.onnx"):
        if (Path(model_id) / name).is_file():
            return Path(model_id) / name
    if Path(model_id).is_dir():
        return None
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(model_id, "onnx/model.onnx"))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError):
        return None


def _onnx_classifier(path: Path, tokenizer: Any) -> Classify:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    wanted = {item.name for item in session.get_inputs()}

    def classify(premises: list[str], hypotheses: list[str]) -> list[list[float]]:
        tokens = tokenizer(
            premises,
            hypotheses,
            padding=True,
            truncation="only_first",
            max_length=MAX_TOKENS,
            return_token_type_ids="token_type_ids" in wanted,
            return_tensors="np",
        )
        feeds = {name: value.astype("int64") for name, value in tokens.items() if name in wanted}
        rows: list[list[float]] = session.run(None, feeds)[0].tolist()
        return rows

    return classify


def _torch_classifier(model_id: str, tokenizer: Any) -> Classify:
    try:
        import torch
    except ImportError as error:
        raise UserError(
            f"hub model {model_id!r} has no ONNX export: install torch, or export it to model.onnx"
        ) from error
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(model_id)
    model.eval()

    def classify(premises: list[str], hypotheses: list[str]) -> list[list[float]]:
        tokens = tokenizer(
            premises,
            hypotheses,
            padding=True,
            truncation="only_first",
            max_length=MAX_TOKENS,
            return_tensors="pt",
        )
        with torch.no_grad():
            rows: list[list[float]] = model(**tokens).logits.tolist()
        return rows

    return classify
