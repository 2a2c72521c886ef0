#!/usr/bin/env bash
# Rebuilds the attribution tagger: make train-attribution [POLNEAR=dir]. Half an hour on one core.
#
#   STANCEWATCH_POLNEAR       folder with PolNeAR's train.docs.jsonl and dev.docs.jsonl: a second variant learns from it, too
#   OUT                       where weights and taggers go (.run/train-attribution)
#   VERSION                   version of the tagger (today's date)
#   LIMIT                     examples of a kind, to try the machinery out in a minute; a tagger of no use
#   THREADS                   threads of the training (all cores)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
case ${1:-} in
  -h | --help) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  "") ;;
  *) echo "error: train-attribution.sh takes variables, no arguments: see --help" >&2; exit 2 ;;
esac

venv=${TRAIN_VENV:-$root/.venv-train}
out=${OUT:-$root/.run/train-attribution}
version=${VERSION:-$(date -u +%Y.%m.%d)}
polnear=${STANCEWATCH_POLNEAR:-}
if [ -n "$polnear" ] && [ ! -f "$polnear/train.docs.jsonl" ]; then
  echo "error: STANCEWATCH_POLNEAR holds no train.docs.jsonl: $polnear" >&2
  exit 2
fi

[ -n "${TRAIN_VENV:-}" ] || bash "$root/deploy/install.sh" "$venv" "$root/requirements/train.txt"
if ! [ -x "$venv/bin/python" ]; then echo "error: no $venv/bin/python" >&2; exit 2; fi

training=$root/services/stance_classifier/training
export PYTHONPATH=$training:$root/schemas/python:$root/services/shared/src:$root/services/stance_classifier/src
export PYTHONUNBUFFERED=1 TRANSFORMERS_VERBOSITY=error HF_HUB_OFFLINE=1 HF_HUB_DISABLE_PROGRESS_BARS=1 ORT_DISABLE_TELEMETRY=1
# Gradients come and go in big blocks: glibc shall keep them instead of asking the kernel for zeroed pages each time.
export MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=268435456
cache=$root/.run/bases

build() { # name, further arguments of the training
  local name=$1
  shift
  echo "== $name: training, then int8" >&2
  "$venv/bin/python" -m attribution_training.train --out "$out/$name" --cache "$cache" \
    --threads "${THREADS:-$(nproc 2>/dev/null || sysctl -n hw.ncpu)}" ${LIMIT:+--limit "$LIMIT"} "$@"
  "$venv/bin/python" -m attribution_training.export --weights "$out/$name" --out "$out/$name/tagger" \
    --version "$version" --cache "$cache"
}

variants=(own)
build own
if [ -n "$polnear" ]; then
  build polnear --polnear "$polnear"
  variants+=(polnear)
fi

cd "$root"
for variant in "${variants[@]}"; do
  echo "== $variant on the dev split" >&2
  [ -x .venv/bin/python ] || { echo "(make install first, to measure)" >&2; continue; }
  STANCEWATCH_ATTRIBUTION_TAGGER=$out/$variant/tagger .venv/bin/python -m tests.quality.attribution \
    ${polnear:+--polnear "$polnear"}
done
echo "Ship one: copy its folder tagger/ to services/stance_classifier/src/stance_classifier/attribution_tagger/bundled" >&2
