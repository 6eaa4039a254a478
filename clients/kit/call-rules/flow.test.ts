import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_RULES } from '@parley/services/call-routing/rules/defaults';
import { WORDINGS } from '@parley/services/call-routing/rules/wording';
import type { CallRules, RuleTarget } from '../contracts.ts';
import texts from '../i18n/call-rules.en.json' with { type: 'json' };
import { flowOfRules } from './flow.ts';

const yes = { allowed: true, origin: 'default' } as const;
const allowances = { forwarding: yes, ringAlso: yes, outsideNumbers: yes, voicemail: yes, department: '' };
const flow = (changes: Partial<CallRules>) => flowOfRules({ ...DEFAULT_RULES, ...changes }, 'me', allowances);
const voicemail: RuleTarget = { kind: 'voicemail' };
const bob: RuleTarget = { kind: 'user', userId: 'bob' };
const goes = (target: RuleTarget) => ({ kind: 'target', target }) as const;
const mine = { target: { kind: 'devices', userId: 'me' }, delayS: 0 } as const;

test('who has set nothing: devices ring, busy and unanswered calls go to voicemail', () => {
  assert.deepEqual(flow({}), [
    { kind: 'branch', when: 'doNotDisturb', goes: goes(voicemail) },
    { kind: 'ring', rings: [mine], forS: 20 },
    { kind: 'branch', when: 'busy', goes: goes(voicemail) },
    { kind: 'end', afterS: 20, goes: goes(voicemail) },
  ]);
});

test('forwarding everything leaves nothing to ring', () => {
  assert.deepEqual(flow({ forwardAll: bob, doNotDisturb: null }), [
    { kind: 'end', afterS: null, goes: goes(bob) },
  ]);
});

test('blocked callers and hours come before what rings', () => {
  const rows = flow({ blocked: ['+49301234567'], onlyInWorkingHours: true, doNotDisturb: null });
  assert.deepEqual(rows.slice(0, 2), [
    { kind: 'blocked', count: 1, goes: { kind: 'told', reason: 'unreachable' } },
    { kind: 'branch', when: 'outsideHours', goes: { kind: 'rest' } },
  ]);
  assert.deepEqual(flow({ onlyInWorkingHours: true, outsideHours: bob, doNotDisturb: null })[0], {
    kind: 'branch',
    when: 'outsideHours',
    goes: goes(bob),
  });
});

test('what the administrator forbids is not drawn', () => {
  const no = { allowed: false, origin: 'global' } as const;
  const rows = flowOfRules({ ...DEFAULT_RULES, forwardAll: bob }, 'me', {
    ...allowances,
    forwarding: no,
    voicemail: no,
  });
  assert.deepEqual(rows.at(-1), { kind: 'end', afterS: 20, goes: { kind: 'told', reason: 'unanswered' } });
});

test('the sentences of the server are in the language files, word for word in English', () => {
  assert.deepEqual(texts.callRules.steps, WORDINGS);
});
