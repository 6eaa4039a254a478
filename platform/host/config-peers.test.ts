// The settings `sip.peers` and `tls.peerCa`, as an administrator writes them and what he is told.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { configJsonSchema } from './config.ts';
import { loadConfig } from './config-load.ts';

const machine = { hostName: 'uc1', homeDirectory: '/home/alice', isRoot: false, environment: {} };

async function load(t: TestContext, yaml: string, environment: Record<string, string> = {}) {
  const workingDirectory = await mkdtemp(join(tmpdir(), 'parley-peers-'));
  t.after(() => rm(workingDirectory, { recursive: true }));
  await writeFile(join(workingDirectory, 'parley.yaml'), yaml);
  return await loadConfig({ machine, environment, workingDirectory });
}

async function problems(t: TestContext, peers: string, rest = '') {
  const result = await load(t, `domain: example.com\n${rest}sip:\n  peers:\n${peers}`);
  return result.ok ? [] : result.problems;
}

test('a peer is said in a few lines', async (t) => {
  const result = await load(
    t,
    [
      'tls: { peerCa: peers.pem }',
      'sip:',
      '  nameServers: [192.0.2.53, "[2001:db8::53]:5353"]',
      '  peers:',
      '    - name: carrier',
      '      addresses: [sip.carrier.example, 192.0.2.0/24]',
      '      domains: [carrier.example]',
      '      transport: tcp',
      '    - name: partner',
      '      certificateNames: [sip.partner.example]',
      '      domains: [partner.example]',
      '      trusted: true',
      '',
    ].join('\n'),
  );
  assert.ok(result.ok, JSON.stringify(result));
  const { peers, nameServers } = result.config.sip;
  assert.equal(nameServers.length, 2);
  assert.deepEqual(peers[1], {
    name: 'partner',
    certificateNames: ['sip.partner.example'],
    domains: ['partner.example'],
    trusted: true,
  });
  assert.match(result.config.tls.peerCa ?? '', /^\/.*peers\.pem$/);
});

test('the environment has them as JSON', async (t) => {
  const peers = [{ name: 'carrier', addresses: ['192.0.2.1'] }];
  const result = await load(t, '', { PARLEY_SIP_PEERS: JSON.stringify(peers) });
  assert.ok(result.ok);
  assert.deepEqual(result.config.sip.peers, peers);
  const bad = await load(t, '', { PARLEY_SIP_PEERS: 'carrier=192.0.2.1' });
  assert.equal(bad.ok ? undefined : bad.problems[0]?.source, 'PARLEY_SIP_PEERS');
});

test('a mistyped key of a peer is named with its line and the nearest one', async (t) => {
  const [problem] = await problems(t, '    - name: carrier\n      adresses: [192.0.2.1]\n');
  assert.deepEqual(
    [problem?.code, problem?.path, problem?.line, problem?.remedy],
    ['CONFIG_UNKNOWN_KEY', 'sip.peers.0.adresses', 5, 'Did you mean "addresses"?'],
  );
});

test('a peer without a name, or that is no section, is refused', async (t) => {
  const [unnamed] = await problems(t, '    - addresses: [192.0.2.1]\n');
  assert.deepEqual([unnamed?.code, unnamed?.line], ['CONFIG_MISSING_KEY', 4]);
  assert.match(unnamed?.remedy ?? '', /such as carrier/);
  const [text] = await problems(t, '    - carrier\n');
  assert.deepEqual([text?.code, text?.path], ['CONFIG_BAD_VALUE', 'sip.peers.0']);
});

const rows: readonly {
  readonly what: string;
  readonly peers: string;
  readonly path: string;
  readonly remedy: RegExp;
}[] = [
  {
    what: 'an address that is none',
    peers: '    - { name: a, addresses: ["192.0.2.0/99"] }\n',
    path: 'sip.peers.0.addresses',
    remedy: /192\.0\.2\.0\/24/,
  },
  {
    what: 'certificate names without an authority',
    peers: '    - { name: a, certificateNames: [a.example] }\n',
    path: 'tls.peerCa',
    remedy: /PEM file/,
  },
  {
    what: 'a domain of our own',
    peers: '    - { name: a, domains: [EXAMPLE.com] }\n',
    path: 'sip.peers.0.domains',
    remedy: /one of them/,
  },
  {
    what: 'a domain of two peers',
    peers: '    - { name: a, domains: [x.example] }\n    - { name: b, domains: [x.example] }\n',
    path: 'sip.peers.1.domains',
    remedy: /one of them/,
  },
  {
    what: 'two peers of one name',
    peers: '    - { name: a, domains: [x.example] }\n    - { name: a, domains: [y.example] }\n',
    path: 'sip.peers.1.name',
    remedy: /name of its own/,
  },
  {
    what: 'a peer of which nothing is known',
    peers: '    - { name: a, trusted: true }\n',
    path: 'sip.peers.0',
    remedy: /where it is/,
  },
  {
    what: 'a value of the wrong kind',
    peers: '    - { name: a, domains: [x.example], trusted: certainly }\n',
    path: 'sip.peers.0.trusted',
    remedy: /true or false/,
  },
];

for (const { what, peers, path, remedy } of rows) {
  test(`${what} is refused with what to do`, async (t) => {
    const found = (await problems(t, peers)).find((problem) => problem.path === path);
    assert.ok(found, `no problem at ${path}`);
    assert.match(found.remedy ?? '', remedy);
  });
}

test('certificates and a transport without any do not go together', async (t) => {
  const found = await problems(
    t,
    '    - { name: a, certificateNames: [a.example], transport: udp }\n',
    'tls: { peerCa: ca.pem }\n',
  );
  assert.deepEqual(
    found.map(({ path }) => path),
    ['sip.peers.0.transport'],
  );
});

test('a DNS server that is no address is refused', async (t) => {
  const result = await load(t, 'sip: { nameServers: [192.0.2.53, 999.0.2.53] }\n');
  assert.deepEqual(result.ok ? [] : result.problems.map(({ path }) => path), ['sip.nameServers']);
});

test('the published schema describes a peer and wants its name', () => {
  const schema = configJsonSchema() as {
    properties: { sip: { properties: { peers: { items: Record<string, unknown> } } } };
  };
  const { items } = schema.properties.sip.properties.peers;
  assert.deepEqual(items['required'], ['name']);
  assert.equal(items['additionalProperties'], false);
  assert.doesNotMatch(JSON.stringify(items), /x-expected/);
});
