// RFC 3261 §16.7 as scripts: what happens → what the proxy does, from one start on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createResponse } from '../build-message.ts';
import type { SipResponse } from '../message.ts';
import { DEFAULT_RESPONSE_CONTEXT, type ForkOutput, ResponseContext } from './response-context.ts';

const OURS = 'SIP/2.0/UDP proxy.example.com;branch=z9hG4bKours';
const CALLERS = 'SIP/2.0/UDP caller.example.com;branch=z9hG4bKcaller';

function response(status: number, headers: readonly [string, string][] = []): SipResponse {
  return createResponse({ status, headers: [['Via', OURS], ['Via', CALLERS], ...headers] });
}

function spell(output: ForkOutput<string>): string {
  switch (output.kind) {
    case 'forward':
      return `forward ${output.target}`;
    case 'cancel':
      return `cancel ${output.branch}`;
    case 'pass':
      assert.deepEqual(output.response.headers.getAll('Via'), [CALLERS], 'RFC 3261 §16.7 step 3');
      return `pass ${output.response.status}`;
    case 'answer':
      return `answer ${output.status}`;
    case 'abandon':
      return 'abandon';
  }
}

type Step = readonly [input: string, outputs: string];

interface Script {
  readonly name: string;
  readonly groups: readonly (readonly string[])[];
  readonly method?: 'INVITE' | 'MESSAGE';
  readonly steps: readonly Step[];
}

/** `0:180` a response of branch 0, `0:timeout`, `0:transport`, `cancel`, `+5000` time in ms. */
function run({ groups, method = 'INVITE', steps }: Script): void {
  const isInvite = method === 'INVITE';
  const context = new ResponseContext(groups, { ...DEFAULT_RESPONSE_CONTEXT, isInvite });
  let now = 1000;
  const apply = (input: string): readonly ForkOutput<string>[] => {
    if (input === 'start') return context.start(now);
    if (input === 'cancel') return context.cancel(now);
    if (input.startsWith('+')) {
      now += Number(input.slice(1));
      return context.advance(now);
    }
    const [branch, what = ''] = input.split(':');
    if (what === 'timeout' || what === 'transport') return context.failed(Number(branch), what, now);
    return context.receive(Number(branch), response(Number(what)), now);
  };
  for (const [input, outputs] of steps) assert.equal(apply(input).map(spell).join(', '), outputs, input);
  assert.equal(context.isOver, true, 'nobody owes anybody an answer at the end');
  assert.equal(context.wakeAt, undefined, 'no timer runs at the end');
}

