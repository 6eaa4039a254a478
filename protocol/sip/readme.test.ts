// The example of README.md is a program: it has 20 lines at most, and it does what it says.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { parseMessage } from './index.ts';

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
const library = pathToFileURL(join(import.meta.dirname, 'index.ts')).href;
const folder = mkdtempSync(join(tmpdir(), 'parley-readme-'));
const program = join(folder, 'example.mts');
writeFileSync(program, example.replace("'@parley/protocol/sip'", `'${library}'`));
const { answer } = (await import(pathToFileURL(program).href)) as {
  answer: (datagram: Uint8Array) => Uint8Array | undefined;
};
rmSync(folder, { recursive: true });

function reply(bytes: Uint8Array): string | undefined {
  const response = answer(bytes);
  const parsed = response === undefined ? undefined : parseMessage(response);
  assert(parsed === undefined || (parsed.ok && parsed.message.kind === 'response'));
  return parsed?.ok && parsed.message.kind === 'response'
    ? `${parsed.message.status} ${parsed.message.reason}`
    : undefined;
}

function corpus(name: string): Uint8Array {
  return readFileSync(join(import.meta.dirname, '../../spec/corpora', name));
}

test('the example has 20 lines at most', () => assert(example.trimEnd().split('\n').length <= 20));

test('the example answers a request', () => {
  const text = '200 INVITE from [2001:db8::9:1], several bodies, 1800 s';
  assert.equal(reply(corpus('sip-messages/compact-and-folded.dat')), text);
});

test('the example refuses what is wrong, with the status that says so', () => {
  assert.equal(reply(corpus('rfc4475/badvers.dat')), '505 Version Not Supported');
  assert.equal(reply(corpus('rfc5118/ipv6-bad.dat')), '400 Request-URI is malformed');
});

test('the example does not answer responses and noise', () => {
  assert.equal(reply(corpus('rfc4475/bigcode.dat')), undefined);
  assert.equal(reply(new TextEncoder().encode('hello\r\n\r\n')), undefined);
});
