// What an image is, by its first bytes and never by what its sender claims: PNG, GIF, JPEG or WebP, and its size. Pure.

export interface ImageFormat {
  readonly mediaType: 'image/png' | 'image/gif' | 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
}

/** @returns undefined for anything else, and for an image whose size does not stand in these bytes. */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = png(view) ?? gif(view) ?? webp(view) ?? jpeg(view);
  return found !== undefined && found.width > 0 && found.height > 0 ? found : undefined;
}

function is(view: DataView, at: number, text: string): boolean {
  if (view.byteLength < at + text.length) return false;
  for (let index = 0; index < text.length; index++)
    if (view.getUint8(at + index) !== text.charCodeAt(index)) return false;
  return true;
}

function png(view: DataView): ImageFormat | undefined {
  if (!is(view, 0, '\x89PNG\r\n\x1a\n') || !is(view, 12, 'IHDR') || view.byteLength < 24) return undefined;
  return { mediaType: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
}

function gif(view: DataView): ImageFormat | undefined {
  if (!(is(view, 0, 'GIF87a') || is(view, 0, 'GIF89a')) || view.byteLength < 10) return undefined;
  return { mediaType: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** RFC 9649 §2.5: one of three kinds of first chunk. */
function webp(view: DataView): ImageFormat | undefined {
  if (!is(view, 0, 'RIFF') || !is(view, 8, 'WEBP') || view.byteLength < 30) return undefined;
  const mediaType = 'image/webp';
  if (is(view, 12, 'VP8 ') && is(view, 23, '\x9d\x01\x2a'))
    return { mediaType, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (is(view, 12, 'VP8L') && view.getUint8(20) === 0x2f) {
    const bits = view.getUint32(21, true);
    return { mediaType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (!is(view, 12, 'VP8X')) return undefined;
  const size = (at: number) => (view.getUint16(at, true) | (view.getUint8(at + 2) << 16)) + 1;
  return { mediaType, width: size(24), height: size(27) };
}

const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** The size stands in the frame header, behind segments of any kind. */
function jpeg(view: DataView): ImageFormat | undefined {
  if (!is(view, 0, '\xff\xd8\xff')) return undefined;
  for (let at = 2; at + 9 <= view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    // Fill bytes, and markers that stand alone.
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (isFrame(marker))
      return { mediaType: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // Pixels, or the end, before any frame.
    if (marker === 0xda || marker === 0xd9) return undefined;
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}
