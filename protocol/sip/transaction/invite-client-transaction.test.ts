import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InviteClientTransaction } from './invite-client-transaction.ts';
import { Bench, checkTable, requestOf, responseOf, schedule, type Table } from './testing/state-table.ts';
import { DEFAULT_TIMERS } from './timers.ts';

const create = (reliable: boolean) =>
  new InviteClientTransaction(requestOf('INVITE'), reliable, DEFAULT_TIMERS);

/** RFC 3261 §17.1.1 Figure 5 as changed by RFC 6026 §7.2. */
const base = (reliable: boolean): Omit<Table<InviteClientTransaction>, 'name' | 'rows'> => ({
  create: () => create(reliable),
  start: (bench) => bench.machine.start(bench.now),
  inputs: {
    '1xx': (bench) => bench.machine.receive(responseOf(180), bench.now),
    '2xx': (bench) => bench.machine.receive(responseOf(200), bench.now),
    '300-699': (bench) => bench.machine.receive(responseOf(486), bench.now),
    'transport error': (bench) => bench.machine.transportFailed(bench.now),
    'T1 passes': (bench) => bench.pass(500),
    '64*T1 pass': (bench) => bench.pass(32_000),
  },
  reach: { Calling: [], Proceeding: ['1xx'], Completed: ['300-699'], Accepted: ['2xx'] },
});

checkTable({
  ...base(false),
  name: 'RFC 3261 §17.1.1 over UDP',
  rows: [
    ['Calling', '1xx', 'Proceeding', 'tell 180'],
    ['Calling', '2xx', 'Accepted', 'tell 200'],
    ['Calling', '300-699', 'Completed', 'send ACK, tell 486'],
    ['Calling', 'transport error', 'Terminated', 'failed transport, terminated'],
    ['Calling', 'T1 passes', 'Calling', 'send INVITE'],
    ['Calling', '64*T1 pass', 'Terminated', 'send INVITE, failed timeout, terminated'],
    ['Proceeding', '1xx', 'Proceeding', 'tell 180'],
    ['Proceeding', '2xx', 'Accepted', 'tell 200'],
    ['Proceeding', '300-699', 'Completed', 'send ACK, tell 486'],
    ['Proceeding', 'transport error', 'Proceeding', ''],
    ['Proceeding', 'T1 passes', 'Proceeding', ''],
    ['Proceeding', '64*T1 pass', 'Proceeding', ''],
    ['Completed', '1xx', 'Completed', ''],
    ['Completed', '2xx', 'Completed', ''],
    ['Completed', '300-699', 'Completed', 'send ACK'],
    ['Completed', 'transport error', 'Terminated', 'failed transport, terminated'],
    ['Completed', 'T1 passes', 'Completed', ''],
    ['Completed', '64*T1 pass', 'Terminated', 'terminated'],
    ['Accepted', '1xx', 'Accepted', ''],
    ['Accepted', '2xx', 'Accepted', 'tell 200'],
    ['Accepted', '300-699', 'Accepted', ''],
    ['Accepted', 'transport error', 'Accepted', ''],
    ['Accepted', 'T1 passes', 'Accepted', ''],
    ['Accepted', '64*T1 pass', 'Terminated', 'terminated'],
  ],
});

checkTable({
  ...base(true),
  reach: { Calling: [], Proceeding: ['1xx'], Accepted: ['2xx'] },
  name: 'RFC 3261 §17.1.1 over TCP',
  rows: [
    ['Calling', '1xx', 'Proceeding', 'tell 180'],
    ['Calling', '2xx', 'Accepted', 'tell 200'],
    ['Calling', '300-699', 'Terminated', 'send ACK, tell 486, terminated'],
    ['Calling', 'transport error', 'Terminated', 'failed transport, terminated'],
    ['Calling', 'T1 passes', 'Calling', ''],
    ['Calling', '64*T1 pass', 'Terminated', 'failed timeout, terminated'],
    ['Proceeding', '1xx', 'Proceeding', 'tell 180'],
    ['Proceeding', '2xx', 'Accepted', 'tell 200'],
    ['Proceeding', '300-699', 'Terminated', 'send ACK, tell 486, terminated'],
    ['Proceeding', 'transport error', 'Proceeding', ''],
    ['Proceeding', 'T1 passes', 'Proceeding', ''],
    ['Proceeding', '64*T1 pass', 'Proceeding', ''],
    ['Accepted', '1xx', 'Accepted', ''],
    ['Accepted', '2xx', 'Accepted', 'tell 200'],
    ['Accepted', '300-699', 'Accepted', ''],
    ['Accepted', 'transport error', 'Accepted', ''],
    ['Accepted', 'T1 passes', 'Accepted', ''],
    ['Accepted', '64*T1 pass', 'Terminated', 'terminated'],
  ],
});

test('RFC 3261 §17.1.1.2: timer A doubles from T1 without a ceiling until timer B at 64*T1', () => {
  const bench = new Bench(create(false));
  assert.deepEqual(schedule(bench, bench.machine.start(0)), [
    '0 send INVITE',
    '500 send INVITE',
    '1500 send INVITE',
    '3500 send INVITE',
    '7500 send INVITE',
    '15500 send INVITE',
    '31500 send INVITE',
    '32000 failed timeout',
    '32000 terminated',
  ]);
});

test('RFC 3261 §17.1.1.2: timer D keeps Completed for 32 s even when T1 is short', () => {
  const bench = new Bench(
    new InviteClientTransaction(requestOf('INVITE'), false, { ...DEFAULT_TIMERS, t1Ms: 50 }),
  );
  bench.machine.start(0);
  bench.machine.receive(responseOf(486), 10);
  assert.equal(bench.machine.wakeAt, 32_010);
});

test('RFC 3261 §17.1.1.3: the ACK has the top Via, From, Call-ID and Route of the INVITE and the To of the response', () => {
  const machine = create(false);
  machine.start(0);
  const [sent] = machine.receive(responseOf(486), 10);
  assert.ok(sent?.kind === 'transmit' && sent.message.kind === 'request');
  const { headers, method, uri } = sent.message;
  assert.equal(method, 'ACK');
  assert.equal(uri, 'sip:bob@example.com');
  assert.deepEqual(headers.getAll('Via'), ['SIP/2.0/UDP pc33.example.com;branch=z9hG4bKtest']);
  assert.equal(headers.get('CSeq'), '986759 ACK');
  assert.equal(headers.get('To'), '<sip:bob@example.com>;tag=99sa0xk');
  assert.equal(headers.get('From'), '<sip:alice@example.com>;tag=88sja8x');
  assert.equal(headers.get('Call-ID'), '987asjd97y7atg');
  assert.deepEqual(headers.getAll('Route'), ['<sip:proxy.example.com;lr>']);
});

test('a machine that was not woken for a while sends once, not once for every interval missed', () => {
  const bench = new Bench(create(false));
  bench.machine.start(0);
  assert.equal(bench.pass(20_000).length, 1);
  assert.equal(bench.machine.wakeAt, 21_000);
});
