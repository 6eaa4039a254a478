import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRules, RuleTarget } from '../contract.ts';
import { type Knowledge, normalised, problemsOf } from './check.ts';
import { DEFAULT_RULES } from './defaults.ts';
import { canonical } from './number.ts';

const yes = { allowed: true, origin: 'default' } as const;
const no = { allowed: false, origin: 'global' } as const;
const allowances = { forwarding: yes, ringAlso: yes, outsideNumbers: yes, voicemail: yes, department: '' };
const known: Knowledge = { ownerId: 'alice', allowances, isPerson: (userId) => userId === 'bob' };
const rules = (changes: Partial<CallRules>): CallRules => ({ ...DEFAULT_RULES, ...changes });
const mobile: RuleTarget = { kind: 'number', number: '+4915112345678' };
const user = (userId: string): RuleTarget => ({ kind: 'user', userId });

for (const [typed, spelling] of [
  ['+49 (89) 123-456.7', '+49891234567'],
  ['tel:+1/202/555-0100', '+12025550100'],
  ['4711', '4711'],
  ['089 12 34 56', '089123456'],
  ['*72', '*72'],
  ['sip:Bob@Example.COM', 'bob@example.com'],
  ['bob@pbx', 'bob@pbx'],
  ['', undefined],
  ['bob', undefined],
  ['+', undefined],
  ['+049891234567', undefined],
  ['12 34 x 5', undefined],
  ['bob@', undefined],
  ['bob@exa mple.com', undefined],
  [`${'9'.repeat(21)}`, undefined],
] as const)
  test(`“${typed}” is called as ${spelling ?? 'nothing'}`, () => assert.equal(canonical(typed), spelling));

for (const [title, changes, problems] of [
  ['the usual rules are right', {}, []],
  ['a colleague is right', { forwardAll: user('bob') }, []],
  ['oneself is a circle', { forwardAll: user('alice') }, [['forwardAll', 'ROUTING_CIRCLE']]],
  ['who is gone is not called', { busy: user('eve') }, [['busy', 'ROUTING_NO_SUCH_USER']]],
  [
    'words are no number',
    { outsideHours: { kind: 'number', number: 'my mobile' } },
    [['outsideHours', 'ROUTING_BAD_NUMBER']],
  ],
  [
    'voicemail does not ring',
    { ringAlso: [{ target: { kind: 'voicemail' }, delayS: 0 }] },
    [['ringAlso.0', 'ROUTING_CANNOT_RING']],
  ],
  [
    'each field has its own problem',
    {
      unanswered: { afterS: 20, to: user('alice') },
      ringAlso: [
        { target: mobile, delayS: 0 },
        { target: user('alice'), delayS: 5 },
      ],
      blocked: ['+49301234567', 'nobody'],
    },
    [
      ['ringAlso.1', 'ROUTING_CIRCLE'],
      ['unanswered', 'ROUTING_CIRCLE'],
      ['blocked.1', 'ROUTING_BAD_NUMBER'],
    ],
  ],
] as const)
  test(title, () => {
    const found = problemsOf(rules(changes as Partial<CallRules>), DEFAULT_RULES, known);
    assert.deepEqual(
      found.map(({ field, code }) => [field, code]),
      problems,
    );
  });

test('what the administrator forbids is refused, and what was kept before may stay', () => {
  const tight = { ...known, allowances: { ...allowances, outsideNumbers: no, voicemail: no } };
  const wanted = rules({ forwardAll: mobile, ringAlso: [{ target: mobile, delayS: 0 }] });
  assert.deepEqual(
    problemsOf(wanted, DEFAULT_RULES, tight).map(({ field, code }) => [field, code]),
    [
      ['forwardAll', 'ROUTING_NOT_ALLOWED'],
      ['ringAlso.0', 'ROUTING_NOT_ALLOWED'],
    ],
  );
  assert.deepEqual(problemsOf(wanted, wanted, tight), []);
  assert.deepEqual(problemsOf(rules({ busy: null }), wanted, tight), []);
});

test('numbers get one spelling, and that of a colleague is the colleague', () => {
  const personOf = (number: string) => (number === '+49891234567' ? 'bob' : undefined);
  const made = normalised(
    rules({
      forwardAll: { kind: 'number', number: '+49 89 123 45 67' },
      busy: { kind: 'number', number: '+49 151 1234 5678' },
      blocked: ['+49 30 1234567', '+49301234567', 'Eve@Evil.test'],
    }),
    personOf,
  );
  assert.deepEqual(made.forwardAll, user('bob'));
  assert.deepEqual(made.busy, mobile);
  assert.deepEqual(made.blocked, ['+49301234567', 'eve@evil.test']);
});
