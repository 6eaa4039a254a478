// The examples of README.md are programs: they have 20 lines at most but for imports, and they do what they say.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  encodeG711,
  parseRtcp,
  rtpSsrc,
  SrtpContext,
  serializeRtp,
  srtpKeyOfSdes,
  srtpProfile,
} from './index.ts';
import { nodeCipher } from './srtp/node-cipher.ts';
import { signalToNoiseDb, sine } from './testing/signal.ts';

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, text]) => text ?? '');
const libraries = {
  "'@parley/protocol/rtp'": 'index.ts',
  "'@parley/protocol/rtp/node-cipher'": 'srtp/node-cipher.ts',
};

async function run<T>(example: string): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-readme-'));
  const program = join(folder, 'example.mts');
  let text = example;
  for (const [name, file] of Object.entries(libraries))
    text = text.replace(name, `'${pathToFileURL(join(import.meta.dirname, file)).href}'`);
  writeFileSync(program, text);
  const exported = (await import(pathToFileURL(program).href)) as T;
  rmSync(folder, { recursive: true });
  return exported;
}

const { ear } = await run<{
  ear(): { receive(datagram: Uint8Array, nowMs: number): boolean; listen(nowMs: number): Int16Array };
}>(examples[0] ?? '');
const { relay } = await run<{
  relay(
    suite: string,
    inline: Uint8Array,
    ssrc: number,
    send: (packet: Uint8Array) => void,
  ):
    | { receive(bytes: Uint8Array, nowMs: number): string; report(of: number, nowMs: number): Uint8Array }
    | undefined;
}>(examples[1] ?? '');

const packet = (index: number, payload: Uint8Array) =>
  serializeRtp({
    marker: false,
    payloadType: 0,
    sequence: index,
    timestamp: index * 160,
    ssrc: 7,
    csrcs: [],
    extension: undefined,
    payload,
    paddingBytes: 0,
  });

test('the examples have 20 lines at most, beside what they import', () => {
  assert.equal(examples.length, 2);
  for (const example of examples) {
    const body = example.slice(example.indexOf('\n\n') + 2);
    assert(body.trimEnd().split('\n').length <= 20, body);
  }
});

test('the ear hears a tone, through the loss of every twentieth packet', () => {
  const tone = sine(16_000, 400, 8_000, 8_000);
  const { receive, listen } = ear();
  const heard: number[] = [];
  for (let index = 0; index < 100; index++) {
    const bytes = packet(index, encodeG711('mu', tone.subarray(index * 160, index * 160 + 160)));
    if (index % 20 !== 10) assert.equal(receive(bytes, index * 20), true);
    heard.push(...listen(index * 20));
  }
  assert.equal(receive(Uint8Array.of(1, 2, 3), 2_000), false);
  assert.equal(heard.length, 16_000);
  const begin = heard.findIndex((sample) => sample > 400);
  const delay = Math.round(begin / 160) * 160;
  const db = signalToNoiseDb(tone.subarray(0, 15_000), heard.slice(delay, delay + 15_000));
  assert.ok(delay <= 320 && db > 15, `${delay} samples later, ${db} dB`);
});

test('the relay passes on what is authentic, under its own source, and reports', () => {
  const inline = new Uint8Array(30).fill(9);
  const profile = srtpProfile('AES_CM_128_HMAC_SHA1_80')!;
  const sender = new SrtpContext({ profile, master: srtpKeyOfSdes(profile, inline)!, cipher: nodeCipher });
  const sent: Uint8Array[] = [];
  const phone = relay(profile.name, inline, 99, (bytes) => sent.push(bytes))!;
  for (let index = 0; index < 5; index++) {
    const plain = packet(index, new Uint8Array(160));
    const bytes = new Uint8Array(plain.length + sender.rtpOverheadBytes);
    bytes.set(plain);
    sender.protectRtp(bytes, plain.length);
    const copy = bytes.slice();
    assert.match(phone.receive(bytes, index * 20), /probation|valid/);
    assert.equal(phone.receive(copy, index * 20), 'replayed');
  }
  assert.equal(sent.length, 5);
  assert.equal(rtpSsrc(sent[0]!), 99);
  const parsed = parseRtcp(phone.report(7, 100));
  assert.ok(parsed.ok && parsed.packets[0]?.kind === 'receiver-report');
  assert.equal(parsed.packets[0].reports[0]?.highestSequence, 4);
  assert.equal(
    relay('NONE', inline, 99, () => {}),
    undefined,
  );
});
