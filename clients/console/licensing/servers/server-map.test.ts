import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostGroups, licencesOf } from './server-map.ts';

const ose = (oseId: string, host: string, ...roles: string[]) => ({
  oseId,
  host,
  edition: 'enterprise' as const,
  roles,
  running: false,
});

test('three Front Ends on one computer are three licences, a Director beside them none (A22, S14)', () => {
  const servers = [
    ose('fe1', 'rack', 'front-end'),
    ose('fe2', 'rack', 'front-end', 'archiving'),
    ose('dir', 'rack', 'director'),
    ose('edge', 'dmz', 'edge'),
  ];
  const groups = hostGroups(servers, 'printed');
  assert.deepEqual(
    groups.map(({ host, servers: there }) => [host, there.map(({ licence }) => licence?.licensed)]),
    [
      ['dmz', [true]],
      ['rack', [false, true, true]],
    ],
  );
  assert.deepEqual(licencesOf(servers, 'printed').get('fe2')?.because, ['front-end']);
});

test('a Group Chat server under Standard Edition needs a licence as printed and none corrected (D12)', () => {
  const server = { ...ose('chat', 'rack', 'group-chat'), edition: 'standard' as const };
  assert.equal(licencesOf([server], 'printed').get('chat')?.licensed, true);
  assert.equal(licencesOf([server], 'corrected').get('chat')?.licensed, false);
});
