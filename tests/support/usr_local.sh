#!/bin/sh
# usr_local.sh COMMAND...: runs a command in a mount namespace of its own, in which /usr/local has nothing but a CUDA
# toolkit, where there is one there, and /etc is a copy: what it installs is gone with it, and no variable has to say
# where that is. Exit 125: the machine does not let us.
set -u
room=$(mktemp -d) || exit 125
trap 'rm -rf "$room"' EXIT
mkdir "$room/local" && cp -a /etc "$room/etc" 2>"$room/unreadable" # files that only root may read are not needed
[ -e "$room/etc/ld.so.conf" ] || exit 125
if [ "$(id -u)" = 0 ]; then map=''; else map=--map-root-user; fi
# shellcheck disable=SC2086 # one word or none
unshare $map --mount true 2>/dev/null || exit 125
# shellcheck disable=SC2016,SC2086 # the inner shell's; one word or none
unshare $map --mount sh -c '
    for toolkit in /usr/local/cuda*; do
        [ -d "$toolkit" ] || continue
        mkdir "$0/local/${toolkit##*/}" && mount --bind "$toolkit" "$0/local/${toolkit##*/}" || exit 125
    done
    mount --rbind "$0/local" /usr/local && mount --bind "$0/etc" /etc || exit 125
    exec "$@"' "$room" "$@"
