#!/bin/sh
# Checks what a build needs and installs what is missing, when it may: as root, or with a sudo that
# asks for nothing. TICKWIRE_NO_INSTALL=1 only says what is missing.
set -eu

if ! command -v swift >/dev/null 2>&1; then
  cat >&2 <<'TEXT'
tickwire: there is no Swift toolchain on the PATH. Tickwire needs Swift 6.3 or newer:
  https://www.swift.org/install/linux/
TEXT
  exit 69
fi

# The newest of both, as sort sees versions.
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
oldest=$(printf '%s\n6.3\n' "${version:-0}" | sort -V | head -n 1)
if [ "$oldest" != 6.3 ]; then
  echo "tickwire: Swift ${version:-of unknown version} is too old: 6.3 or newer is needed" >&2
  exit 69
fi

has_zlib() {
  [ -e /usr/include/zlib.h ] || pkg-config --exists zlib 2>/dev/null
}

has_sqlite() {
  [ -e /usr/include/sqlite3.h ] || pkg-config --exists sqlite3 2>/dev/null
}

missing() {
  has_zlib || printf ' zlib1g-dev'
  has_sqlite || printf ' libsqlite3-dev'
}

packages=$(missing)
if [ -z "$packages" ]; then
  exit 0
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
  as_root="sudo -n"
fi
if [ -z "${TICKWIRE_NO_INSTALL:-}" ] && command -v apt-get >/dev/null 2>&1 &&
  { [ -z "$as_root" ] || $as_root true 2>/dev/null; }; then
  echo "tickwire: installing$packages"
  install="env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends$packages"
  # The lists of packages may be missing or old: fetch them when the first attempt fails.
  $as_root $install >/dev/null 2>&1 || {
    $as_root apt-get update && $as_root $install
  }
fi

if [ -n "$(missing)" ]; then
  cat >&2 <<'TEXT'
tickwire: the headers of zlib or SQLite are missing. Install them, then run make again:
  Debian, Ubuntu   sudo apt-get install zlib1g-dev libsqlite3-dev
  Fedora           sudo dnf install zlib-devel sqlite-devel
TEXT
  exit 69
fi
