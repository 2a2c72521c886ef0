#!/usr/bin/env bash
# Write a software bill of materials (CycloneDX JSON) of each built image into dist/sbom/: sbom.sh [SERVICE...]
# (fetcher classifier alerting timeline; all when none is named). What is listed is what lies in the image: sbom.py.
# With a Docker engine: docker export $(docker create IMAGE) | tar -x -C FOLDER, then sbom.py --root FOLDER --service NAME.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/storage.sh"
cd "$here/../.."

[ $# -gt 0 ] || set -- fetcher classifier alerting timeline
tools=.cache/sbom
if ! cmp -s requirements/images.txt $tools/installed.txt; then
  rm -rf $tools
  python3 -m venv $tools
  $tools/bin/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements/images.txt
  cp requirements/images.txt $tools/installed.txt
fi
mkdir -p dist/sbom
for service in "$@"; do
  container=$(b from --pull-never "localhost/stancewatch/$service") ||
    { echo "error: no image of $service; build it first: deploy/images/build.sh $service" >&2; exit 2; }
  trap 'b rm "$container" >/dev/null' EXIT
  root=$(b mount "$container")
  $tools/bin/python "$here/sbom.py" --root "$root" --service "$service" >"dist/sbom/$service.cdx.json.part"
  mv "dist/sbom/$service.cdx.json.part" "dist/sbom/$service.cdx.json"
  b rm "$container" >/dev/null
  trap - EXIT
  echo "dist/sbom/$service.cdx.json"
done
