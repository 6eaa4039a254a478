import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallPlan, CallRules, RuleTarget } from '../contract.ts';
import { LONGEST_CHAIN } from './circle.ts';
import { DEFAULT_RULES } from './defaults.ts';
import { plan } from './plan.ts';
import type { Situation } from './situation.ts';

const MONDAY_10 = Date.UTC(2026, 2, 2, 9);
const HOUR_MS = 3_600_000;
const NAMES = new Map([
  ['alice', 'Alice'],
  ['bob', 'Bob'],
  ['carol', 'Carol'],
]);
const bob: RuleTarget = { kind: 'user', userId: 'bob' };
const mobile: RuleTarget = { kind: 'number', number: '+4915112345678' };
const voicemail: RuleTarget = { kind: 'voicemail' };
const office = { timeZone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], startMinute: 540, endMinute: 1020 };

const yes = { allowed: true, origin: 'default' } as const;
const allowances = { forwarding: yes, ringAlso: yes, outsideNumbers: yes, voicemail: yes, department: '' };

function situation(rules: Partial<CallRules> = {}, rest: Partial<Situation> = {}): Situation {
  return {
    calleeId: 'alice',
    caller: { userId: 'carol', addresses: ['carol@parley.test'] },
    isBlocked: false,
    isTeam: false,
    at: MONDAY_10,
    through: [],
    rules: { ...DEFAULT_RULES, ...rules },
    allowances,
    isLicensed: true,
    isUndisturbed: false,
    timeZone: 'Europe/Berlin',
    nameOf: (userId) => NAMES.get(userId),
    mayRing: () => true,
    ...rest,
  };
}

const ringsOf = ({ stages }: CallPlan) => stages.flatMap(({ rings }) => rings);
const devicesOf = (userId: string, delayS = 0) => ({ target: { kind: 'devices', userId } as const, delayS });
const toVoicemail = { kind: 'voicemail', userId: 'alice' } as const;
const refuse = (reason: 'unanswered' | 'unreachable' | 'busy') => ({ kind: 'refuse', reason }) as const;
const to = (target: RuleTarget) => ({ kind: 'target', target }) as const;
const off = (which: keyof typeof allowances) => ({
  allowances: { ...allowances, [which]: { allowed: false, origin: 'department' }, department: 'Sales' },
});

interface Case {
  readonly title: string;
  readonly given: Situation;
  readonly rings: CallPlan['stages'][number]['rings'];
  readonly lastly: CallPlan['lastly'];
  readonly says: string;
}

