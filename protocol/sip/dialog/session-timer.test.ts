import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeaderFields } from '../header-list.ts';
import {
  agreedSessionTimer,
  answerSessionTimer,
  type SessionTimerPolicy,
  sessionTimerRequest,
  startSessionTimer,
} from './session-timer.ts';

const POLICY: SessionTimerPolicy = { intervalS: 1800, minS: 90 };

/** RFC 4028 §9 with Table 2: what the request says, our policy, what the 2xx says. */
const ANSWERS: readonly (readonly [
  supports: boolean,
  asked: string,
  minSe: string,
  policy: SessionTimerPolicy,
  answer: string,
])[] = [
  [false, '', '', POLICY, '1800;refresher=uas'],
  [true, '', '', POLICY, '1800;refresher=uas'],
  [true, '', '3600', POLICY, '3600;refresher=uas'],
  [false, '', '', { ...POLICY, intervalS: undefined }, ''],
  [false, '600', '', POLICY, '600;refresher=uas'],
  [true, '600', '', POLICY, '600;refresher=uac Require timer'],
  [true, '600;refresher=uac', '', POLICY, '600;refresher=uac Require timer'],
  [true, '600;refresher=uas', '', POLICY, '600;refresher=uas'],
  [true, '4000', '', POLICY, '1800;refresher=uac Require timer'],
  [true, '4000', '2400', POLICY, '2400;refresher=uac Require timer'],
  [true, '4000', '', { ...POLICY, intervalS: undefined }, '4000;refresher=uac Require timer'],
  [true, '89', '', POLICY, '422 90'],
  [true, '600', '', { ...POLICY, minS: 700 }, '422 700'],
  [false, '600', '', { ...POLICY, minS: 700 }, '600;refresher=uas'],
  [true, 'soon', '', POLICY, '1800;refresher=uas'],
];

for (const [supports, asked, minSe, policy, answer] of ANSWERS) {
  const peer = supports ? 'a peer with timer' : 'a peer without timer';
  test(`RFC 4028 §9: ${peer}, Session-Expires ${asked || '-'}, Min-SE ${minSe || '-'}, ours ${policy.intervalS}/${policy.minS}: ${answer || 'none'}`, () => {
    const fields: [string, string][] = [];
    if (supports) fields.push(['Supported', '100rel, timer']);
    if (asked !== '') fields.push(['Session-Expires', asked]);
    if (minSe !== '') fields.push(['Min-SE', minSe]);
    const outcome = answerSessionTimer(createHeaderFields(fields), policy, 0);
    if (!outcome.ok) {
      assert.equal(`422 ${outcome.minS}`, answer);
      return;
    }
    const headers = createHeaderFields(outcome.headers);
    const require = headers.has('Require') ? ` Require ${headers.get('Require')}` : '';
    assert.equal((headers.get('Session-Expires') ?? '') + require, answer);
    assert.equal(outcome.timer?.weRefresh, answer === '' ? undefined : answer.includes('=uas'));
  });
}

for (const [value, weRefresh] of [
  ['600;refresher=uac', true],
  ['600;refresher=uas', false],
  ['600', true],
  ['', undefined],
  ['later', undefined],
] as const) {
  test(`RFC 4028 §7.2: a 2xx with Session-Expires ${value || 'absent'}: we refresh ${weRefresh ?? 'nothing'}`, () => {
    const headers = createHeaderFields(value === '' ? [] : [['Session-Expires', value]]);
    assert.equal(agreedSessionTimer(headers, 0)?.weRefresh, weRefresh);
  });
}

for (const [intervalS, refreshAt, giveUpAt] of [
  [90, 45_000, 60_000],
  [96, 48_000, 64_000],
  [1800, 900_000, 1_768_000],
] as const) {
  test(`RFC 4028 §10: an interval of ${intervalS} s is refreshed at ${refreshAt} ms and given up at ${giveUpAt}`, () => {
    assert.deepEqual(startSessionTimer(intervalS, true, 0), {
      intervalS,
      weRefresh: true,
      refreshAt,
      giveUpAt,
    });
    assert.equal(startSessionTimer(intervalS, false, 0).refreshAt, undefined);
  });
}

test('RFC 4028 §7.1, §7.4: fields of a first request, of one after 422, and of a refresh by either side', () => {
  const timer = startSessionTimer(600, true, 0);
  assert.deepEqual(sessionTimerRequest(POLICY), [['Session-Expires', '1800']]);
  assert.deepEqual(sessionTimerRequest({ ...POLICY, intervalS: undefined }), []);
  assert.deepEqual(sessionTimerRequest(POLICY, { timer: undefined, minS: 2000 }), [
    ['Session-Expires', '2000'],
    ['Min-SE', '2000'],
  ]);
  assert.deepEqual(sessionTimerRequest(POLICY, { timer, minS: 0 }), [
    ['Session-Expires', '600;refresher=uac'],
  ]);
  const theirs = { timer: { ...timer, weRefresh: false }, minS: 0 };
  assert.deepEqual(sessionTimerRequest(POLICY, theirs), [['Session-Expires', '600;refresher=uas']]);
});
