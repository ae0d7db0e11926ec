/** The media type that goes with a file name's extension; loaded only when files are sent. */
export async function mimeTypeOf(name: string): Promise<string> {
  const { default: mime } = await import("mime");
  return mime.getType(name) ?? "application/octet-stream";
}
