# Installs molecule-mcp for the current user: one executable, verified against the release's checksums.
#
#   irm https://github.com/molecule-ai/molecule-mcp/releases/latest/download/install.ps1 | iex
#
# Environment variables:
#   MOLECULE_MCP_VERSION      the release to install, such as 0.1.0 (default: the latest)
#   MOLECULE_MCP_INSTALL_DIR  the directory to install into (default: %LOCALAPPDATA%\Programs\molecule-mcp)
#   MOLECULE_MCP_BASE_URL     where to download releases from, such as a mirror (default: GitHub)
#   MOLECULE_MCP_REPLACE      1: take the place of another program that has the name (it is kept beside it)
#
# It needs no administrator. Run it again to update; it changes nothing when the release is already
# installed. Everything starts on the last line, so a script that was cut off in transit does nothing.
# For Windows PowerShell 5.1 and PowerShell 7.

function Install-MoleculeMcp {
  Set-StrictMode -Version 3
  $ErrorActionPreference = 'Stop'
  $ProgressPreference = 'SilentlyContinue'

  function Get-AssetName {
    # The system's own variable: in a PowerShell for another processor (32-bit, or x64 on ARM64) that of the
    # process names what is emulated.
    $processor = [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITECTURE', 'Machine')
    if (-not $processor) { $processor = $env:PROCESSOR_ARCHITECTURE }
    switch ($processor) {
      'AMD64' { return 'molecule-mcp-windows-x86_64.exe' }
      'ARM64' { return 'molecule-mcp-windows-aarch64.exe' }
      'x86' { throw 'molecule-mcp: this is a 32-bit Windows: Deno, and therefore this program, needs a 64-bit one' }
      default { throw "molecule-mcp: there is no executable for the processor $processor" }
    }
  }

  function Save-File([string] $Url, [string] $Path, [bool] $Shown = $false) {
    # In Windows PowerShell the progress bar makes a download many times slower.
    if ($Shown -and $PSVersionTable.PSVersion.Major -ge 7) { $ProgressPreference = 'Continue' }
    try {
      Invoke-WebRequest -UseBasicParsing -Uri $Url -OutFile $Path
    } catch {
      throw "molecule-mcp: cannot download ${Url}: check the version and the network connection ($($_.Exception.Message))"
    }
  }

  function Get-Sha256([string] $Path) {
    # Windows PowerShell does not find Get-FileHash when a program of PowerShell 7 has started it.
    $sha256 = [Security.Cryptography.SHA256]::Create()
    $file = [IO.File]::OpenRead($Path)
    try {
      return [BitConverter]::ToString($sha256.ComputeHash($file)).Replace('-', '').ToLowerInvariant()
    } finally {
      $file.Dispose()
      $sha256.Dispose()
    }
  }

  function Get-ProgramVersion([string] $Path) {
    try {
      $text = & $Path --version
      if ($LASTEXITCODE -ne 0) { throw "exit code $LASTEXITCODE" }
    } catch {
      throw "molecule-mcp: $Path does not run on this system ($($_.Exception.Message))"
    }
    return $text
  }

  # Whether the file is this program: the checksum that was kept with it says so, or its own version does.
  function Test-Ours([string] $Path, [string] $ChecksumPath) {
    if ((Test-Path -LiteralPath $ChecksumPath) -and
      (Get-Content -LiteralPath $ChecksumPath -TotalCount 1) -match '^([0-9a-f]{64})  ' -and
      $Matches[1] -eq (Get-Sha256 $Path)) {
      return $true
    }
    # Without it, the Python client of the same name ends at once instead of serving.
    $platform = $env:PLATFORM_URL
    $env:PLATFORM_URL = $null
    try {
      return [bool]("$($null | & $Path --version)" -match '^molecule-mcp [0-9]')
    } catch {
      return $false
    } finally {
      $env:PLATFORM_URL = $platform
    }
  }

  # A name beside the file that nothing has yet.
  function Get-FreeName([string] $Path) {
    $name = "$Path.replaced"
    for ($number = 2; Test-Path -LiteralPath $name; $number++) { $name = "$Path.replaced.$number" }
    return $name
  }

  # Windows does not overwrite a program that runs, but it renames it.
  function Move-IntoPlace([string] $New, [string] $Target) {
    $old = $null
    if (Test-Path -LiteralPath $Target) {
      $old = "$Target.old.$([IO.Path]::GetRandomFileName())"
      [IO.File]::Move($Target, $old)
    }
    try {
      [IO.File]::Move($New, $Target)
    } catch {
      if ($old) { [IO.File]::Move($old, $Target) }
      throw
    }
    if (-not $old) { return }
    Remove-Item -Force -LiteralPath $old -ErrorAction SilentlyContinue
    if (Test-Path -LiteralPath $old) {
      Write-Output 'It was running: restart the MCP clients to use the new one.'
    }
  }

  function ConvertTo-Quoted([string] $Text) {
    return "'" + $Text.Replace("'", "''") + "'"
  }

  # What the README says to do next.
  function Write-Use([string] $Path) {
    $folder = Split-Path -Parent $Path
    $command = "& $(ConvertTo-Quoted $Path)"
    $note = $null
    $onPath = @("$env:Path" -split ';' | ForEach-Object { $_.Trim().TrimEnd('\') }) -contains $folder.TrimEnd('\')
    $first = Get-Command -Name molecule-mcp -CommandType Application -ErrorAction SilentlyContinue |
      Select-Object -First 1
    if (-not $onPath) {
      $note = @(
        "$folder is not on PATH. This line puts it there, for new windows:"
        ''
        ("  [Environment]::SetEnvironmentVariable('Path', [Environment]::GetEnvironmentVariable('Path', 'User') + " +
          (ConvertTo-Quoted ";$folder") + ", 'User')")
      )
    } elseif ($first -and $first.Source -ne $Path) {
      $note = @("$folder is on PATH, but another molecule-mcp comes before it: $($first.Source)")
    } else {
      $command = 'molecule-mcp'
    }
    Write-Output ''
    Write-Output "  $Path"
    Write-Output ''
    Write-Output 'Next:'
    Write-Output ''
    Write-Output "  $command auth login"
    Write-Output "  $command install claude-code"
    Write-Output ''
    Write-Output 'The first asks for your workspace and its token; the second enters the program'
    Write-Output 'into Claude Code (the command "clients" lists the other clients that it knows).'
    Write-Output 'Then ask the agent: "Who are my peers on Molecule?"'
    if ($note) {
      Write-Output ''
      Write-Output $note
    }
  }

  if ([Environment]::OSVersion.Platform -ne 'Win32NT') {
    throw 'molecule-mcp: this is not Windows: use install.sh in a shell instead'
  }
  # 0 leaves the choice to the system. Old settings list versions, without 1.2.
  if ([int][Net.ServicePointManager]::SecurityProtocol -ne 0) {
    [Net.ServicePointManager]::SecurityProtocol =
      [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  }

  $asset = Get-AssetName
  $base = if ($env:MOLECULE_MCP_BASE_URL) { $env:MOLECULE_MCP_BASE_URL } else {
    'https://github.com/molecule-ai/molecule-mcp/releases'
  }
  $version = if ($env:MOLECULE_MCP_VERSION) { $env:MOLECULE_MCP_VERSION } else { 'latest' }
  $url = if ($version -eq 'latest') { "$base/latest/download" } else {
    "$base/download/v$($version -replace '^v', '')"
  }
  $dir = $env:MOLECULE_MCP_INSTALL_DIR
  if (-not $dir) {
    $local = [Environment]::GetFolderPath('LocalApplicationData')
    if (-not $local) { throw 'molecule-mcp: this account has no LOCALAPPDATA; set MOLECULE_MCP_INSTALL_DIR to a directory' }
    $dir = Join-Path $local 'Programs\molecule-mcp'
  }
  if ($dir -match '[\[\]*?]') {
    # Invoke-WebRequest takes the path of a file for a pattern.
    throw "molecule-mcp: cannot install into ${dir}: set MOLECULE_MCP_INSTALL_DIR to a directory without [ ] * ? in its path"
  }
  try {
    $dir = (New-Item -ItemType Directory -Force -Path $dir).FullName
    # In the same directory, so that the last step is a rename.
    $work = Join-Path $dir ('.molecule-mcp.' + [IO.Path]::GetRandomFileName())
    New-Item -ItemType Directory -Path $work | Out-Null
  } catch {
    throw "molecule-mcp: cannot write to ${dir}; set MOLECULE_MCP_INSTALL_DIR to a directory that you can write to ($($_.Exception.Message))"
  }
  $target = Join-Path $dir 'molecule-mcp.exe'
  $checksum = Join-Path $dir 'molecule-mcp.sha256'
  try {
    # What earlier updates replaced while it was running.
    Get-ChildItem -LiteralPath $dir -Filter 'molecule-mcp.exe.old.*' |
      Remove-Item -Force -ErrorAction SilentlyContinue

    $sums = Join-Path $work 'SHA256SUMS'
    Save-File "$url/SHA256SUMS" $sums
    $line = Get-Content -LiteralPath $sums |
      Where-Object { $_ -match "^[0-9a-f]{64}  $([regex]::Escape($asset))$" } |
      Select-Object -First 1
    if (-not $line) { throw "molecule-mcp: the release at $url has no $asset" }
    $expected = $line.Substring(0, 64)

    if ((Test-Path -LiteralPath $target) -and (Get-Sha256 $target) -eq $expected) {
      [IO.File]::WriteAllText($checksum, "$expected  molecule-mcp.exe`n")
      Write-Output "Already installed: $(Get-ProgramVersion $target)"
      Write-Use $target
      return
    }

    $other = $null
    if ((Test-Path -LiteralPath $target) -and -not (Test-Ours $target $checksum)) {
      $other = Get-FreeName $target
      if ($env:MOLECULE_MCP_REPLACE -ne '1') {
        throw ("molecule-mcp: $target is another program, perhaps the Python client; it was left as it is. " +
          "Set MOLECULE_MCP_REPLACE=1 to install all the same (the other one is kept as $other), " +
          "or MOLECULE_MCP_INSTALL_DIR to another directory.")
      }
    }

    $new = Join-Path $work 'molecule-mcp.exe'
    $watched = -not [Console]::IsErrorRedirected
    if ($watched) { Write-Host "Downloading $asset (about 90 MB)" }
    Save-File "$url/$asset" $new $watched
    $actual = Get-Sha256 $new
    if ($actual -ne $expected) {
      throw ("molecule-mcp: the download is damaged or was tampered with: " +
        "expected SHA-256 $expected, got $actual")
    }
    $shown = Get-ProgramVersion $new
    try {
      if ($other) { [IO.File]::Move($target, $other) }
      $note = Move-IntoPlace $new $target
    } catch {
      if ($other -and -not (Test-Path -LiteralPath $target)) { [IO.File]::Move($other, $target) }
      throw "molecule-mcp: cannot replace ${target}: close the MCP clients that are running it, then try again ($($_.Exception.Message))"
    }
    [IO.File]::WriteAllText($checksum, "$expected  molecule-mcp.exe`n")
    if ($other) { Write-Output "The program that was there is now $other" }
    Write-Output "Installed: $shown"
    if ($note) { Write-Output $note }
    Write-Use $target
  } finally {
    # Something like a virus scanner may have it open; what was installed is installed.
    Remove-Item -Recurse -Force -LiteralPath $work -ErrorAction SilentlyContinue
  }
}

& { Install-MoleculeMcp }
