// The example of README.md is a program: it has 20 lines at most, and it does what it says.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { parseMessage, type UserAgentFlow } from './index.ts';

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, text]) => text ?? '');
const library = pathToFileURL(join(import.meta.dirname, 'index.ts')).href;

async function run<T>(example: string): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-readme-'));
  const program = join(folder, 'example.mts');
  writeFileSync(program, example.replace("'@parley/protocol/sip'", `'${library}'`));
  const exported = (await import(pathToFileURL(program).href)) as T;
  rmSync(folder, { recursive: true });
  return exported;
}

const { answer } = await run<{ answer: (datagram: Uint8Array) => Uint8Array | undefined }>(examples[0] ?? '');
const { phone } = await run<{
  phone: (
    flow: UserAgentFlow,
    send: (bytes: Uint8Array) => void,
    token: () => string,
    sdp: Uint8Array,
  ) => {
    receive(datagram: Uint8Array, now: number): number | undefined;
    advance(now: number): number | undefined;
  };
}>(examples[1] ?? '');

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

test('the examples have 20 lines at most', () => {
  assert.equal(examples.length, 2);
  for (const example of examples) assert(example.trimEnd().split('\n').length <= 20);
});

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

test('the phone of the example accepts a call, says so again until it is acknowledged, and is hung up on', () => {
  const said: string[] = [];
  const send = (bytes: Uint8Array) => void said.push(new TextDecoder().decode(bytes));
  const sentBy = { transport: 'UDP', host: '192.0.2.4', port: 5060 };
  const contact = 'sip:bob@192.0.2.4';
  const flow = { id: 'f', reliable: false, remoteAddress: '192.0.2.1', remotePort: 5060, sentBy, contact };
  const bob = phone(flow, send, () => 'token', new TextEncoder().encode('v=0\r\n'));
  const request = (method: string, sequence: number, tag = '') =>
    new TextEncoder().encode(
      [
        `${method} sip:bob@192.0.2.4 SIP/2.0`,
        `Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK${method}`,
        'From: <sip:alice@example.com>;tag=a',
        `To: <sip:bob@example.com>${tag}`,
        'Call-ID: c',
        `CSeq: ${sequence} ${method}`,
        'Contact: <sip:alice@192.0.2.1>',
        '\r\n',
      ].join('\r\n'),
    );
  let wakeAt = bob.receive(request('INVITE', 1), 0);
  assert.match(said[0] ?? '', /^SIP\/2\.0 200 OK\r\n.*\r\n\r\nv=0\r\n$/s);
  wakeAt = bob.advance(wakeAt!);
  assert.equal(said[1], said[0]);
  bob.receive(request('ACK', 1, ';tag=token'), wakeAt!);
  bob.receive(request('BYE', 2, ';tag=token'), wakeAt!);
  assert.match(said[2] ?? '', /^SIP\/2\.0 200 OK\r\n.*CSeq: 2 BYE\r\n/s);
});
