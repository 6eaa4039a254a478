import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { imageFormat } from './image-format.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const ASCII = (text: string) => Buffer.from(text, 'latin1');

const PNG = Buffer.concat([
  hex('89504e470d0a1a0a 0000000d'),
  ASCII('IHDR'),
  hex('00000280 000001e0 0806000000'),
]);
const GIF = Buffer.concat([ASCII('GIF89a'), hex('8002 e001 f70000')]);
/** With an application segment and a fill byte before the frame. */
const JPEG = hex('ffd8 ffe0 0004 4a46 ff ffc2 0011 08 01e0 0280 03');
const webp = (kind: string, rest: string) =>
  Buffer.concat([ASCII('RIFF'), hex('ff000000'), ASCII('WEBP'), ASCII(kind), hex(rest), Buffer.alloc(16)]);
const WEBP = [
  webp('VP8 ', '10000000 300100 9d012a 8002 e001'),
  webp('VP8L', '10000000 2f 7fc27700'),
  webp('VP8X', '0a000000 10000000 7f0200 df0100'),
];

test('the four kinds of images are known by their bytes, with their size', () => {
  const size = { width: 640, height: 480 };
  assert.deepEqual(imageFormat(PNG), { mediaType: 'image/png', ...size });
  assert.deepEqual(imageFormat(GIF), { mediaType: 'image/gif', ...size });
  assert.deepEqual(imageFormat(JPEG), { mediaType: 'image/jpeg', ...size });
  for (const bytes of WEBP) assert.deepEqual(imageFormat(bytes), { mediaType: 'image/webp', ...size });
});

test('what has scripts in it, no size, or no end is no image', () => {
  for (const bytes of [
    ASCII('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
    ASCII('<html>'),
    ASCII('GIF89a'),
    Buffer.concat([ASCII('GIF89a'), hex('0000 e001 f70000')]),
    hex('ffd8ff'),
    hex('ffd8 ffda 0008 0000 0000 0000'),
    hex('ffd8 ffe0 0000 ffe0 0000 ffe0 0000'),
    Buffer.alloc(0),
  ])
    assert.equal(imageFormat(bytes), undefined, bytes.toString('latin1'));
});

test('no bytes make it throw or run away', () => {
  const begins = [PNG, GIF, JPEG, ...WEBP, hex('ffd8ff')].map((bytes) => [...bytes]);
  const bytes = fc
    .tuple(fc.constantFrom(...begins), fc.nat(40), fc.uint8Array({ maxLength: 400 }))
    .map(([begin, cut, rest]) => Uint8Array.from([...begin.slice(0, cut), ...rest]));
  fc.assert(
    fc.property(bytes, (given) => {
      const found = imageFormat(given);
      assert.ok(found === undefined || (found.width > 0 && found.height > 0));
    }),
  );
});
