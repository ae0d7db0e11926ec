#!/bin/sh
# Installs molecule-mcp for the current user: one executable, verified against the release's checksums.
#
#   curl -fsSL https://github.com/molecule-ai/molecule-mcp/releases/latest/download/install.sh | sh
#
# Environment variables:
#   MOLECULE_MCP_VERSION      the release to install, such as 0.1.0 (default: the latest)
#   MOLECULE_MCP_INSTALL_DIR  the directory to install into (default: ~/.local/bin)
#   MOLECULE_MCP_BASE_URL     where to download releases from, such as a mirror (default: GitHub)
#   MOLECULE_MCP_REPLACE      1: take the place of another program that has the name (it is kept beside it)
#
# It needs no sudo. Run it again to update; it changes nothing when the release is already installed.
# Everything starts on the last line, so a script that was cut off in transit does nothing. That is also
# why it is one file: people pipe it into a shell.
set -eu

say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'molecule-mcp: %s\n' "$*" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# The name of this system's asset; fails where there is none.
asset_name() {
  os=$(uname -s)
  case $os in
    Linux) os=linux ;;
    Darwin) os=macos ;;
    MINGW* | MSYS* | CYGWIN*) fail "this is Windows: use install.ps1 in PowerShell instead" ;;
    *) fail "there is no executable for $os; with Deno the program runs from a URL (see the README)" ;;
  esac
  arch=$(uname -m)
  case $arch in
    x86_64 | amd64) arch=x86_64 ;;
    aarch64 | arm64) arch=aarch64 ;;
    i?86 | x86 | arm | armv*) fail "this is a 32-bit system ($arch): Deno, and therefore this program, needs a 64-bit one" ;;
    *) fail "there is no executable for the processor $arch" ;;
  esac
  if [ "$os" = linux ]; then
    if has getconf && [ "$(getconf LONG_BIT)" = 32 ]; then
      fail "this is a 32-bit system on a 64-bit kernel: Deno, and therefore this program, needs a 64-bit one"
    fi
    # musl's ldd does not know --version: it fails and names itself on stderr.
    if has ldd && ldd --version 2>&1 | grep -qi musl; then
      fail "this system uses musl (Alpine?): the executable needs glibc; use a glibc-based image"
    fi
  elif [ "$arch" = x86_64 ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
    arch=aarch64 # Apple silicon, on which this shell runs under Rosetta.
  fi
  say "molecule-mcp-$os-$arch"
}

