import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InviteServerTransaction } from './invite-server-transaction.ts';
import { Bench, checkTable, requestOf, responseOf, schedule, type Table } from './testing/state-table.ts';
import { DEFAULT_TIMERS } from './timers.ts';

const create = (reliable: boolean) =>
  new InviteServerTransaction(requestOf('INVITE'), reliable, DEFAULT_TIMERS, () => responseOf(100));

/** RFC 3261 §17.2.1 Figure 7 as changed by RFC 6026 §7.1 and §8.8. */
const base = (reliable: boolean): Omit<Table<InviteServerTransaction>, 'name' | 'rows'> => ({
  create: () => create(reliable),
  start: (bench) => bench.machine.start(bench.now),
  inputs: {
    INVITE: (bench) => bench.machine.receive(requestOf('INVITE'), bench.now),
    ACK: (bench) => bench.machine.receive(requestOf('ACK'), bench.now),
    '101-199 from TU': (bench) => bench.machine.respond(responseOf(180), bench.now),
    '2xx from TU': (bench) => bench.machine.respond(responseOf(200), bench.now),
    '300-699 from TU': (bench) => bench.machine.respond(responseOf(486), bench.now),
    'transport error': (bench) => bench.machine.transportFailed(bench.now),
    '200 ms pass': (bench) => bench.pass(200),
    'T1 passes': (bench) => bench.pass(500),
    'T4 passes': (bench) => bench.pass(5000),
    '64*T1 pass': (bench) => bench.pass(32_000),
  },
  reach: {
    Proceeding: [],
    Accepted: ['2xx from TU'],
    Completed: ['300-699 from TU'],
    ...(reliable ? {} : { Confirmed: ['300-699 from TU', 'ACK'] }),
  },
});

const PROCEEDING_AND_ACCEPTED = [
  ['Proceeding', 'INVITE', 'Proceeding', ''],
  ['Proceeding', 'ACK', 'Proceeding', ''],
  ['Proceeding', '101-199 from TU', 'Proceeding', 'send 180'],
  ['Proceeding', '2xx from TU', 'Accepted', 'send 200'],
  ['Proceeding', '300-699 from TU', 'Completed', 'send 486'],
  ['Proceeding', 'transport error', 'Proceeding', 'failed transport'],
  ['Proceeding', '200 ms pass', 'Proceeding', 'send 100'],
  ['Proceeding', 'T1 passes', 'Proceeding', 'send 100'],
  ['Proceeding', 'T4 passes', 'Proceeding', 'send 100'],
  ['Proceeding', '64*T1 pass', 'Proceeding', 'send 100'],
  ['Accepted', 'INVITE', 'Accepted', ''],
  ['Accepted', 'ACK', 'Accepted', 'tell ACK'],
  ['Accepted', '101-199 from TU', 'Accepted', ''],
  ['Accepted', '2xx from TU', 'Accepted', 'send 200'],
  ['Accepted', '300-699 from TU', 'Accepted', ''],
  ['Accepted', 'transport error', 'Accepted', 'failed transport'],
  ['Accepted', '200 ms pass', 'Accepted', ''],
  ['Accepted', 'T1 passes', 'Accepted', ''],
  ['Accepted', 'T4 passes', 'Accepted', ''],
  ['Accepted', '64*T1 pass', 'Terminated', 'terminated'],
] as const;

checkTable({
  ...base(false),
  name: 'RFC 3261 §17.2.1 over UDP',
  rows: [
    ...PROCEEDING_AND_ACCEPTED,
    ['Completed', 'INVITE', 'Completed', 'send 486'],
    ['Completed', 'ACK', 'Confirmed', ''],
    ['Completed', '101-199 from TU', 'Completed', ''],
    ['Completed', '2xx from TU', 'Completed', ''],
    ['Completed', '300-699 from TU', 'Completed', ''],
    ['Completed', 'transport error', 'Completed', 'failed transport'],
    ['Completed', '200 ms pass', 'Completed', ''],
    ['Completed', 'T1 passes', 'Completed', 'send 486'],
    ['Completed', 'T4 passes', 'Completed', 'send 486'],
    ['Completed', '64*T1 pass', 'Terminated', 'send 486, failed timeout, terminated'],
    ['Confirmed', 'INVITE', 'Confirmed', ''],
    ['Confirmed', 'ACK', 'Confirmed', ''],
    ['Confirmed', '101-199 from TU', 'Confirmed', ''],
    ['Confirmed', '2xx from TU', 'Confirmed', ''],
    ['Confirmed', '300-699 from TU', 'Confirmed', ''],
    ['Confirmed', 'transport error', 'Confirmed', ''],
    ['Confirmed', '200 ms pass', 'Confirmed', ''],
    ['Confirmed', 'T1 passes', 'Confirmed', ''],
    ['Confirmed', 'T4 passes', 'Terminated', 'terminated'],
    ['Confirmed', '64*T1 pass', 'Terminated', 'terminated'],
  ],
});

checkTable({
  ...base(true),
  name: 'RFC 3261 §17.2.1 over TCP',
  rows: [
    ...PROCEEDING_AND_ACCEPTED,
    ['Completed', 'INVITE', 'Completed', 'send 486'],
    ['Completed', 'ACK', 'Terminated', 'terminated'],
    ['Completed', '101-199 from TU', 'Completed', ''],
    ['Completed', '2xx from TU', 'Completed', ''],
    ['Completed', '300-699 from TU', 'Completed', ''],
    ['Completed', 'transport error', 'Completed', 'failed transport'],
    ['Completed', '200 ms pass', 'Completed', ''],
    ['Completed', 'T1 passes', 'Completed', ''],
    ['Completed', 'T4 passes', 'Completed', ''],
    ['Completed', '64*T1 pass', 'Terminated', 'failed timeout, terminated'],
  ],
});

test('RFC 3261 §17.2.1: timer G doubles from T1 up to T2 until timer H at 64*T1', () => {
  const bench = new Bench(create(false));
  bench.machine.start(0);
  const times = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
  assert.deepEqual(schedule(bench, bench.machine.respond(responseOf(486), 0)), [
    ...times.map((at) => `${at} send 486`),
    '32000 failed timeout',
    '32000 terminated',
  ]);
});

test('RFC 3261 §17.2.1: a retransmitted INVITE gets the most recent provisional response', () => {
  const machine = create(false);
  machine.start(0);
  machine.respond(responseOf(180), 10);
  machine.respond(responseOf(183), 20);
  const [output] = machine.receive(requestOf('INVITE'), 500);
  assert.ok(output?.kind === 'transmit' && output.message.kind === 'response');
  assert.equal(output.message.status, 183);
});

test('RFC 3261 §17.2.1: no 100 is sent when the TU answers within 200 ms', () => {
  const bench = new Bench(create(false));
  bench.machine.start(0);
  bench.machine.respond(responseOf(180), 199);
  assert.deepEqual(schedule(bench, []), []);
});
