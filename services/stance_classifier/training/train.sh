#!/usr/bin/env bash
# Rebuilds the bundled model: make train. Run again after an interruption: finished training stages are kept.
#
#   STANCEWATCH_PUBLIC_DATA   folder of the licensed public sets (README.md beside this file); unset: trained without them
#   OUT                       where weights, model and figures go (.run/train)
#   VERSION                   version of the model (today's date)
#   LIMIT                     questions a stage, to try the machinery out in minutes; a model of no use
#   AFRESH                    1: train stages again that are finished
#   PROCESSES                 training processes of one thread each (2 where there are two cores or more)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
case ${1:-} in
  -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  "") ;;
  *) echo "error: train.sh takes variables, no arguments: see train.sh --help" >&2; exit 2 ;;
esac

venv=${TRAIN_VENV:-$root/.venv-train}
out=${OUT:-$root/.run/train}
version=${VERSION:-$(date -u +%Y.%m.%d)}
cores=$(nproc 2>/dev/null || sysctl -n hw.ncpu)
processes=${PROCESSES:-$((cores > 1 ? 2 : 1))}
limit=()
if [ -n "${LIMIT:-}" ]; then limit=(--limit "$LIMIT"); fi
if [ -n "${STANCEWATCH_PUBLIC_DATA:-}" ] && [ ! -d "$STANCEWATCH_PUBLIC_DATA" ]; then
  echo "error: STANCEWATCH_PUBLIC_DATA names no folder: $STANCEWATCH_PUBLIC_DATA" >&2
  exit 2
fi

say() { echo "== $*" >&2; }

[ -n "${TRAIN_VENV:-}" ] || bash "$root/deploy/install.sh" "$venv" "$root/requirements/train.txt"
if ! [ -x "$venv/bin/python" ]; then echo "error: no $venv/bin/python" >&2; exit 2; fi

training=$root/services/stance_classifier/training
export PYTHONPATH=$training:$root/schemas/python:$root/services/shared/src:$root/services/stance_classifier/src
export PYTHONUNBUFFERED=1 TRANSFORMERS_VERBOSITY=error HF_HUB_OFFLINE=1 HF_HUB_DISABLE_PROGRESS_BARS=1 ORT_DISABLE_TELEMETRY=1
# Gradients come and go in big blocks: glibc shall keep them instead of asking the kernel for zeroed pages each time.
export MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=268435456
mkdir -p "$out"

"$venv/bin/python" -m stance_training.fetch_base e5-small-v2 "$root/.run/bases"
say "1/3 training into $out (hours on two cores; after an interruption, run it again: finished stages are kept)"
stages=(-m stance_training.train --out "$out" --cache "$root/.run/bases" ${AFRESH:+--afresh} ${limit[@]+"${limit[@]}"})
if [ "$processes" -gt 1 ]; then
  # Two processes of one thread each are a third faster than one of two threads; they only talk to each other.
  export GLOO_SOCKET_IFNAME=${GLOO_SOCKET_IFNAME:-$(test -d /sys/class/net/lo && echo lo || echo lo0)}
  OMP_NUM_THREADS=1 "$venv/bin/python" -m torch.distributed.run --nnodes 1 --nproc-per-node "$processes" \
    --master-addr 127.0.0.1 --master-port "${MASTER_PORT:-29511}" "${stages[@]}"
else
  "$venv/bin/python" "${stages[@]}"
fi

say "2/3 exporting as int8 and calibrating on the dev split"
"$venv/bin/python" -m stance_training.export --weights "$out/stage2.pt" --out "$out/model" --version "$version" \
  --cache "$root/.run/bases" ${limit[@]+"${limit[@]}"} | tee "$out/export.txt"

say "3/3 the card's figures on the dev split"
"$venv/bin/python" -m stance_training.card --model "$out/model" --split dev ${limit[@]+"${limit[@]}"} > "$out/card.md"
head -8 "$out/card.md"

cat <<END

The model lies in   $out/model
Its figures (dev)   $out/card.md
Measure it          STANCEWATCH_MODEL_DIR=$out/model make quality
Try it              STANCEWATCH_MODEL_DIR=$out/model make demo
Ship it             copy the folder to services/stance_classifier/src/stance_classifier/model/bundled
END
