/** A size for people: `812 bytes`, `3.4 KB`, `12 MB`. */
export function size(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  for (const [unit, name] of [[1e9, "GB"], [1e6, "MB"], [1e3, "KB"]] as const) {
    if (bytes >= unit * 0.9995) return `${short(bytes / unit)} ${name}`;
  }
  return `${bytes} bytes`;
}

function short(value: number): string {
  return value < 9.95 ? value.toFixed(1) : String(Math.round(value));
}
