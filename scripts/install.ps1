# Installs molecule-mcp for the current user: one executable, verified against the release's checksums.
#
#   irm https://github.com/molecule-ai/molecule-mcp/releases/latest/download/install.ps1 | iex
#
# Environment variables:
#   MOLECULE_MCP_VERSION      the release to install, such as 0.1.0 (default: the latest)
#   MOLECULE_MCP_INSTALL_DIR  the directory to install into (default: %LOCALAPPDATA%\Programs\molecule-mcp)
#   MOLECULE_MCP_BASE_URL     where to download releases from, such as a mirror (default: GitHub)
#
# It needs no administrator. Run it again to update; it changes nothing when the release is already
# installed. Everything starts on the last line, so a script that was cut off in transit does nothing.

function Install-MoleculeMcp {
  Set-StrictMode -Version 3
  $ErrorActionPreference = 'Stop'
  $ProgressPreference = 'SilentlyContinue' # The progress bar slows downloads down in Windows PowerShell.

  function Get-AssetName {
    # In a 32-bit PowerShell on a 64-bit system only the first variable names the real processor.
    $processor = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
    switch ($processor) {
      'AMD64' { return 'molecule-mcp-windows-x86_64.exe' }
      'ARM64' { return 'molecule-mcp-windows-aarch64.exe' }
      'x86' { throw 'molecule-mcp: this is a 32-bit Windows: Deno, and therefore this program, needs a 64-bit one' }
      default { throw "molecule-mcp: there is no executable for the processor $processor" }
    }
  }

  function Save-File([string] $Url, [string] $Path) {
    try {
      Invoke-WebRequest -UseBasicParsing -Uri $Url -OutFile $Path
    } catch {
      throw "molecule-mcp: cannot download ${Url}: check the version and the network connection ($_)"
    }
  }

  function Get-Sha256([string] $Path) {
    return (Get-FileHash -Algorithm SHA256 -LiteralPath $Path).Hash.ToLowerInvariant()
  }

  function Get-ProgramVersion([string] $Path) {
    $text = & $Path --version
    if ($LASTEXITCODE -ne 0) { throw "molecule-mcp: $Path does not run on this system" }
    return $text
  }

  function Write-Use([string] $Path) {
    $stateDir = Join-Path $env:USERPROFILE '.molecule-workspace'
    $tokenFile = Join-Path $stateDir '.auth_token'
    $settings = [ordered]@{
      WORKSPACE_ID = 'your-workspace-id'
      PLATFORM_URL = 'https://your-org.example.com'
    }
    $server = [ordered]@{ command = $Path; env = $settings }
    $json = @{ mcpServers = @{ molecule = $server } } | ConvertTo-Json -Depth 5
    Write-Output ''
    Write-Output "  $Path"
    Write-Output ''
    Write-Output "Save the workspace's token where the program looks for it (paste it once, save, close):"
    Write-Output ''
    Write-Output "  mkdir -Force `"$stateDir`"; notepad `"$tokenFile`""
    Write-Output ''
    Write-Output 'Any MCP client (JSON):'
    Write-Output ''
    Write-Output $json
    Write-Output ''
    Write-Output 'Claude Code:'
    Write-Output ''
    Write-Output ("  claude mcp add molecule --env WORKSPACE_ID=your-workspace-id " +
      "--env PLATFORM_URL=https://your-org.example.com -- `"$Path`"")
  }

  [Net.ServicePointManager]::SecurityProtocol =
    [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

  $asset = Get-AssetName
  $base = if ($env:MOLECULE_MCP_BASE_URL) { $env:MOLECULE_MCP_BASE_URL } else {
    'https://github.com/molecule-ai/molecule-mcp/releases'
  }
  $version = if ($env:MOLECULE_MCP_VERSION) { $env:MOLECULE_MCP_VERSION } else { 'latest' }
  $url = if ($version -eq 'latest') { "$base/latest/download" } else {
    "$base/download/v$($version -replace '^v', '')"
  }
  $dir = if ($env:MOLECULE_MCP_INSTALL_DIR) { $env:MOLECULE_MCP_INSTALL_DIR } else {
    Join-Path $env:LOCALAPPDATA 'Programs\molecule-mcp'
  }
  $dir = (New-Item -ItemType Directory -Force -Path $dir).FullName
  $target = Join-Path $dir 'molecule-mcp.exe'

  # In the same directory, so that the last step is a rename.
  $work = Join-Path $dir ('.molecule-mcp.' + [IO.Path]::GetRandomFileName())
  New-Item -ItemType Directory -Path $work | Out-Null
  try {
    $sums = Join-Path $work 'SHA256SUMS'
    Save-File "$url/SHA256SUMS" $sums
    $line = Get-Content -LiteralPath $sums |
      Where-Object { $_ -match "^[0-9a-f]{64}  $([regex]::Escape($asset))$" } |
      Select-Object -First 1
    if (-not $line) { throw "molecule-mcp: the release at $url has no $asset" }
    $expected = $line.Substring(0, 64)

    if ((Test-Path -LiteralPath $target) -and (Get-Sha256 $target) -eq $expected) {
      Write-Output "Already installed: $(Get-ProgramVersion $target)"
      Write-Use $target
      return
    }

    $new = Join-Path $work 'molecule-mcp.exe'
    Save-File "$url/$asset" $new
    $actual = Get-Sha256 $new
    if ($actual -ne $expected) {
      throw ("molecule-mcp: the download is damaged or was tampered with: " +
        "expected SHA-256 $expected, got $actual")
    }
    $shown = Get-ProgramVersion $new
    try {
      Move-Item -Force -LiteralPath $new -Destination $target
    } catch {
      throw "molecule-mcp: cannot replace ${target}: close the MCP clients that are running it, then try again ($_)"
    }
    Write-Output "Installed: $shown"
    Write-Use $target
  } finally {
    Remove-Item -Recurse -Force -LiteralPath $work
  }
}

& { Install-MoleculeMcp }
