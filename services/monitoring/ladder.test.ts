import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ladder, Step } from './contract.ts';
import { buildLadder, MAX_STEPS } from './ladder.ts';
import { ladderText } from './ladder-text.ts';
import { Observer } from './testing.ts';

/** `alice → Parley INVITE` with the first words of each name. */
function told(ladder: Ladder): string[] {
  const name = (at: number) => {
    const { kind, name } = ladder.participants[at]!;
    return kind === 'node' ? name : name.split('@')[0];
  };
  return ladder.steps.map((step: Step) => `${name(step.source)} → ${name(step.target)} ${step.label}`);
}

function forkedCall(): Observer {
  const seen = new Observer();
  seen.sees({ from: 'alice', agent: 'Desk/1' });
  seen.sees({ to: 'alice', status: 100, reason: 'Trying' });
  seen.sees({ to: 'bobDesk', branch: 'z9hG4bK-d' });
  seen.sees({ to: 'bobCell', branch: 'z9hG4bK-c' });
  seen.sees({ from: 'bobDesk', status: 180, reason: 'Ringing', branch: 'z9hG4bK-d', toTag: 'd' });
  seen.sees({ to: 'alice', status: 180, reason: 'Ringing', toTag: 'd' });
  seen.sees({ from: 'bobCell', status: 200, reason: 'OK', branch: 'z9hG4bK-c', toTag: 'c', agent: 'Cell/2' });
  seen.sees({ to: 'alice', status: 200, reason: 'OK', toTag: 'c' });
  seen.sees({ to: 'bobDesk', method: 'CANCEL', branch: 'z9hG4bK-d' });
  seen.sees({ from: 'bobDesk', status: 487, reason: 'Request Terminated', branch: 'z9hG4bK-d', toTag: 'd' });
  seen.sees({ to: 'bobDesk', method: 'ACK', branch: 'z9hG4bK-d', toTag: 'd' });
  return seen;
}

test('a forked call: who took part in order of appearance, each arrow from who sent to who received', () => {
  const ladder = buildLadder('call-1', forkedCall().sightings);
  assert.deepEqual(
    ladder.participants.map(({ kind, place }) => `${kind} ${place}`.trim()),
    ['peer udp 192.0.2.10:5060', 'node', 'peer udp 192.0.2.20:5060', 'peer tcp 192.0.2.21:40000'],
  );
  assert.deepEqual(told(ladder).slice(0, 4), [
    'alice → node-a INVITE',
    'node-a → alice 100 Trying',
    'node-a → bob INVITE',
    'node-a → bob INVITE',
  ]);
  assert.equal(ladder.participants[0]?.agent, 'Desk/1');
  assert.equal(ladder.participants[3]?.agent, 'Cell/2', 'named by its answer');
});

test('each branch is a transaction, and the ACK of a failure belongs to its INVITE (RFC 3261 §17.1.1.3)', () => {
  const { steps } = buildLadder('call-1', forkedCall().sightings);
  const of = (label: string) => steps.filter((step) => step.label === label).map((step) => step.transaction);
  assert.deepEqual(of('INVITE'), [1, 2, 3]);
  assert.deepEqual(of('180 Ringing'), [2, 1]);
  assert.deepEqual(of('200 OK'), [3, 1]);
  assert.deepEqual([...of('487 Request Terminated'), ...of('ACK')], [2, 2]);
  assert.deepEqual(of('CANCEL'), [4]);
  assert.deepEqual(new Set(steps.map(({ dialog }) => dialog)), new Set([0, 1, 2]), 'two early dialogs');
});

test('an answer says how long it took on its own way', () => {
  const { steps } = buildLadder('call-1', forkedCall().sightings);
  assert.equal(steps.find(({ label, target }) => label === '200 OK' && target === 0)?.answerMs, 700);
  assert.equal(steps.find(({ label, source }) => label === '200 OK' && source === 3)?.answerMs, 300);
  assert.equal(steps[0]?.answerMs, null);
  assert.equal(steps[1]?.gapMs, 100);
});

