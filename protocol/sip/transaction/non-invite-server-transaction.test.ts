import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NonInviteServerTransaction } from './non-invite-server-transaction.ts';
import { Bench, checkTable, requestOf, responseOf, schedule, type Table } from './testing/state-table.ts';
import { DEFAULT_TIMERS } from './timers.ts';

const create = (reliable: boolean) =>
  new NonInviteServerTransaction(requestOf('MESSAGE'), reliable, DEFAULT_TIMERS, () => responseOf(100));

/** RFC 3261 §17.2.2 Figure 8 as changed by RFC 4320 §4 and RFC 6026 §8.8. */
const base = (reliable: boolean): Omit<Table<NonInviteServerTransaction>, 'name' | 'rows'> => ({
  create: () => create(reliable),
  start: (bench) => bench.machine.start(bench.now),
  inputs: {
    request: (bench) => bench.machine.receive(requestOf('MESSAGE'), bench.now),
    '100 from TU': (bench) => bench.machine.respond(responseOf(100), bench.now),
    '101-199 from TU': (bench) => bench.machine.respond(responseOf(180), bench.now),
    '200-699 from TU': (bench) => bench.machine.respond(responseOf(202), bench.now),
    '408 from TU': (bench) => bench.machine.respond(responseOf(408), bench.now),
    'transport error': (bench) => bench.machine.transportFailed(bench.now),
    '3.5 s pass': (bench) => bench.pass(3500),
    '64*T1 pass': (bench) => bench.pass(32_000),
  },
  reach: {
    Trying: [],
    Proceeding: ['3.5 s pass'],
    ...(reliable ? {} : { Completed: ['200-699 from TU'] }),
  },
});

checkTable({
  ...base(false),
  name: 'RFC 3261 §17.2.2 over UDP',
  rows: [
    ['Trying', 'request', 'Trying', ''],
    ['Trying', '100 from TU', 'Trying', ''],
    ['Trying', '101-199 from TU', 'Trying', ''],
    ['Trying', '200-699 from TU', 'Completed', 'send 202'],
    ['Trying', '408 from TU', 'Completed', ''],
    ['Trying', 'transport error', 'Trying', ''],
    ['Trying', '3.5 s pass', 'Proceeding', 'send 100'],
    ['Trying', '64*T1 pass', 'Terminated', 'send 100, failed timeout, terminated'],
    ['Proceeding', 'request', 'Proceeding', 'send 100'],
    ['Proceeding', '100 from TU', 'Proceeding', 'send 100'],
    ['Proceeding', '101-199 from TU', 'Proceeding', ''],
    ['Proceeding', '200-699 from TU', 'Completed', 'send 202'],
    ['Proceeding', '408 from TU', 'Completed', ''],
    ['Proceeding', 'transport error', 'Proceeding', 'failed transport'],
    ['Proceeding', '3.5 s pass', 'Proceeding', ''],
    ['Proceeding', '64*T1 pass', 'Terminated', 'failed timeout, terminated'],
    ['Completed', 'request', 'Completed', 'send 202'],
    ['Completed', '100 from TU', 'Completed', ''],
    ['Completed', '101-199 from TU', 'Completed', ''],
    ['Completed', '200-699 from TU', 'Completed', ''],
    ['Completed', '408 from TU', 'Completed', ''],
    ['Completed', 'transport error', 'Completed', 'failed transport'],
    ['Completed', '3.5 s pass', 'Completed', ''],
    ['Completed', '64*T1 pass', 'Terminated', 'terminated'],
  ],
});

checkTable({
  ...base(true),
  name: 'RFC 3261 §17.2.2 over TCP',
  rows: [
    ['Trying', 'request', 'Trying', ''],
    ['Trying', '100 from TU', 'Proceeding', 'send 100'],
    ['Trying', '101-199 from TU', 'Trying', ''],
    ['Trying', '200-699 from TU', 'Terminated', 'send 202, terminated'],
    ['Trying', '408 from TU', 'Terminated', 'terminated'],
    ['Trying', 'transport error', 'Trying', ''],
    ['Trying', '3.5 s pass', 'Proceeding', 'send 100'],
    ['Trying', '64*T1 pass', 'Terminated', 'send 100, failed timeout, terminated'],
    ['Proceeding', 'request', 'Proceeding', 'send 100'],
    ['Proceeding', '100 from TU', 'Proceeding', 'send 100'],
    ['Proceeding', '101-199 from TU', 'Proceeding', ''],
    ['Proceeding', '200-699 from TU', 'Terminated', 'send 202, terminated'],
    ['Proceeding', '408 from TU', 'Terminated', 'terminated'],
    ['Proceeding', 'transport error', 'Proceeding', 'failed transport'],
    ['Proceeding', '3.5 s pass', 'Proceeding', ''],
    ['Proceeding', '64*T1 pass', 'Terminated', 'failed timeout, terminated'],
  ],
});

test('RFC 4320 §4.1: a 100 goes out by itself at 3.5 s, and the machine gives up when the client has', () => {
  const bench = new Bench(create(false));
  assert.deepEqual(schedule(bench, bench.machine.start(0)), [
    '0 tell MESSAGE',
    '3500 send 100',
    '32000 failed timeout',
    '32000 terminated',
  ]);
});

test('RFC 4320 §4.2: after a suppressed 408, retransmissions are absorbed without an answer', () => {
  const machine = create(false);
  machine.start(0);
  machine.respond(responseOf(408), 10);
  assert.deepEqual(machine.receive(requestOf('MESSAGE'), 500), []);
});
