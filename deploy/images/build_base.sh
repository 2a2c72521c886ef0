#!/usr/bin/env bash
# A base image with Debian 12's Python, made with debootstrap: for machines that reach Debian's packages but no image registry.
#   deploy/images/build_base.sh        makes localhost/stancewatch-base (once; remove it to make it anew)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./storage.sh

if b images --quiet "$BASE_IMAGE" >/dev/null 2>&1; then
  exit 0
fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
echo "debootstrap (a minute or two) ..." >&2
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates,tzdata bookworm "$root" >"$IMAGE_CACHE/debootstrap.log" 2>&1 ||
  { tail -n 20 "$IMAGE_CACHE/debootstrap.log" >&2; exit 1; }
# What only makes the image larger.
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale,info}/* "$root"/var/log/*
container=$(b from scratch)
b add --quiet "$container" "$root" /
b config --env PATH=/usr/local/bin:/usr/bin:/bin "$container"
b commit --quiet --rm "$container" "$BASE_IMAGE"