# wget_https URL FILE [OPTION]: GNU wget's --https-only does not keep it from following a redirect to
# http://, so each step is looked at before it is taken.
wget_https() {
  hop=$1
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    ! wget -q ${3:+"$3"} --max-redirect=0 -t 2 -O "$2" "$hop" || return 0
    led=$(LC_ALL=C wget -S --max-redirect=0 -t 1 -O /dev/null "$hop" 2>&1 |
      sed -n '/^ *[Ll]ocation: /{s/^ *[Ll]ocation: *\([^ ]*\).*/\1/p;q;}')
    case $led in
      https://*) hop=$led ;;
      http://*) fail "cannot download $1: it leads to $led, which is not protected (https://)" ;;
      //*) hop=https:$led ;;
      /*) hop=$(say "$hop" | cut -d / -f 1-3)$led ;;
      *) return 1 ;;
    esac
  done
  return 1
}

# fetch URL FILE [shown]: with a progress bar, for somebody who looks.
fetch() {
  bar=
  if has curl; then
    [ -z "${3:-}" ] || bar=--progress-bar
    case $1 in
      https://*) curl -fSL ${bar:--s} --proto '=https' --tlsv1.2 -o "$2" "$1" ;;
      *) curl -fSL ${bar:--s} -o "$2" "$1" ;;
    esac
  elif has wget; then
    # BusyBox has no such options: it follows where it is led.
    [ -z "${3:-}" ] || ! wget --help 2>&1 | grep -q -e --show-progress || bar=--show-progress
    if ! wget --help 2>&1 | grep -q -e --max-redirect; then
      wget -q -t 2 -O "$2" "$1" # It would try for minutes.
    else
      case $1 in
        https://*) wget_https "$1" "$2" "$bar" ;;
        *) wget -q ${bar:+"$bar"} -t 2 -O "$2" "$1" ;;
      esac
    fi
  else
    fail "cannot download: neither curl nor wget is installed"
  fi || fail "cannot download $1: check the version and the network connection"
}

# Before there is anything to verify: in a pipeline it could not end the script.
require_sha256() {
  has sha256sum || has shasum || has openssl ||
    fail "cannot verify the download: sha256sum, shasum or openssl must be installed"
}

sha256_of() {
  if has sha256sum; then
    sha256sum <"$1"
  elif has shasum; then
    shasum -a 256 <"$1"
  else
    openssl dgst -sha256 -r <"$1"
  fi | cut -d ' ' -f 1
}

# Whether the file is this program: the checksum that was kept with it says so, or its own version does.
# Without PLATFORM_URL, the Python client of the same name ends at once instead of serving.
is_ours() {
  if [ -f "$1.sha256" ] && is_trusted "$1.sha256" && [ "$(cut -d ' ' -f 1 <"$1.sha256")" = "$(sha256_of "$1")" ]; then
    return
  fi
  [ -x "$1" ] || return 1
  said=$(unset PLATFORM_URL && "$1" --version </dev/null 2>/dev/null) || return 1
  case $said in
    "molecule-mcp "[0-9]*) return ;;
  esac
  return 1
}

# Whether this user or root owns the file, and the link if it is one: where others may write, they could
# have put it there to be run. Without ls and id, what -O does not know is taken for another's.
is_trusted() {
  if [ -O "$1" ] && [ ! -L "$1" ]; then
    return
  fi
  for follow in "" L; do
    # shellcheck disable=SC2012 # Only the owner is read, which comes before the name.
    owner=$(LC_ALL=C ls "-ldn$follow" "$1" 2>/dev/null | sed -n '1s/^[^ ]*  *[0-9][0-9]*  *\([0-9][0-9]*\) .*/\1/p')
    [ "$owner" = 0 ] || [ "$owner" = "$(id -u 2>/dev/null || :)" ] || return 1
    [ -n "$owner" ] || return 1
  done
}

# A name beside the file that nothing has yet.
free_name() {
  free=$1.replaced
  number=1
  while [ -e "$free" ]; do
    number=$((number + 1))
    free=$1.replaced.$number
  done
  say "$free"
}

# The text as one word of any shell; in quotes only where it needs them.
shell_word() {
  case $1 in
    *[!A-Za-z0-9_./+@%:,-]*) printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"$`]/\\&/g')" ;;
    *) printf '%s' "$1" ;;
  esac
}

