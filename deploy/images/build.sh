#!/usr/bin/env bash
# Build images without a Docker engine: build.sh [SERVICE...] (fetcher classifier alerting timeline; all when none is named).
# The base is PYTHON_IMAGE, or the one that build_base.sh makes. Prints name and size of each.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/storage.sh"
cd "$here/../.."

[ $# -gt 0 ] || set -- fetcher classifier alerting timeline
if [ -z "${PYTHON_IMAGE:-}" ]; then
  "$here/build_base.sh"
  PYTHON_IMAGE=$BASE_IMAGE
fi
# What pip needs to reach packages from here is the machine's own matter and stays out of the image.
machine=()
for file in /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
  if [ -f "$file" ]; then machine+=(--volume "$file:$file:ro"); fi
done
for service in "$@"; do
  folder=services/$service
  [ "$service" != classifier ] || folder=services/stance_classifier
  model=()
  # HUB_MODEL, HUB_REVISION and HUB_ENDPOINT, where they are set, bake a hub model into the classifier.
  for name in HUB_MODEL HUB_REVISION HUB_ENDPOINT; do
    if [ "$service" = classifier ] && [ -n "${!name:-}" ]; then model+=(--build-arg "$name=${!name}"); fi
  done
  began=$SECONDS
  b bud --quiet --layers=false --network host "${machine[@]}" --build-arg PYTHON_IMAGE="$PYTHON_IMAGE" \
    "${model[@]}" --file "$folder/Dockerfile" --tag "localhost/stancewatch/$service" . \
    >"$IMAGE_CACHE/$service.log" 2>&1 || { tail -n 30 "$IMAGE_CACHE/$service.log" >&2; exit 1; }
  b images --format '{{.Name}} {{.Size}}' "localhost/stancewatch/$service" | sed "s/\$/ (built in $((SECONDS - began)) s)/"
done
