// The example of README.md is a program: it has 20 lines at most but for imports, and it does what it says.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { buildStun, type IceLiteAgent, shortTermKey, stunAttribute, type TransportAddress } from './index.ts';
import { nodeHashes } from './node-hashes.ts';

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];

test('the example answers a browser, and has 20 lines at most', async () => {
  const body = example.slice(example.indexOf('\n\n') + 2);
  assert.ok(body.trimEnd().split('\n').length <= 20);
  const folder = mkdtempSync(join(tmpdir(), 'parley-readme-'));
  const program = join(folder, 'example.mts');
  const at = (file: string) => `'${pathToFileURL(join(import.meta.dirname, file)).href}'`;
  writeFileSync(
    program,
    example
      .replace("'@parley/protocol/ice'", at('index.ts'))
      .replace("'@parley/protocol/ice/node-hashes'", at('node-hashes.ts')),
  );
  const { door } = (await import(pathToFileURL(program).href)) as {
    door(send: (to: TransportAddress, bytes: Uint8Array) => void): {
      open(ufrag: string, pwd: string): IceLiteAgent;
      receive(datagram: Uint8Array, source: TransportAddress, nowMs: number): boolean;
    };
  };
  rmSync(folder, { recursive: true });
  const sent: (TransportAddress | undefined)[] = [];
  const { open, receive } = door((to, bytes) => sent.push(to, stunAttribute(bytes, 'XOR-MAPPED-ADDRESS')));
  const agent = open('evtj', 'VOkJxbRl1RmTxUk/WvJxBt');
  const source = { address: '203.0.113.9', port: 40_000 };
  const check = buildStun(
    {
      class: 'request',
      method: 1,
      transactionId: new Uint8Array(12),
      attributes: [
        ['USERNAME', 'evtj:h6vY'],
        ['PRIORITY', 1],
        ['USE-CANDIDATE', true],
      ],
    },
    { key: shortTermKey('VOkJxbRl1RmTxUk/WvJxBt', nodeHashes), fingerprint: true },
  );
  assert.equal(receive(check, source, 0), true);
  assert.equal(receive(Uint8Array.of(0x80, 0), source, 0), false);
  assert.deepEqual(sent, [source, source]);
  assert.deepEqual([agent.selected, agent.isNominated], [source, true]);
});