# The text in single quotes of a shell; fish knows only \' in them.
single_quoted() {
  printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

# The line that puts the directory on PATH, for the shell that the user logs in with.
path_line() {
  export_line="export PATH=\"$(printf '%s' "$1" | sed 's/[\\"$`]/\\&/g'):\$PATH\""
  case ${SHELL:-} in
    */fish)
      printf "fish_add_path '%s'\n" "$(printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g")"
      return
      ;;
    */zsh) file=.zshrc ;;
    */bash) file=.bashrc ;;
    *) file=.profile ;;
  esac
  # What macOS opens in a terminal is a login shell, which bash reads another file for.
  [ "$file" != .bashrc ] || [ "$(uname -s)" != Darwin ] || file=.bash_profile
  say "printf '%s\\n' $(single_quoted "$export_line") >> ~/$file"
}

# What the README says to do next.
print_use() {
  command=$(shell_word "$1")
  note=
  case ":${PATH:-}:" in
    *":${1%/*}:"* | *":${1%/*}/:"*)
      first=$(command -v molecule-mcp || :)
      case $first in
        "$1" | "${1%/*}//molecule-mcp") command=molecule-mcp ;;
        *) note="${1%/*} is on PATH, but another molecule-mcp comes before it: $first" ;;
      esac
      ;;
    *)
      note="${1%/*} is not on PATH. This line puts it there, for new terminals:

  $(path_line "${1%/*}")"
      ;;
  esac
  cat <<EOF

  $1

Next:

  $command auth login
  $command install claude-code

The first asks for your workspace and its token; the second enters the program
into Claude Code (the command "clients" lists the other clients that it knows).
Then ask the agent: "Who are my peers on Molecule?"
EOF
  [ -z "$note" ] || printf '\n%s\n' "$note"
}

main() {
  asset=$(asset_name)
  require_sha256
  base=${MOLECULE_MCP_BASE_URL:-https://github.com/molecule-ai/molecule-mcp/releases}
  case ${MOLECULE_MCP_VERSION:-latest} in
    latest) url=$base/latest/download ;;
    *) url=$base/download/v${MOLECULE_MCP_VERSION#v} ;;
  esac
  [ -n "${HOME:-}" ] || fail "HOME is not set"
  dir=${MOLECULE_MCP_INSTALL_DIR:-$HOME/.local/bin}
  mkdir -p -- "$dir" || fail "cannot create $dir; set MOLECULE_MCP_INSTALL_DIR to a directory that you can write to"
  dir=$(CDPATH='' cd -- "$dir" && pwd)
  target=$dir/molecule-mcp
  # mv would put the program into it.
  [ ! -d "$target" ] || fail "cannot install: $target is a directory"
  trusted=
  if [ -e "$target" ] && is_trusted "$target"; then
    trusted=1
  fi

  # In the same directory, so that the last step is a rename: there is always the old program or the new.
  work=$(mktemp -d "$dir/.molecule-mcp.XXXXXX") ||
    fail "cannot write to $dir; set MOLECULE_MCP_INSTALL_DIR to a directory that you can write to"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  fetch "$url/SHA256SUMS" "$work/SHA256SUMS"
  expected=$(sed -n "s/^\\([0-9a-f]\\{64\\}\\)  $asset\$/\\1/p" "$work/SHA256SUMS")
  [ -n "$expected" ] || fail "the release at $url has no $asset"
  printf '%s  molecule-mcp\n' "$expected" >"$work/molecule-mcp.sha256"
  if [ -n "$trusted" ] && [ -f "$target" ] && [ -x "$target" ] && [ "$(sha256_of "$target")" = "$expected" ]; then
    mv -f "$work/molecule-mcp.sha256" "$target.sha256"
    say "Already installed: $("$target" --version </dev/null)"
    print_use "$target"
    return
  fi

  other=
  if [ -e "$target" ] && { [ -z "$trusted" ] || ! is_ours "$target"; }; then
    other=$(free_name "$target")
    what="is another program, perhaps the Python client"
    [ -n "$trusted" ] || what="belongs to another user, so it was not run"
    [ "${MOLECULE_MCP_REPLACE:-}" = 1 ] ||
      fail "$target $what; it was left as it is.
Set MOLECULE_MCP_REPLACE=1 to install all the same (the other one is kept as $other),
or MOLECULE_MCP_INSTALL_DIR to another directory."
  fi

  shown=
  if [ -t 2 ]; then
    shown=shown
    say "Downloading $asset" >&2
  fi
  fetch "$url/$asset" "$work/molecule-mcp" $shown
  actual=$(sha256_of "$work/molecule-mcp")
  [ "$actual" = "$expected" ] ||
    fail "the download is damaged or was tampered with: expected SHA-256 $expected, got $actual"
  chmod 755 "$work/molecule-mcp"
  version=$("$work/molecule-mcp" --version </dev/null) || fail "$asset does not run on this system, or no program does in $dir"
  if [ -n "$other" ]; then
    mv "$target" "$other"
    say "The program that was there is now $other"
  fi
  mv -f "$work/molecule-mcp" "$target"
  mv -f "$work/molecule-mcp.sha256" "$target.sha256"
  say "Installed: $version"
  print_use "$target"
}

{ main "$@"; exit; }
