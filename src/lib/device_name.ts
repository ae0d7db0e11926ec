/** Superscript digits count as well, and so does a name with an extension: `nul.txt`. */
const DEVICE = /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³]) *(?:[.:].*)?$/is;

/** Whether Windows takes this file name for a device, in whatever directory it is. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name);
}