const own = [devicesOf('alice')];
const cases: readonly Case[] = [
  {
    title: 'who has set nothing: own devices for 20 s, then voicemail',
    given: situation(),
    rings: own,
    lastly: toVoicemail,
    says: 'If nobody answers within 20 s, the call goes to voicemail.',
  },
  {
    title: 'a blocked number is told that nobody is there',
    given: situation({ blocked: ['+49301234567'] }, { caller: { addresses: ['+49 30 1234567'] } }),
    rings: [],
    lastly: refuse('unreachable'),
    says: '+49 30 1234567 is on your list of blocked callers, and is told that nobody is there.',
  },
  {
    title: 'who has the level Blocked is told the same, whatever is forwarded',
    given: situation({ forwardAll: bob }, { isBlocked: true }),
    rings: [],
    lastly: refuse('unreachable'),
    says: 'You have blocked Carol, who is told that nobody is there.',
  },
  {
    title: 'forward all to a colleague',
    given: situation({ forwardAll: bob }),
    rings: [],
    lastly: to(bob),
    says: 'You forward all calls to Bob.',
  },
  {
    title: 'straight to voicemail',
    given: situation({ forwardAll: voicemail }),
    rings: [],
    lastly: toVoicemail,
    says: 'You forward all calls to voicemail.',
  },
  {
    title: 'Do not disturb goes before forwarding',
    given: situation({ forwardAll: bob }, { isUndisturbed: true }),
    rings: [],
    lastly: toVoicemail,
    says: 'You are on Do not disturb: the call goes to voicemail.',
  },
  {
    title: 'the team interrupts Do not disturb',
    given: situation({}, { isUndisturbed: true, isTeam: true }),
    rings: own,
    lastly: toVoicemail,
    says: 'You are on Do not disturb, but Carol is in your team and may interrupt you.',
  },
  {
    title: 'Do not disturb that ends before the call counts no more',
    given: situation({}, { isUndisturbed: true, undisturbedUntil: MONDAY_10 - 1 }),
    rings: own,
    lastly: toVoicemail,
    says: 'You are not on Do not disturb.',
  },
  {
    title: 'Do not disturb without voicemail never rings',
    given: situation({}, { isUndisturbed: true, ...off('voicemail') }),
    rings: [],
    lastly: refuse('busy'),
    says: 'It does not go to voicemail: that is not allowed (set for the department Sales).',
  },
  {
    title: 'in working hours the rules hold',
    given: situation({ forwardAll: bob, onlyInWorkingHours: true }, { workingHours: office }),
    rings: [],
    lastly: to(bob),
    says: 'Monday 10:00 is in your working hours: your rules hold.',
  },
  {
    title: 'outside of them they rest',
    given: situation(
      { forwardAll: bob, onlyInWorkingHours: true },
      { workingHours: office, at: MONDAY_10 + 8 * HOUR_MS },
    ),
    rings: own,
    lastly: toVoicemail,
    says: 'Monday 18:00 is outside your working hours: your rules rest, and your devices ring.',
  },
  {
    title: 'or the call goes where it was said',
    given: situation(
      { onlyInWorkingHours: true, outsideHours: mobile },
      { workingHours: office, at: MONDAY_10 - 24 * HOUR_MS },
    ),
    rings: [],
    lastly: to(mobile),
    says: 'Sunday 10:00 is outside your working hours: the call goes to +4915112345678.',
  },
  {
    title: 'a mobile and a colleague ring as well',
    given: situation({
      ringAlso: [
        { target: mobile, delayS: 0 },
        { target: bob, delayS: 10 },
      ],
    }),
    rings: [...own, { target: mobile, delayS: 0 }, devicesOf('bob', 10)],
    lastly: toVoicemail,
    says: 'Bob rings as well, after 10 s.',
  },
  {
    title: 'what would ring when the call has gone on does not ring',
    given: situation({ ringAlso: [{ target: mobile, delayS: 20 }] }),
    rings: own,
    lastly: toVoicemail,
    says: '+4915112345678 would ring after 20 s, but by then the call has gone on.',
  },
  {
    title: 'a colleague who cannot be reached by this caller does not ring',
    given: situation({ ringAlso: [{ target: bob, delayS: 0 }] }, { mayRing: () => false }),
    rings: own,
    lastly: toVoicemail,
    says: 'Bob does not ring: they cannot be reached now.',
  },
  {
    title: 'forwarding that the administrator forbids rests, and it is said whose policy that is',
    given: situation({ forwardAll: bob }, off('forwarding')),
    rings: own,
    lastly: toVoicemail,
    says: 'It does not go to Bob: forwarding is not allowed (set for the department Sales).',
  },
  {
    title: 'numbers outside that the administrator forbids do not ring',
    given: situation({ ringAlso: [{ target: mobile, delayS: 0 }] }, off('outsideNumbers')),
    rings: own,
    lastly: toVoicemail,
    says: 'It does not go to +4915112345678: numbers outside are not allowed (set for the department Sales).',
  },
  {
    title: 'without voicemail the caller is told that nobody answers',
    given: situation({}, off('voicemail')),
    rings: own,
    lastly: refuse('unanswered'),
    says: 'If nobody answers within 20 s, the caller is told so.',
  },
  {
    title: 'a colleague who left is not called',
    given: situation({ forwardAll: { kind: 'user', userId: 'gone' } }),
    rings: own,
    lastly: toVoicemail,
    says: 'gone is not here any more.',
  },
  {
    title: 'a call does not go back to who sent it here',
    given: situation({ forwardAll: bob }, { through: ['bob'] }),
    rings: own,
    lastly: toVoicemail,
    says: 'Bob has sent this call here: it does not go back.',
  },
  {
    title: 'without a licence the rules rest, and the blocked stay blocked',
    given: situation({ forwardAll: bob, unanswered: { afterS: 5, to: bob } }, { isLicensed: false }),
    rings: own,
    lastly: toVoicemail,
    says: 'You have no licence for managing calls: your devices ring, and your rules rest.',
  },
];

for (const { title, given, rings, lastly, says } of cases)
  test(title, () => {
    const made = plan(given);
    assert.deepEqual(ringsOf(made), rings);
    assert.deepEqual(made.lastly, lastly);
    const sentences = made.steps.map(({ sentence }) => sentence);
    assert.ok(sentences.includes(says), sentences.join('\n'));
  });