const SCRIPTS: readonly Script[] = [
  {
    name: 'RFC 3261 §16.7 step 5: 1xx goes back, 100 does not, 2xx does',
    groups: [['a']],
    steps: [
      ['start', 'forward a'],
      ['0:100', ''],
      ['0:180', 'pass 180'],
      ['0:183', 'pass 183'],
      ['0:200', 'pass 200'],
    ],
  },
  {
    name: 'RFC 3261 §16.7 step 10: the first 2xx cancels who still rings',
    groups: [['a', 'b', 'c']],
    steps: [
      ['start', 'forward a, forward b, forward c'],
      ['0:180', 'pass 180'],
      ['1:486', ''],
      ['2:200', 'pass 200, cancel 0'],
      ['0:487', ''],
    ],
  },
  {
    name: 'RFC 3261 §16.7 step 5: every 2xx to an INVITE goes back, also a second one and a repeated one',
    groups: [['a', 'b']],
    steps: [
      ['start', 'forward a, forward b'],
      ['0:200', 'pass 200, cancel 1'],
      ['1:200', 'pass 200'],
      ['0:200', 'pass 200'],
    ],
  },
  {
    name: 'RFC 3261 §16.7 step 5: of a request other than INVITE only the first final response goes back',
    groups: [['a', 'b']],
    method: 'MESSAGE',
    steps: [
      ['start', 'forward a, forward b'],
      ['0:200', 'pass 200'],
      ['1:200', ''],
    ],
  },
  {
    name: 'RFC 3261 §16.7 step 6: the lowest class wins when all have answered',
    groups: [['a', 'b', 'c']],
    steps: [
      ['start', 'forward a, forward b, forward c'],
      ['0:503', ''],
      ['1:480', ''],
      ['2:302', 'pass 302'],
    ],
  },
  {
    name: 'RFC 3261 §16.7 step 6: within 4xx what tells how to try again wins',
    groups: [['a', 'b']],
    steps: [
      ['start', 'forward a, forward b'],
      ['0:486', ''],
      ['1:415', 'pass 415'],
    ],
  },
  {
    name: 'RFC 3261 §16.7 step 5: 6xx cancels the others, waits for them and wins over them',
    groups: [['a', 'b'], ['c']],
    steps: [
      ['start', 'forward a, forward b'],
      ['0:603', 'cancel 1'],
      ['1:487', 'pass 603'],
    ],
  },
  {
    name: 'RFC 3261 §16.7 step 5: a 2xx that crossed the CANCEL wins over a 6xx',
    groups: [['a', 'b']],
    steps: [
      ['start', 'forward a, forward b'],
      ['0:603', 'cancel 1'],
      ['1:200', 'pass 200'],
    ],
  },
  {
    name: 'RFC 3261 §16.6: the next group is tried when nobody of the one before took it',
    groups: [['a', 'b'], ['c']],
    steps: [
      ['start', 'forward a, forward b'],
      ['0:486', ''],
      ['1:transport', 'forward c'],
      ['2:180', 'pass 180'],
      ['2:200', 'pass 200'],
    ],
  },
  {
    name: 'a group that only rings gives way to the next after a while',
    groups: [['a'], ['b']],
    steps: [
      ['start', 'forward a'],
      ['0:180', 'pass 180'],
      ['+19999', ''],
      ['+1', 'cancel 0'],
      ['0:487', 'forward b'],
      ['+60000', ''],
      ['1:200', 'pass 200'],
    ],
  },
  {
    name: 'RFC 3261 §16.10: CANCEL of the caller goes to who rings, and the answer is 487',
    groups: [['a', 'b'], ['c']],
    steps: [
      ['start', 'forward a, forward b'],
      ['0:180', 'pass 180'],
      ['1:486', ''],
      ['cancel', 'cancel 0'],
      ['0:487', 'answer 487'],
    ],
  },
  {
    name: 'RFC 3261 §16.10: who answered before the CANCEL reached him has the call',
    groups: [['a']],
    steps: [
      ['start', 'forward a'],
      ['cancel', 'cancel 0'],
      ['0:200', 'pass 200'],
    ],
  },
  {
    name: 'RFC 3261 §16.10: a cancelled call that nobody ends is over all the same',
    groups: [['a']],
    steps: [
      ['start', 'forward a'],
      ['0:180', 'pass 180'],
      ['cancel', 'cancel 0'],
      ['0:timeout', 'answer 487'],
    ],
  },
  {
    name: 'RFC 3261 §16.8: timer C cancels who has rung for too long',
    groups: [['a']],
    steps: [
      ['start', 'forward a'],
      ['+100000', ''],
      ['0:180', 'pass 180'],
      ['+184999', ''],
      ['+1', 'cancel 0'],
      ['0:487', 'pass 487'],
    ],
  },
  {
    name: 'RFC 3261 §16.8: timer C without any response counts as 408',
    groups: [['a']],
    steps: [
      ['start', 'forward a'],
      ['+185000', 'answer 408'],
    ],
  },
  {
    name: 'RFC 3261 §16.9: a target that cannot be reached is unavailable',
    groups: [['a']],
    steps: [
      ['start', 'forward a'],
      ['0:transport', 'answer 480'],
    ],
  },
  {
    name: 'RFC 3261 §16.7 step 6: nobody answered in time',
    groups: [['a', 'b']],
    steps: [
      ['start', 'forward a, forward b'],
      ['0:timeout', ''],
      ['1:transport', 'answer 408'],
    ],
  },
  {
    name: 'RFC 3261 §16.7 step 6: the 503 of one target is not ours',
    groups: [['a']],
    steps: [
      ['start', 'forward a'],
      ['0:503', 'answer 500'],
    ],
  },
  {
    name: 'RFC 4320 §4.2: no 408 to a request other than INVITE',
    groups: [['a']],
    method: 'MESSAGE',
    steps: [
      ['start', 'forward a'],
      ['0:timeout', 'abandon'],
    ],
  },
  {
    name: 'a response after the answer, or of nobody, changes nothing',
    groups: [['a', 'b']],
    method: 'MESSAGE',
    steps: [
      ['start', 'forward a, forward b'],
      ['0:200', 'pass 200'],
      ['0:500', ''],
      ['7:200', ''],
      ['1:180', ''],
      ['1:404', ''],
    ],
  },
];

for (const script of SCRIPTS) test(script.name, () => run(script));

test('RFC 3261 §16.7 step 7: a challenge carries those of all who challenged', () => {
  const context = new ResponseContext([['a', 'b']], { ...DEFAULT_RESPONSE_CONTEXT, isInvite: true });
  context.start(0);
  context.receive(0, response(407, [['Proxy-Authenticate', 'Digest realm="one"']]), 0);
  const [output] = context.receive(1, response(401, [['WWW-Authenticate', 'Digest realm="two"']]), 0);
  assert.ok(output?.kind === 'pass');
  assert.equal(output.response.status, 407);
  assert.deepEqual(output.response.headers.getAll('Proxy-Authenticate'), ['Digest realm="one"']);
  assert.deepEqual(output.response.headers.getAll('WWW-Authenticate'), ['Digest realm="two"']);
});
