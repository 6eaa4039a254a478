// A name server for tests: answers over UDP from a table, counts what it was asked, and can fall silent.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ipv6Groups } from './net-address.ts';

type Row =
  | { readonly type: 'A' | 'AAAA'; readonly address: string; readonly ttlS?: number }
  | {
      readonly type: 'SRV';
      readonly priority?: number;
      readonly weight?: number;
      readonly port: number;
      readonly target: string;
      readonly ttlS?: number;
    }
  | {
      readonly type: 'NAPTR';
      readonly order?: number;
      readonly preference?: number;
      readonly service: string;
      readonly replacement: string;
      readonly ttlS?: number;
    };

/** Records by name. */
export type DnsZone = Record<string, readonly Row[]>;

const TYPES = { A: 1, AAAA: 28, SRV: 33, NAPTR: 35 } as const;
const NAMES = new Map<number, Row['type']>(
  Object.entries(TYPES).map(([name, code]) => [code, name as Row['type']]),
);

export interface TestNameServer extends AsyncDisposable {
  /** As the resolver wants it: address and port. */
  readonly address: string;
  /** May be changed at any time. */
  zone: DnsZone;
  /** `SRV _sip._udp.example.com`, in order. */
  readonly asked: readonly string[];
  mode: 'answers' | 'fails' | 'silent';
}

export async function startNameServer(zone: DnsZone): Promise<TestNameServer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const asked: string[] = [];
  const server: TestNameServer = {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    zone,
    asked,
    mode: 'answers',
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
  socket.on('message', (query, from) => {
    const { name, type, end } = questionOf(query);
    asked.push(`${type ?? 'other'} ${name}`);
    if (server.mode === 'silent') return;
    const known = server.mode === 'fails' ? undefined : server.zone[name];
    const rows = (known ?? []).filter((row) => row.type === type);
    const code = server.mode === 'fails' ? 2 : known === undefined ? 3 : 0;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8580 | code, 2);
    for (const [at, count] of [1, rows.length, 0, 0].entries()) head.writeUInt16BE(count, 4 + at * 2);
    const answer = Buffer.concat([head, query.subarray(12, end), ...rows.map(record)]);
    socket.send(answer, from.port, from.address);
  });
  return server;
}

function questionOf(query: Buffer): { name: string; type: Row['type'] | undefined; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: NAMES.get(query.readUInt16BE(at + 1)), end: at + 5 };
}

function record(row: Row): Buffer {
  const data = dataOf(row);
  const head = Buffer.alloc(12);
  // The name of the question.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(TYPES[row.type], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(row.ttlS ?? 60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function dataOf(row: Row): Buffer {
  switch (row.type) {
    case 'A':
      return Buffer.from(row.address.split('.').map(Number));
    case 'AAAA':
      return numbers(...ipv6Groups(row.address));
    case 'SRV':
      return Buffer.concat([numbers(row.priority ?? 0, row.weight ?? 0, row.port), nameOf(row.target)]);
    case 'NAPTR':
      return Buffer.concat([
        numbers(row.order ?? 0, row.preference ?? 0),
        text('s'),
        text(row.service),
        text(''),
        nameOf(row.replacement),
      ]);
  }
}

function numbers(...given: readonly number[]): Buffer {
  const bytes = Buffer.alloc(given.length * 2);
  for (const [at, number] of given.entries()) bytes.writeUInt16BE(number, at * 2);
  return bytes;
}

function text(given: string): Buffer {
  return Buffer.concat([Buffer.from([given.length]), Buffer.from(given)]);
}

function nameOf(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.map(text), Buffer.from([0])]);
}
