import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TraceFlow, TraceText } from './contract.ts';
import { ipBytes, pcapFile } from './pcap.ts';

const TSHARK = '/usr/bin/tshark';
const skip = existsSync(TSHARK) ? false : 'tshark is not installed (Debian: apt-get install tshark)';

const FLOWS = {
  udp: {
    transport: 'udp',
    localAddress: '192.0.2.1',
    localPort: 5060,
    remoteAddress: '192.0.2.7',
    remotePort: 40_001,
    isInternal: false,
  },
  tcp: {
    transport: 'tcp',
    localAddress: '192.0.2.1',
    localPort: 15_060,
    remoteAddress: '::ffff:192.0.2.8',
    remotePort: 40_002,
    isInternal: false,
  },
  tls: {
    transport: 'tls',
    localAddress: '2001:db8::1',
    localPort: 5061,
    remoteAddress: '2001:db8::7',
    remotePort: 40_003,
    isInternal: false,
  },
} satisfies Record<string, TraceFlow>;

function said(
  direction: 'in' | 'out',
  flow: TraceFlow,
  startLine: string,
  at: number,
  hiddenBytes = 0,
): TraceText {
  const text = [
    startLine,
    'Via: SIP/2.0/UDP 192.0.2.7:40001;branch=z9hG4bK-1',
    'From: <sip:alice@parley.test>;tag=a',
    'To: <sip:bob@parley.test>',
    'Call-ID: pcap-1',
    'CSeq: 1 MESSAGE',
    `Content-Length: ${hiddenBytes}`,
    '',
    '',
  ].join('\r\n');
  return {
    id: `n:${at}`,
    at,
    direction,
    flow,
    text,
    hiddenBytes,
    hidden: hiddenBytes === 0 ? '' : 'private',
  };
}

const AT = 1_770_000_000_123;
const texts = Object.values(FLOWS).flatMap((flow, index) => [
  said('in', flow, 'MESSAGE sip:bob@parley.test SIP/2.0', AT + index * 10, 5),
  said('out', flow, 'SIP/2.0 200 OK', AT + index * 10 + 1),
  said(
    'in',
    flow,
    'MESSAGE sip:bob@parley.test SIP/2.0',
    AT + index * 10 + 2,
    70_000 * (flow === FLOWS.tcp ? 1 : 0),
  ),
]);

/** IP packets with their times, as far as this test asks. */
function packets(file: Uint8Array): { atMs: number; bytes: Uint8Array }[] {
  const view = new DataView(file.buffer);
  assert.equal(view.getUint32(0), 0xa1b2c3d4);
  assert.equal(view.getUint32(20), 101, 'raw IP');
  const found: { atMs: number; bytes: Uint8Array }[] = [];
  for (let at = 24; at < file.length; ) {
    const length = view.getUint32(at + 8);
    assert.equal(view.getUint32(at + 12), length);
    const atMs = view.getUint32(at) * 1000 + view.getUint32(at + 4) / 1000;
    found.push({ atMs, bytes: file.subarray(at + 16, at + 16 + length) });
    at += 16 + length;
  }
  return found;
}

test('each message is in a packet with its time, its addresses and its bytes', () => {
  const [first, second] = packets(pcapFile(texts));
  assert.equal(first?.atMs, AT);
  assert.equal(second?.atMs, AT + 1);
  const bytes = first!.bytes;
  assert.deepEqual([...bytes.subarray(12, 20)], [192, 0, 2, 7, 192, 0, 2, 1], 'from the phone to the server');
  const udp = new DataView(bytes.buffer, bytes.byteOffset + 20);
  assert.deepEqual([udp.getUint16(0), udp.getUint16(2)], [40_001, 5060]);
  const payload = Buffer.from(bytes.subarray(28)).toString('latin1');
  assert.ok(payload.startsWith('MESSAGE sip:bob@parley.test SIP/2.0\r\n'));
  assert.ok(payload.endsWith('\r\n\r\n.....'), 'what is hidden is dots, so that Content-Length stays true');
});

test('bytes of one direction of a connection follow one another (RFC 9293 §3.4)', () => {
  const tcp = packets(pcapFile(texts)).filter(({ bytes }) => bytes[0] === 0x45 && bytes[9] === 6);
  const inbound = tcp.filter(({ bytes }) => bytes[15] === 8);
  assert.ok(inbound.length >= 3, 'the long one takes two segments');
  let next: number | undefined;
  for (const { bytes } of inbound) {
    const segment = new DataView(bytes.buffer, bytes.byteOffset + 20);
    if (next !== undefined) assert.equal(segment.getUint32(4), next);
    next = segment.getUint32(4) + bytes.length - 40;
  }
});

test('addresses of every form become their bytes', () => {
  const hex = (address: string) => Buffer.from(ipBytes(address)).toString('hex');
  assert.equal(hex('192.0.2.1'), 'c0000201');
  assert.equal(hex('::ffff:192.0.2.1'), 'c0000201');
  assert.equal(hex('2001:db8::7'), '20010db8000000000000000000000007');
  assert.equal(hex('fe80::1%eth0'), 'fe800000000000000000000000000001');
  assert.equal(hex('::'), '0'.repeat(32));
  assert.equal(hex('64:ff9b::192.0.2.33'), '0064ff9b0000000000000000c0000221');
});

/** A call as it is shown: its key is masked, as long as it was. */
function masked(): TraceText {
  const key = 'x'.repeat(40);
  const body = [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.7',
    's=-',
    'c=IN IP4 192.0.2.7',
    't=0 0',
    'm=audio 49170 RTP/SAVP 0',
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`,
    '',
  ].join('\r\n');
  const invite = said('in', FLOWS.udp, 'INVITE sip:bob@parley.test SIP/2.0', AT + 50);
  const length = `Content-Type: application/sdp\r\nContent-Length: ${body.length}`;
  return {
    ...invite,
    text: invite.text.replace('1 MESSAGE', '1 INVITE').replace('Content-Length: 0', length) + body,
  };
}

test('Wireshark reads every message as SIP, with right checksums', { skip }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-pcap-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'trace.pcap');
  await writeFile(file, pcapFile([...texts, masked()]));
  const checks = ['ip.check_checksum', 'udp.check_checksum', 'tcp.check_checksum'];
  const run = (...more: string[]) =>
    execFileSync(TSHARK, ['-r', file, ...checks.flatMap((name) => ['-o', `${name}:TRUE`]), ...more], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const lines = run('-Y', 'sip', '-T', 'fields', '-e', 'sip.Method', '-e', 'sip.Status-Code')
    .trim()
    .split('\n');
  assert.deepEqual(
    lines.map((line) => line.trim()),
    [...Array.from({ length: 3 }, () => ['MESSAGE', '200', 'MESSAGE']).flat(), 'INVITE'],
  );
  assert.equal(
    run('-Y', '_ws.malformed || ip.checksum.status==0 || udp.checksum.status==0 || tcp.checksum.status==0'),
    '',
  );
});
