#!/bin/sh
# Installs molecule-mcp for the current user: one executable, verified against the release's checksums.
#
#   curl -fsSL https://github.com/molecule-ai/molecule-mcp/releases/latest/download/install.sh | sh
#
# Environment variables:
#   MOLECULE_MCP_VERSION      the release to install, such as 0.1.0 (default: the latest)
#   MOLECULE_MCP_INSTALL_DIR  the directory to install into (default: ~/.local/bin)
#   MOLECULE_MCP_BASE_URL     where to download releases from, such as a mirror (default: GitHub)
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

# fetch URL FILE
fetch() {
  if has curl; then
    case $1 in
      https://*) curl -fsSL --proto '=https' --tlsv1.2 -o "$2" "$1" ;;
      *) curl -fsSL -o "$2" "$1" ;;
    esac
  elif has wget; then
    wget -q -t 2 -O "$2" "$1" # It would try for minutes.
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

# The text, escaped for a JSON string.
json_text() {
  printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'
}

# The text, escaped for double quotes of a shell.
shell_text() {
  printf '%s' "$1" | sed 's/[\\"$`]/\\&/g'
}

print_use() {
  cat <<EOF

  $1

Save the workspace's token where the program looks for it (run this, paste the token once, press
Enter, then Ctrl-D):

  sh -c 'umask 077; mkdir -p ~/.molecule-workspace; cat > ~/.molecule-workspace/.auth_token'

Any MCP client (JSON):

  {
    "mcpServers": {
      "molecule": {
        "command": "$(json_text "$1")",
        "env": {
          "WORKSPACE_ID": "your-workspace-id",
          "PLATFORM_URL": "https://your-org.example.com"
        }
      }
    }
  }

Claude Code:

  claude mcp add molecule \\
    --env WORKSPACE_ID=your-workspace-id \\
    --env PLATFORM_URL=https://your-org.example.com \\
    -- "$(shell_text "$1")"
EOF
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

  # In the same directory, so that the last step is a rename: there is always the old program or the new.
  work=$(mktemp -d "$dir/.molecule-mcp.XXXXXX") ||
    fail "cannot write to $dir; set MOLECULE_MCP_INSTALL_DIR to a directory that you can write to"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  fetch "$url/SHA256SUMS" "$work/SHA256SUMS"
  expected=$(sed -n "s/^\\([0-9a-f]\\{64\\}\\)  $asset\$/\\1/p" "$work/SHA256SUMS")
  [ -n "$expected" ] || fail "the release at $url has no $asset"
  if [ -f "$target" ] && [ -x "$target" ] && [ "$(sha256_of "$target")" = "$expected" ]; then
    say "Already installed: $("$target" --version </dev/null)"
    print_use "$target"
    return
  fi

  fetch "$url/$asset" "$work/molecule-mcp"
  actual=$(sha256_of "$work/molecule-mcp")
  [ "$actual" = "$expected" ] ||
    fail "the download is damaged or was tampered with: expected SHA-256 $expected, got $actual"
  chmod 755 "$work/molecule-mcp"
  version=$("$work/molecule-mcp" --version </dev/null) || fail "$asset does not run on this system, or no program does in $dir"
  mv -f "$work/molecule-mcp" "$target"
  say "Installed: $version"
  print_use "$target"
}

{ main "$@"; exit; }
