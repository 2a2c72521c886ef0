#!/usr/bin/env bash
# Put Helm into .cache/bin as helm3 and helm4, built from the Go module proxy (some minutes, once): install_helm.sh [3] [4].
# Needs Go 1.25 or newer. Where a `helm` of that major version is installed already, it is linked instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=$PWD/.cache/bin
mkdir -p "$bin"
declare -A version=([3]=v3.22.0 [4]=v4.3.0) package=([3]=helm.sh/helm/v3/cmd/helm [4]=helm.sh/helm/v4/cmd/helm)

[ $# -gt 0 ] || set -- 3 4
for major in "$@"; do
  if [ -x "$bin/helm$major" ]; then continue; fi
  if command -v helm >/dev/null && helm version --short 2>/dev/null | grep -q "^v$major\."; then
    ln -s "$(command -v helm)" "$bin/helm$major"
    continue
  fi
  if ! command -v go >/dev/null; then
    echo "error: neither helm $major nor go is installed (Debian's golang is too old: see go.dev/doc/install)" >&2
    exit 2
  fi
  echo "building helm ${version[$major]} (some minutes, once) ..." >&2
  build=$(mktemp -d)
  # A folder without go.mod, and few parallel compilers: this machine may have other things to do.
  (cd "$build" && GOBIN="$build" GOFLAGS="-p=${HELM_BUILD_JOBS:-2}" nice -n 10 go install "${package[$major]}@${version[$major]}") >&2
  mv "$build/helm" "$bin/helm$major"
  rm -rf "$build"
done
