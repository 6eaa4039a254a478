// The example of README.md is a program: it has 20 lines at most, and it does what it says.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type LocalTransport, parseSdp } from './index.ts';
import { phoneTransport, sdp, transport } from './testing/ends.ts';

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, text]) => text ?? '');

interface Example {
  invited(
    body: Uint8Array,
    transport: LocalTransport,
    sessionId: string,
  ): { status: number; reason?: string; body?: Uint8Array; sends?: string };
}

async function run(example: string): Promise<Example> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-readme-'));
  const program = join(folder, 'example.mts');
  const library = pathToFileURL(join(import.meta.dirname, 'index.ts')).href;
  writeFileSync(program, example.replace("'@parley/protocol/sdp'", `'${library}'`));
  const exported = (await import(pathToFileURL(program).href)) as Example;
  rmSync(folder, { recursive: true });
  return exported;
}

const { invited } = await run(examples[0] ?? '');

function corpus(name: string): Uint8Array {
  return readFileSync(join(import.meta.dirname, '../../spec/corpora/sdp', name));
}

test('the example has 20 lines at most', () => {
  assert.equal(examples.length, 1);
  assert(examples[0]!.trimEnd().split('\n').length <= 20);
});

test('the example answers a browser and a phone', () => {
  const browser = invited(corpus('chromium-offer.sdp'), transport(), '1');
  assert.deepEqual([browser.status, browser.sends], [200, 'opus as 111 to port 9, dtls']);
  assert(browser.body !== undefined && parseSdp(browser.body).ok);
  const phone = invited(corpus('asterisk-offer.sdp'), phoneTransport(), '1');
  assert.deepEqual([phone.status, phone.sends], [200, 'PCMU as 0 to port 14562, none']);
});

test('the example refuses noise and what nobody has', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.deepEqual(invited(bytes('v=0\r\nm=x\r\n'), phoneTransport(), '1'), {
    status: 400,
    reason: 'm= has less than a kind, a port and a protocol at byte 5',
  });
  assert.deepEqual(invited(bytes(sdp('m=audio 5000 RTP/AVP 4')), phoneTransport(), '1'), {
    status: 488,
    reason: 'no common codec for audio: the offer has G723',
  });
});
