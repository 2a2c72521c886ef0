#!/usr/bin/env bash
# Write a software bill of materials (CycloneDX JSON) for each image's Python packages: sbom.sh [SERVICE...]
# The source is the hashed lock, which is exactly what is installed (--require-hashes --no-deps). Into dist/sbom/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[ $# -gt 0 ] || set -- fetcher classifier alerting timeline
tools=.cache/sbom
if [ ! -x $tools/bin/cyclonedx-py ]; then
  python3 -m venv $tools
  $tools/bin/pip install -q --require-hashes --no-deps -r requirements/images.txt
fi
mkdir -p dist/sbom
for service in "$@"; do
  lock=requirements/$service.txt
  [ "$service" != classifier ] || lock=requirements/stance_classifier.txt
  $tools/bin/cyclonedx-py requirements --output-reproducible --of JSON -o "dist/sbom/$service.cdx.json" "$lock"
  echo "dist/sbom/$service.cdx.json"
done