test('the same bytes on the same way are a repetition; the same status with other bytes is none', () => {
  const seen = new Observer();
  const first = seen.sees({ from: 'alice', fingerprint: 7 });
  seen.sees({ from: 'alice', fingerprint: 7 }, 500);
  seen.sees({ to: 'alice', status: 183, reason: 'Session Progress', fingerprint: 8 });
  seen.sees({ to: 'alice', status: 183, reason: 'Session Progress', fingerprint: 9 });
  seen.sees({ to: 'bobDesk', branch: 'z9hG4bK-d', fingerprint: 7 });
  const { steps } = buildLadder('call-1', seen.sightings);
  assert.deepEqual(
    steps.map(({ repeats }) => repeats),
    ['', first.id, '', '', ''],
  );
});

test('two front ends have a lane each, and what one sends the other is one step of one transaction', () => {
  const [one, other] = [new Observer('node-a', 1_000_000), new Observer('node-b', 1_000_050)];
  const hop = { branch: 'z9hG4bK-hop', fingerprint: 7 };
  const answer = { status: 200, reason: 'OK', toTag: 'b' };
  one.sees({ from: 'alice' });
  one.sees({ to: 'pool', ...hop });
  other.sees({ from: 'pool', ...hop }, 160);
  other.sees({ to: 'bobDesk', branch: 'z9hG4bK-b' });
  other.sees({ from: 'bobDesk', branch: 'z9hG4bK-b', ...answer });
  other.sees({ to: 'pool', ...hop, ...answer, fingerprint: 8 });
  one.sees({ from: 'pool', ...hop, ...answer, fingerprint: 8 }, 500);
  one.sees({ to: 'alice', ...answer });
  const ladder = buildLadder('call-1', [...other.sightings, ...one.sightings]);
  assert.deepEqual(told(ladder), [
    'alice → node-a INVITE',
    'node-a → node-b INVITE',
    'node-b → bob INVITE',
    'bob → node-b 200 OK',
    'node-b → node-a 200 OK',
    'node-a → alice 200 OK',
  ]);
  assert.equal(ladder.steps[1]?.transaction, ladder.steps[4]?.transaction);
  assert.deepEqual(
    ladder.participants.map(({ kind }) => kind),
    ['peer', 'node', 'node', 'peer'],
  );
});

test('a front end that does not answer has a lane without a name', () => {
  const seen = new Observer();
  seen.sees({ from: 'alice' });
  seen.sees({ to: 'pool', branch: 'z9hG4bK-hop' });
  assert.deepEqual(told(buildLadder('call-1', seen.sightings)), [
    'alice → node-a INVITE',
    'node-a → ? INVITE',
  ]);
});

test('what one front end saw in one millisecond stays in the order in which it saw it', () => {
  const seen = new Observer('node:with:colons');
  for (let at = 0; at < 12; at++) seen.sees({ from: 'alice', method: 'INFO', branch: `z9hG4bK-${at}` }, 0);
  const { steps } = buildLadder('call-1', seen.sightings.toReversed());
  assert.deepEqual(
    steps.map(({ id }) => id),
    seen.sightings.map(({ id }) => id),
  );
});

test('a ladder is bounded, and says that it is cut', () => {
  const seen = new Observer();
  for (let at = 0; at <= MAX_STEPS; at++) seen.sees({ from: 'alice', method: 'INFO' });
  const ladder = buildLadder('call-1', seen.sightings);
  assert.equal(ladder.steps.length, MAX_STEPS);
  assert.equal(ladder.cut, true);
});

test('as text: a column each, arrows that point, repetitions marked, pauses told', () => {
  const seen = new Observer();
  seen.sees({ from: 'alice', fingerprint: 7 });
  seen.sees({ from: 'alice', fingerprint: 7 }, 500);
  seen.sees({ to: 'bobDesk', branch: 'z9hG4bK-d' });
  seen.sees({ from: 'bobDesk', status: 200, reason: 'OK\u001b[2J', branch: 'z9hG4bK-d', toTag: 'd' }, 12_000);
  const lines = ladderText(buildLadder('call-1', seen.sightings));
  const [, , names = '', places = ''] = lines;
  assert.ok(names.indexOf('alice@parley.test') < names.indexOf('Parley node-a'));
  assert.match(places, /udp 192\.0\.2\.10:5060/);
  assert.match(lines.find((line) => line.includes('INVITE')) ?? '', /─ INVITE ─+▶/);
  assert.match(lines.find((line) => line.includes('(again)')) ?? '', /╌ INVITE \(again\) ╌+▶/);
  assert.match(lines.find((line) => line.includes('200')) ?? '', /◀─+ 200 OK\ufffd\[2J ─/);
  assert.ok(lines.some((line) => line.includes('12.0 s later')));
});
