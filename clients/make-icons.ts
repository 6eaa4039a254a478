// Draws the PNG icons of the installed app from the mark: `node clients/make-icons.ts`. Run by hand when the mark
// changes; the results are committed. A small scan converter, so that no image library is needed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

type Colour = readonly [number, number, number, number];
/** A shape answers whether a point of the 64 × 64 drawing is inside. */
type Shape = (x: number, y: number) => boolean;

const TEAL: Colour = [12, 107, 104, 255];
const DEEP: Colour = [10, 90, 88, 255];
const WHITE: Colour = [255, 255, 255, 255];
const WARM: Colour = [244, 166, 110, 255];
const HALF_STROKE = 3.25;
const SAMPLES = 4;

const roundedSquare: Shape = (x, y) => {
  const dx = Math.max(17 - x, x - 47, 0);
  const dy = Math.max(17 - y, y - 47, 0);
  return dx * dx + dy * dy <= 17 * 17;
};
const everywhere: Shape = () => true;
/** Below the curve from (0, 47) over (22, 60) to (64, 30). */
const wave: Shape = (x, y) => {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2;
    if (bezier(0, 0, 22, 64, middle) < x) low = middle;
    else high = middle;
  }
  return y > bezier(47, 47, 60, 30, low);
};
/** The P: a stem, a ring of three quarters, and the way back to the stem's foot. */
const letter: Shape = (x, y) => {
  const ring = Math.abs(Math.hypot(x - 32.25, y - 27.5) - 13.75) <= HALF_STROKE;
  const missing = x < 32.25 && y > 27.5;
  return (
    (ring && !missing) ||
    nearLine(x, y, 18.5, 51.5, 18.5, 27.5) ||
    nearLine(x, y, 32.25, 41.25, 27, 41.25) ||
    nearLine(x, y, 27, 41.25, 18.5, 51.5)
  );
};
const heart: Shape = (x, y) => Math.hypot(x - 32.25, y - 27.5) <= 4.75;

const MARK: readonly (readonly [Shape, Colour])[] = [
  [wave, DEEP],
  [letter, WHITE],
  [heart, WARM],
];

function bezier(a: number, b: number, c: number, d: number, t: number): number {
  const u = 1 - t;
  return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
}

function nearLine(x: number, y: number, ax: number, ay: number, bx: number, by: number): boolean {
  const [dx, dy] = [bx - ax, by - ay];
  const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy) <= HALF_STROKE;
}

/** `scale` is the size of the drawing inside the icon; a maskable icon keeps its edge free. */
function draw(size: number, ground: Shape, scale: number): Buffer {
  const rows: Buffer[] = [];
  for (let row = 0; row < size; row++) {
    const line = Buffer.alloc(1 + size * 4);
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0, 0];
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const px = ((column + ((sample % SAMPLES) + 0.5) / SAMPLES) / size) * 64;
        const py = ((row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / size) * 64;
        if (!ground(px, py)) continue;
        const [x, y] = [32 + (px - 32) / scale, 32 + (py - 32) / scale];
        let colour = TEAL;
        for (const [shape, paint] of MARK) if (shape(x, y)) colour = paint;
        for (const channel of [0, 1, 2, 3] as const) sum[channel] = (sum[channel] ?? 0) + colour[channel];
      }
      const covered = (sum[3] ?? 0) / 255;
      for (const channel of [0, 1, 2] as const) {
        line[1 + column * 4 + channel] = covered === 0 ? 0 : Math.round((sum[channel] ?? 0) / covered);
      }
      line[1 + column * 4 + 3] = Math.round((sum[3] ?? 0) / (SAMPLES * SAMPLES));
    }
    rows.push(line);
  }
  return png(size, Buffer.concat(rows));
}

function png(size: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const folder = join(import.meta.dirname, 'communicator', 'public', 'icons');
await writeFile(join(folder, 'parley-192.png'), draw(192, roundedSquare, 1));
await writeFile(join(folder, 'parley-512.png'), draw(512, roundedSquare, 1));
await writeFile(join(folder, 'parley-maskable-512.png'), draw(512, everywhere, 0.8));
