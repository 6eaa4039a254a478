import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultConfig } from './config.ts';
import { turnProblems } from './config-turn.ts';

const base = defaultConfig({ hostName: 'localhost', homeDirectory: '/', isRoot: false, environment: {} });
const pathsOf = (turn: Partial<typeof base.turn>) =>
  turnProblems({ ...base, turn: { ...base.turn, ...turn } }, 'parley.yaml').map(({ path }) => path);

test('the relay: what is written has to be an address, a range, networks', () => {
  assert.deepEqual(pathsOf({}), []);
  assert.deepEqual(pathsOf({ publicAddress: '198.51.100.7', allowPeers: ['10.0.0.0/8', 'fd00::7'] }), []);
  assert.deepEqual(pathsOf({ publicAddress: '1.2.3' }), ['turn.publicAddress']);
  assert.deepEqual(pathsOf({ portFrom: 50_000, portTo: 50_001 }), ['turn.portTo']);
  assert.deepEqual(pathsOf({ allowPeers: ['10.0.0.0/33'] }), ['turn.allowPeers']);
});
