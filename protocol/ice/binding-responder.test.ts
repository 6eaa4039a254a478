import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  answerBindingRequest,
  buildStun,
  LITE_ROLE,
  localCredentials,
  localUfragOf,
  type StunAttribute,
  shortTermKey,
  stunAttribute,
  stunTransactionId,
  verifyFingerprint,
  verifyIntegrity,
} from './index.ts';
import { nodeHashes } from './node-hashes.ts';

const local = localCredentials('evtj', 'VOkJxbRl1RmTxUk/WvJxBt', nodeHashes);
const transactionId = new Uint8Array(12).fill(7);
const source = { address: '203.0.113.9', port: 40_000 };
const number = (last: number) => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, last);

function check(attributes: readonly StunAttribute[], pwd = local.pwd): Uint8Array {
  return buildStun(
    { class: 'request', method: 1, transactionId, attributes },
    { key: shortTermKey(pwd, nodeHashes), fingerprint: true },
  );
}
const usual: readonly StunAttribute[] = [
  ['USERNAME', 'evtj:h6vY'],
  ['PRIORITY', 1_845_494_271],
  ['ICE-CONTROLLING', number(5)],
];

test('RFC 8445 §7.3: a check is answered with where it came from, signed, with a fingerprint', () => {
  for (const from of [source, { address: '2001:db8::9', port: 9 }]) {
    const answer = answerBindingRequest(check([...usual, ['USE-CANDIDATE', true]]), local, from);
    assert.ok(answer.kind === 'success');
    assert.deepEqual(stunAttribute(answer.bytes, 'XOR-MAPPED-ADDRESS'), from);
    assert.deepEqual(stunTransactionId(answer.bytes), transactionId);
    assert.equal(verifyIntegrity(answer.bytes, local.key), 'sha1');
    assert.equal(verifyFingerprint(answer.bytes), true);
    const { bytes: _, ...rest } = answer;
    assert.deepEqual(rest, {
      kind: 'success',
      useCandidate: true,
      priority: 1_845_494_271,
      controlling: true,
      switchRole: false,
    });
  }
});

test('the answer is written into memory that the caller keeps', () => {
  const into = new Uint8Array(100);
  const answer = answerBindingRequest(check(usual), local, source, LITE_ROLE, into);
  assert.ok(answer.kind === 'success' && answer.bytes.buffer === into.buffer && !answer.useCandidate);
});

test('RFC 8489 §9.1.3: who is not believed gets the error that says so', () => {
  const codeOf = (bytes: Uint8Array) => {
    const answer = answerBindingRequest(bytes, local, source);
    return answer.kind === 'error'
      ? [answer.code, stunAttribute(answer.bytes, 'ERROR-CODE')?.code]
      : answer.kind;
  };
  assert.deepEqual(codeOf(check(usual, 'another password, long enough')), [401, 401]);
  assert.deepEqual(codeOf(check([['USERNAME', 'evtk:h6vY'], ...usual.slice(1)])), [401, 401]);
  assert.deepEqual(codeOf(check(usual.slice(1))), [400, 400]);
  assert.deepEqual(codeOf(check([usual[0]!])), [400, 400], 'a check has a priority');
  const unsigned = { class: 'request', method: 1, transactionId, attributes: usual } as const;
  assert.deepEqual(codeOf(buildStun(unsigned, { fingerprint: true })), [400, 400]);
  assert.equal(codeOf(buildStun(unsigned, { key: local.key })), 'ignored', 'no fingerprint');
  const strange = check([...usual, [0x7f00, new Uint8Array(4)]]);
  assert.deepEqual(codeOf(strange), [420, 420]);
  const answer = answerBindingRequest(strange, local, source);
  assert.ok(answer.kind === 'error');
  assert.deepEqual(stunAttribute(answer.bytes, 'UNKNOWN-ATTRIBUTES'), [0x7f00]);
});

test('what is no Binding request is left alone', () => {
  const indication = buildStun(
    { class: 'indication', method: 1, transactionId, attributes: usual },
    { key: local.key, fingerprint: true },
  );
  for (const bytes of [indication, new Uint8Array(0), Uint8Array.of(0x80, 0, 1, 2), new Uint8Array(20)])
    assert.deepEqual(answerBindingRequest(bytes, local, source), { kind: 'ignored' });
});

test('RFC 8445 §7.3.1.1: of two that want the same role the larger number has it', () => {
  const answerOf = (controlling: boolean, ours: number, attribute: 'ICE-CONTROLLING' | 'ICE-CONTROLLED') => {
    const request = check([...usual.slice(0, 2), [attribute, number(5)]]);
    const answer = answerBindingRequest(request, local, source, { controlling, tieBreaker: number(ours) });
    return answer.kind === 'error' ? answer.code : answer.kind === 'success' && answer.switchRole;
  };
  assert.equal(answerOf(true, 9, 'ICE-CONTROLLING'), 487);
  assert.equal(answerOf(true, 1, 'ICE-CONTROLLING'), true);
  assert.equal(answerOf(false, 9, 'ICE-CONTROLLED'), true);
  assert.equal(answerOf(false, 1, 'ICE-CONTROLLED'), 487);
  assert.equal(answerOf(true, 1, 'ICE-CONTROLLED'), false);
  const toLite = answerBindingRequest(
    check([...usual.slice(0, 2), ['ICE-CONTROLLED', number(0)]]),
    local,
    source,
  );
  assert.equal(toLite.kind === 'error' && toLite.code, 487, 'a lite end never decides');
});

test('RFC 8489 §14.6: a check signed with SHA-256 alone is answered so', () => {
  const request = buildStun(
    { class: 'request', method: 1, transactionId, attributes: usual },
    { key: local.key, integrity: 'sha256', fingerprint: true },
  );
  const answer = answerBindingRequest(request, local, source);
  assert.ok(answer.kind === 'success');
  assert.equal(verifyIntegrity(answer.bytes, local.key), 'sha256');
  const both = buildStun(
    { class: 'request', method: 1, transactionId, attributes: usual },
    { key: local.key, integrity: 'both', fingerprint: true },
  );
  assert.equal(answerBindingRequest(both, local, source).kind, 'success');
});

test('many sessions on one port: a check names the session that it is for', () => {
  assert.equal(localUfragOf(check(usual)), 'evtj');
  assert.equal(localUfragOf(check([['USERNAME', 'no colon']])), undefined);
  assert.equal(localUfragOf(check([['USERNAME', 'ev tj:x']])), undefined);
  assert.equal(localUfragOf(check([])), undefined);
  assert.equal(localUfragOf(new Uint8Array(3)), undefined);
});
