// Writes pictures as the PNG specification has them: 8-bit RGB, one IDAT. Used by portraits.ts.
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const RGB = 2;
/** RFC 2083 §6.4: each line as differences to the line above compresses flat pictures best. */
const FILTER_UP = 2;

/** @param pixels rows from the top, three bytes a pixel. */
export function encodePng(width: number, height: number, pixels: Uint8Array): Buffer {
  const lineBytes = width * 3;
  const lines = Buffer.alloc((lineBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    const start = y * (lineBytes + 1);
    lines[start] = FILTER_UP;
    for (let x = 0; x < lineBytes; x++) {
      const above = y === 0 ? 0 : pixels[(y - 1) * lineBytes + x]!;
      lines[start + 1 + x] = (pixels[y * lineBytes + x]! - above) & 0xff;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, RGB, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** RFC 2083 §3.2: length, type, data, and the CRC of type and data. */
function chunk(type: string, data: Buffer): Buffer {
  const frame = Buffer.alloc(12 + data.length);
  frame.writeUInt32BE(data.length, 0);
  frame.write(type, 4, 'latin1');
  data.copy(frame, 8);
  frame.writeUInt32BE(crc32(frame.subarray(4, 8 + data.length)), 8 + data.length);
  return frame;
}
