#!/bin/sh
# Installs, from the distribution, what the ten languages are executed with. What is there already stays as it is;
# where there is no apt, or no right to use it, it says what is missing and goes on: tests skip what they lack.
set -eu
wanted=""
need() { # program, package
    command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"
}
need node nodejs
need go golang-go
need rustc rustc
need javac default-jdk-headless
need gcc gcc
need g++ g++
need bash bash
if [ -z "$wanted" ]; then
    echo "toolchains: all there"
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "toolchains: missing$wanted, and no apt-get here: install them by hand" >&2
    exit 0
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "toolchains: missing$wanted; run \`sudo apt-get install$wanted\`" >&2
        exit 0
    fi
    as_root="sudo -n"
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 - words are what is wanted
$as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $wanted >/dev/null ||
    echo "toolchains: apt-get could not install$wanted" >&2
