import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NonInviteClientTransaction } from './non-invite-client-transaction.ts';
import { Bench, checkTable, requestOf, responseOf, schedule, type Table } from './testing/state-table.ts';
import { DEFAULT_TIMERS } from './timers.ts';

const create = (reliable: boolean) =>
  new NonInviteClientTransaction(requestOf('OPTIONS'), reliable, DEFAULT_TIMERS);

/** RFC 3261 §17.1.2, Figure 6. */
const base = (reliable: boolean): Omit<Table<NonInviteClientTransaction>, 'name' | 'rows'> => ({
  create: () => create(reliable),
  start: (bench) => bench.machine.start(bench.now),
  inputs: {
    '1xx': (bench) => bench.machine.receive(responseOf(100), bench.now),
    '200-699': (bench) => bench.machine.receive(responseOf(404), bench.now),
    'transport error': (bench) => bench.machine.transportFailed(bench.now),
    'T1 passes': (bench) => bench.pass(500),
    'T4 passes': (bench) => bench.pass(5000),
    '64*T1 pass': (bench) => bench.pass(32_000),
  },
  reach: reliable
    ? { Trying: [], Proceeding: ['1xx'] }
    : { Trying: [], Proceeding: ['1xx'], Completed: ['200-699'] },
});

checkTable({
  ...base(false),
  name: 'RFC 3261 §17.1.2 over UDP',
  rows: [
    ['Trying', '1xx', 'Proceeding', 'tell 100'],
    ['Trying', '200-699', 'Completed', 'tell 404'],
    ['Trying', 'transport error', 'Terminated', 'failed transport, terminated'],
    ['Trying', 'T1 passes', 'Trying', 'send OPTIONS'],
    ['Trying', 'T4 passes', 'Trying', 'send OPTIONS'],
    ['Trying', '64*T1 pass', 'Terminated', 'send OPTIONS, failed timeout, terminated'],
    ['Proceeding', '1xx', 'Proceeding', 'tell 100'],
    ['Proceeding', '200-699', 'Completed', 'tell 404'],
    ['Proceeding', 'transport error', 'Terminated', 'failed transport, terminated'],
    ['Proceeding', 'T1 passes', 'Proceeding', 'send OPTIONS'],
    ['Proceeding', 'T4 passes', 'Proceeding', 'send OPTIONS'],
    ['Proceeding', '64*T1 pass', 'Terminated', 'send OPTIONS, failed timeout, terminated'],
    ['Completed', '1xx', 'Completed', ''],
    ['Completed', '200-699', 'Completed', ''],
    ['Completed', 'transport error', 'Completed', ''],
    ['Completed', 'T1 passes', 'Completed', ''],
    ['Completed', 'T4 passes', 'Terminated', 'terminated'],
    ['Completed', '64*T1 pass', 'Terminated', 'terminated'],
  ],
});

checkTable({
  ...base(true),
  name: 'RFC 3261 §17.1.2 over TCP',
  rows: [
    ['Trying', '1xx', 'Proceeding', 'tell 100'],
    ['Trying', '200-699', 'Terminated', 'tell 404, terminated'],
    ['Trying', 'transport error', 'Terminated', 'failed transport, terminated'],
    ['Trying', 'T1 passes', 'Trying', ''],
    ['Trying', 'T4 passes', 'Trying', ''],
    ['Trying', '64*T1 pass', 'Terminated', 'failed timeout, terminated'],
    ['Proceeding', '1xx', 'Proceeding', 'tell 100'],
    ['Proceeding', '200-699', 'Terminated', 'tell 404, terminated'],
    ['Proceeding', 'transport error', 'Terminated', 'failed transport, terminated'],
    ['Proceeding', 'T1 passes', 'Proceeding', ''],
    ['Proceeding', 'T4 passes', 'Proceeding', ''],
    ['Proceeding', '64*T1 pass', 'Terminated', 'failed timeout, terminated'],
  ],
});

test('RFC 3261 §17.1.2.2: timer E doubles from T1 up to T2 until timer F at 64*T1', () => {
  const bench = new Bench(create(false));
  const times = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
  assert.deepEqual(schedule(bench, bench.machine.start(0)), [
    ...times.map((at) => `${at} send OPTIONS`),
    '32000 failed timeout',
    '32000 terminated',
  ]);
});

test('RFC 3261 §17.1.2.2: in Proceeding, timer E is set to T2 when it fires', () => {
  const bench = new Bench(create(false));
  bench.machine.start(0);
  bench.machine.receive(responseOf(100), 100);
  const sent = schedule(bench, []).filter((line) => line.endsWith('OPTIONS'));
  assert.deepEqual(sent.slice(0, 4), [
    '500 send OPTIONS',
    '4500 send OPTIONS',
    '8500 send OPTIONS',
    '12500 send OPTIONS',
  ]);
});
