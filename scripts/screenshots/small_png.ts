/**
 * Makes a PNG of a page small: a palette of 256 colours, which is all that flat areas and the edges of
 * letters need, in a third of the bytes.
 *
 * @module
 */
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const COLOURS = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each, row by row. */
  readonly rgb: Uint8Array;
}

/** @throws for anything but what Chromium writes: 8 bits a channel, no interlacing */
export function smallPng(png: Uint8Array): Uint8Array<ArrayBuffer> {
  const { width, height, rgb } = decode(png);
  const { palette, nearest } = paletteOf(rgb);
  const rows = new Uint8Array((width + 1) * height); // Each begins with its filter: none.
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = nearest(colourAt(rgb, y * width + x));
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3], 8); // 8 bits, palette
  const plte = new Uint8Array(palette.flatMap((c) => [c >> 16, c >> 8 & 255, c & 255]));
  const data = deflateSync(rows, { level: 9 });
  const parts = [chunk("IHDR", header), chunk("PLTE", plte), chunk("IDAT", data), chunk("IEND")];
  return new Uint8Array([...SIGNATURE, ...parts.flatMap((part) => [...part])]);
}

/** The commonest colours, and which of them is nearest to any. */
function paletteOf(rgb: Uint8Array) {
  const counts = new Map<number, number>();
  for (let i = 0; i < rgb.length / 3; i++) {
    const colour = colourAt(rgb, i);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette: number[] = [];
  for (const [colour] of [...counts].sort(([, a], [, b]) => b - a)) {
    if (palette.length === COLOURS) break;
    // What is nearly there already would be wasted.
    if (!palette.some((other) => distance(colour, other) < 48)) palette.push(colour);
  }
  const known = new Map(palette.map((colour, index) => [colour, index]));
  const nearest = (colour: number): number => {
    const there = known.get(colour);
    if (there !== undefined) return there;
    let best = 0;
    palette.forEach((other, index) => {
      if (distance(colour, other) < distance(colour, palette[best] ?? 0)) best = index;
    });
    known.set(colour, best);
    return best;
  };
  return { palette, nearest };
}

function distance(a: number, b: number): number {
  const [red, green, blue] = [16, 8, 0].map((shift) => (a >> shift & 255) - (b >> shift & 255));
  return (red ?? 0) ** 2 + (green ?? 0) ** 2 + (blue ?? 0) ** 2;
}

function colourAt(rgb: Uint8Array, index: number): number {
  const [red = 0, green = 0, blue = 0] = rgb.subarray(index * 3, index * 3 + 3);
  return red << 16 | green << 8 | blue;
}

function decode(png: Uint8Array): Pixels {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const [width, height, depth, type, interlaced] = [
    view.getUint32(16),
    view.getUint32(20),
    png[24],
    png[25],
    png[28],
  ];
  const channels = type === 2 ? 3 : type === 6 ? 4 : 0;
  if (depth !== 8 || channels === 0 || interlaced !== 0) throw new Error("Cannot read this PNG");
  const data: number[] = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    const isData = view.getUint32(at + 4) === 0x49444154;
    if (isData) data.push(...png.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const bytes = unfiltered(inflateSync(new Uint8Array(data)), width * channels, height, channels);
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    rgb.set(bytes.subarray(i * channels, i * channels + 3), i * 3);
  }
  return { width, height, rgb };
}

/** Takes back what each row's filter did (PNG, "Filter types"). */
function unfiltered(raw: Uint8Array, rowBytes: number, height: number, step: number): Uint8Array {
  const out = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (rowBytes + 1)];
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const left = x < step ? 0 : out[at - step] ?? 0;
      const up = y === 0 ? 0 : out[at - rowBytes] ?? 0;
      const corner = x < step || y === 0 ? 0 : out[at - rowBytes - step] ?? 0;
      const predicted = [0, left, up, left + up >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      out[at] = (raw[y * (rowBytes + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(guess - value));
  if ((toLeft ?? 0) <= (toUp ?? 0) && (toLeft ?? 0) <= (toCorner ?? 0)) return left;
  return (toUp ?? 0) <= (toCorner ?? 0) ? up : corner;
}

function chunk(type: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}