test('a device that says busy sends the call where the person said', () => {
  assert.deepEqual(plan(situation({ busy: mobile })).busy, mobile);
  assert.equal(plan(situation({ busy: null })).busy, null);
  assert.equal(plan(situation({ busy: bob }, off('forwarding'))).busy, null);
});

// Properties: chance is seeded, so that a failure comes again.
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];

function anyRules(random: () => number): CallRules {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const target = (): RuleTarget =>
    pick([{ kind: 'user', userId: pick(PEOPLE) }, { kind: 'user', userId: pick(PEOPLE) }, mobile, voicemail]);
  const maybe = () => (random() < 0.5 ? null : target());
  return {
    forwardAll: maybe(),
    ringAlso: Array.from({ length: Math.floor(random() * 5) }, () => ({
      target: target(),
      delayS: Math.floor(random() * 60),
    })),
    unanswered: { afterS: 5 + Math.floor(random() * 55), to: maybe() },
    busy: maybe(),
    doNotDisturb: maybe(),
    onlyInWorkingHours: random() < 0.5,
    outsideHours: maybe(),
    blocked: random() < 0.3 ? ['mallory@evil.test'] : [],
  };
}

function anySituation(random: () => number, calleeId: string, rules: CallRules, through: string[]) {
  return situation(rules, {
    calleeId,
    through,
    caller: { addresses: ['mallory@evil.test'] },
    isBlocked: random() < 0.1,
    at: MONDAY_10 + Math.floor(random() * 7 * 24 * HOUR_MS),
    workingHours: office,
    isUndisturbed: random() < 0.3,
    nameOf: (userId) => userId,
  });
}

test('whatever people set, a call that follows their rules ends, and visits nobody twice', () => {
  const random = chance(1);
  for (let round = 0; round < 2_000; round += 1) {
    const rules = new Map(PEOPLE.map((userId) => [userId, anyRules(random)]));
    const through: string[] = [];
    let calleeId = 'alice';
    for (;;) {
      const made = plan(anySituation(random, calleeId, rules.get(calleeId) ?? DEFAULT_RULES, through));
      const devices = ringsOf(made).flatMap(({ target }) => (target.kind === 'devices' ? target.userId : []));
      assert.ok(devices.every((userId) => !through.includes(userId)));
      // The worst way on of those that there are: nobody answers, or a device is busy.
      const onward = [made.lastly.kind === 'target' ? made.lastly.target : null, made.busy].find(
        (target) => target?.kind === 'user',
      );
      if (onward?.kind !== 'user') break;
      through.push(calleeId);
      calleeId = onward.userId;
      assert.ok(!through.includes(calleeId), 'a circle');
      assert.ok(through.length <= LONGEST_CHAIN, 'a long chain');
    }
  }
});

test('a blocked caller rings nothing, reaches nobody, and hears what everybody hears who calls nobody', () => {
  const random = chance(2);
  for (let round = 0; round < 2_000; round += 1) {
    const given = anySituation(random, 'alice', anyRules(random), []);
    const isListed = given.rules.blocked.length > 0;
    if (!isListed && !given.isBlocked) continue;
    const made = plan(given);
    assert.deepEqual(
      { stages: made.stages, lastly: made.lastly, busy: made.busy },
      { stages: [], lastly: refuse('unreachable'), busy: null },
    );
  }
});

test('under Do not disturb nothing rings, unless the person lets it', () => {
  const random = chance(3);
  for (let round = 0; round < 2_000; round += 1) {
    const given = anySituation(random, 'alice', anyRules(random), []);
    if (!given.isUndisturbed || given.rules.doNotDisturb === null) continue;
    assert.deepEqual(plan(given).stages, []);
  }
});

test('the same call in the same situation has the same plan, and every sentence is whole', () => {
  const random = chance(4);
  for (let round = 0; round < 1_000; round += 1) {
    const given = anySituation(random, 'alice', anyRules(random), round % 2 === 0 ? [] : ['bob']);
    const made = plan(given);
    assert.deepEqual(plan(structuredCloneable(given)), made);
    assert.ok(made.steps.length > 0);
    for (const { sentence } of made.steps) assert.doesNotMatch(sentence, /\{\{|undefined|NaN/);
  }
});

/** Another object with the same in it: nothing may hang on identity. */
function structuredCloneable(given: Situation): Situation {
  const { nameOf, mayRing, ...data } = given;
  return { ...structuredClone(data), nameOf, mayRing };
}
