import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createLog } from './log-pino.ts';
import { createMetrics } from './metrics-prometheus.ts';

function captured() {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, stream };
}

test('what is sampled is read each time the text is asked for, and sums up over who tells it', async () => {
  const metrics = createMetrics({ process: false });
  let calls = 3;
  metrics.sampled('gauge', 'parley_calls', 'Calls', () => [{ value: calls }]);
  metrics.sampled('gauge', 'parley_calls', 'Calls', () => [{ value: 10 }]);
  metrics.sampled('counter', 'parley_seen_total', 'Seen', () => [{ value: calls, labels: { what: 'a' } }], [
    'what',
  ]);
  assert.match(await metrics.text(), /^parley_calls 13$/m);
  calls = 4;
  assert.match(await metrics.text(), /^parley_calls 14$/m);
  assert.match(await metrics.text(), /^# TYPE parley_seen_total counter\nparley_seen_total\{what="a"\} 4$/m);
});

test('a log line never carries passwords, credentials or message texts, however deep', () => {
  const { lines, stream } = captured();
  const log = createLog({ level: 'debug', stream });
  log.info(
    {
      password: 'hunter2',
      request: { devicePassword: 'hunter2', headers: { Authorization: 'hunter2', 'set-cookie': 'hunter2' } },
      sip: {
        headers: [
          ['Authorization', 'hunter2'],
          ['Via', 'kept'],
        ],
        body: 'hunter2',
      },
      message: { text: 'hunter2', messageId: 'm1' },
      store: 'postgres://parley:hunter2@db.example/parley',
      bytes: Buffer.from('hunter2'),
    },
    'seen',
  );
  log.child({ token: 'hunter2' }).error({ err: new Error('postgres://parley:hunter2@db') }, 'failed');
  assert.equal(lines.length, 2);
  assert.doesNotMatch(lines.join(''), /hunter2/);
  const first = JSON.parse(lines[0]!);
  assert.equal(first.message.messageId, 'm1');
  assert.deepEqual(first.sip.headers[1], ['Via', 'kept']);
  assert.equal(first.store, 'postgres://parley:***@db.example/parley');
  assert.equal(first.level, 'info');
  assert.equal(JSON.parse(lines[1]!).err.type, 'Error');
});

test('a cyclic or endless object is cut, not followed', () => {
  const { lines, stream } = captured();
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  createLog({ level: 'info', stream }).info({ cyclic, long: 'x'.repeat(100_000) }, 'cut');
  assert.ok(lines[0]!.length < 6000);
});

test('on a terminal a line reads as time, level, message, fields', () => {
  const { lines, stream } = captured();
  createLog({ level: 'info', stream, form: 'plain' }).warn({ port: 5060, address: 'a b' }, 'Listening.');
  assert.match(lines[0]!, /^\d\d:\d\d:\d\d warn {2}Listening\. port=5060 address="a b"\n$/);
});

test('what a peer wrote cannot play with the terminal of who reads the log', () => {
  const { lines, stream } = captured();
  const address = '\u001b[2J\u009b31mroot\u202etxt';
  createLog({ level: 'info', stream, form: 'plain' }).info({ address, other: `a ${address}\nb` }, 'refused');
  assert.match(lines[0]!, /address=\\u001b\[2J\\u009b31mroot\\u202etxt other=/);
  assert.doesNotMatch(lines[0]!.slice(0, -1), /[\p{Cc}\u202e]/u);
});

test('lines below the level are not written', () => {
  const { lines, stream } = captured();
  createLog({ level: 'warn', stream }).info({}, 'quiet');
  assert.equal(lines.length, 0);
});

test('metrics of two registries stay apart, and asking twice shares one metric', async () => {
  const [one, two] = [createMetrics({ process: false }), createMetrics({ process: false })];
  one.counter('parley_messages_total', 'Messages.', ['wire']).add(2, { wire: 'sip' });
  one.counter('parley_messages_total', 'Messages.', ['wire']).add(1, { wire: 'sip' });
  one.histogram('parley_delay_seconds', 'Delay.', [0.1, 1]).observe(0.5);
  two.gauge('parley_flows', 'Flows.').set(7);
  assert.match(await one.text(), /parley_messages_total\{wire="sip"\} 3/);
  assert.match(await one.text(), /parley_delay_seconds_bucket\{le="1"\} 1/);
  assert.doesNotMatch(await two.text(), /parley_messages_total/);
  assert.match(await createMetrics().text(), /process_resident_memory_bytes/);
});
