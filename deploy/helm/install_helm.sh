#!/usr/bin/env bash
# Put Helm into .cache/bin as helm3 and helm4: install_helm.sh [3] [4] (both when none is named).
# A `helm` of that major version that is installed already is linked. Otherwise it is built from the Go module proxy (some
# minutes, once). Any Go will do: an old one (Debian 12: apt-get install golang-go) only fetches the Go that Helm is written
# for, a module like any other, its checksum verified by Go itself. Settings of Go (GOPROXY, GOFLAGS, GOSUMDB) are respected.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=$PWD/.cache/bin
mkdir -p "$bin"
declare -A version=([3]=v3.22.0 [4]=v4.3.0) package=([3]=helm.sh/helm/v3/cmd/helm [4]=helm.sh/helm/v4/cmd/helm)
GO_WANTED=1.26.8 # at least what both versions' go.mod ask for

# The minor version of a go command: 26 for go1.26.8.
minor_of() { "$1" env GOVERSION | sed -E 's/^go1\.([0-9]+).*/\1/'; }

# Sets `go` to a command that is new enough, and fetches it if need be.
find_go() {
  go=$(command -v go || true)
  if [ -z "$go" ]; then
    echo "error: neither helm $1 nor go is installed (Debian: apt-get install golang-go; any version will do)" >&2
    exit 2
  fi
  export GOTOOLCHAIN=local
  if [ "$(minor_of "$go")" -ge "$(cut -d. -f2 <<<"$GO_WANTED")" ]; then return; fi
  echo "this is $("$go" env GOVERSION); fetching Go $GO_WANTED ..." >&2
  local module="golang.org/toolchain@v0.0.1-go$GO_WANTED.$("$go" env GOOS)-$("$go" env GOARCH)" empty root
  empty=$(mktemp -d)
  (cd "$empty" && "$go" mod download "$module") >&2
  rmdir "$empty"
  root=$("$go" env GOMODCACHE)/$module
  # A Go before 1.21 does not know that what is in this module wants to be run.
  chmod u+w,a+x "$root"/bin/* "$root"/pkg/tool/*/* 2>/dev/null || true
  go=$root/bin/go
  "$go" version >&2
}

[ $# -gt 0 ] || set -- 3 4
go=
for major in "$@"; do
  if [ -x "$bin/helm$major" ]; then continue; fi
  if command -v helm >/dev/null && helm version --short 2>/dev/null | grep -q "^v$major\."; then
    ln -s "$(command -v helm)" "$bin/helm$major"
    continue
  fi
  [ -n "$go" ] || find_go "$major"
  echo "building helm ${version[$major]} (some minutes, once) ..." >&2
  build=$(mktemp -d)
  # A folder without go.mod, no C compiler, and few parallel compilers: this machine may have other things to do.
  (cd "$build" && GOBIN="$build" CGO_ENABLED=0 GOFLAGS="${GOFLAGS:-} -p=${HELM_BUILD_JOBS:-2}" \
    nice -n 10 "$go" install "${package[$major]}@${version[$major]}") >&2
  mv "$build/helm" "$bin/helm$major"
  rm -rf "$build"
done
