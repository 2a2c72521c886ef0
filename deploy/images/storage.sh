# Sourced by the scripts beside it. buildah without a Docker engine, without privileges it may not have in CI, and with a
# storage of our own that can be thrown away (.cache/images).
IMAGE_CACHE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.cache/images
BASE_IMAGE=localhost/stancewatch-base:bookworm
mkdir -p "$IMAGE_CACHE"
export BUILDAH_ISOLATION=chroot

b() { buildah --storage-driver vfs --root "$IMAGE_CACHE/root" --runroot "$IMAGE_CACHE/run" "$@"; }
