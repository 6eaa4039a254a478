// What libraries put into their errors and messages, from the real ones, and what is left of it in the log.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { createRequest, serializeMessage } from '@parley/protocol/sip';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { openInProcessBus } from '../bus/index.ts';
import { openNatsBus } from '../bus/open-nats.ts';
import { natsServerMissing, startNatsServer } from '../bus/testing/index.ts';
import { natsAccess } from '../host/ports.ts';
import { systemClock as clock } from '../net/clock-system.ts';
import { openServer, RawPeer, rawRequest, until } from '../net/sip-driver-testing.ts';
import { openStore } from '../store/index.ts';
import { testDatabase } from '../store/testing.ts';
import { createLog } from './log-pino.ts';
import { redactText } from './redact.ts';

function capturedLog() {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  return { log: createLog({ level: 'debug', stream }), lines };
}

async function faultOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it went well');
}

test('an error of PostgreSQL carries no value of the statement into the log', async () => {
  await using database = await testDatabase();
  const dialect = new PostgresDialect({ pool: new pg.Pool({ connectionString: database.connection }) });
  const db = new Kysely<Record<string, never>>({ dialect });
  const faults: unknown[] = [];
  try {
    await sql`create table people (name text primary key, age int check (age < 150), photo jsonb)`.execute(
      db,
    );
    await sql`insert into people values ('hunter2')`.execute(db);
    for (const statement of [
      sql`insert into people values (${'hunter2'})`,
      sql`insert into people values ('x', ${'hunter2'})`,
      sql`insert into people values ('hunter2x', 151)`,
      sql`insert into people values ('y', 1, ${'{"hunter2"'})`,
      sql`select cast(${'hunter2\n"hunter2'} as uuid)`,
    ]) {
      faults.push(await faultOf(() => statement.execute(db)));
    }
  } finally {
    await db.destroy();
  }
  const { log, lines } = capturedLog();
  for (const error of faults) {
    log.error({ error }, 'failed');
    log.error({ err: new Error('The row was not stored.', { cause: error }) }, 'failed');
  }
  assert.match(JSON.stringify(faults), /hunter2/, 'PostgreSQL did say it');
  assert.doesNotMatch(lines.join(''), /hunter2/);
  assert.match(lines.join(''), /invalid input syntax for type uuid: \\"\*\*\*\\"/);
  assert.match(lines[0]!, /"code":"23505"/);
});

test('an address with a password is logged without it when PostgreSQL or NATS cannot be reached or refuses', {
  skip: natsServerMissing,
}, async () => {
  const { log, lines } = capturedLog();
  const closed = createServer().listen(0, '127.0.0.1');
  const { port } = await new Promise<{ port: number }>((resolve) =>
    closed.once('listening', () => resolve(closed.address() as { port: number })),
  );
  closed.close();
  const connection = `postgres://parley:hunter2@127.0.0.1:${port}/parley`;
  await using bus = openInProcessBus({ log, clock });
  const unreachable = await faultOf(() => openStore({ connection, bus, log, clock, reachableWithinMs: 0 }));
  log.error({ error: unreachable, connection }, `No database at ${connection}`);

  await using server = await startNatsServer({ user: 'parley', password: 'right' });
  const address = server.url.replace('://', '://parley:hunter2@');
  const open = (servers: readonly string[], credentials = {}) =>
    faultOf(() => openNatsBus({ servers, name: 'test', log, clock, connectWithinMs: 0, ...credentials }));
  const { servers, ...credentials } = natsAccess([address]);
  for (const error of [
    await open(servers, credentials),
    await open([address]),
    await open([`nats://parley:hunter2@127.0.0.1:${port}`]),
    await open(['nats://hunter2@127.0.0.1:1']),
  ]) {
    log.error({ err: error, address, servers: [address] }, `No bus at ${address}`);
  }
  assert.doesNotMatch(lines.join(''), /hunter2/);
  assert.ok(lines.join('').includes(`nats://parley:***@127.0.0.1`));
});

test('credentials of a SIP request are not in a debug log, as a message, as a header list or as text', async () => {
  const authorization =
    'Digest username="alice",\r\n realm="example.com", nonce="hunter2", response="hunter2"';
  const request = createRequest({
    method: 'REGISTER',
    uri: 'sip:example.com',
    headers: [
      ['From', '<sip:alice:hunter2@example.com>;tag=1'],
      ['Authorization', authorization.replace('\r\n', '')],
      ['Proxy-Authorization', authorization.replace('\r\n', '')],
      ['Call-ID', 'kept'],
    ],
    body: Buffer.from('hunter2'),
  });
  const wire = Buffer.from(serializeMessage(request)).toString();
  const { log, lines } = capturedLog();
  log.debug({ request, headers: request.headers }, 'received');
  log.debug({ list: request.headers.getAll('authorization') }, 'received');
  log.debug({ wire: wire.replace(/\r\n\r\n.*/s, '') }, `${wire.replace(/\r\n\r\n.*/s, '')}`);
  log.debug({ folded: `Authorization: ${authorization}\r\nCall-ID: kept` }, 'received');
  log.debug({ error: new Error(`cannot read ${authorization.replace('\r\n', '')}`) }, 'received');

  await using server = await openServer(['tcp'], { log });
  server.onRequest(() => {
    throw new Error(wire.replace(/\r\n\r\n.*/s, ''));
  });
  const peer = await RawPeer.open(server);
  const extra = `Authorization: ${authorization}\r\n`;
  peer.socket.write(rawRequest('REGISTER', 'SIP/2.0/TCP 127.0.0.1', extra));
  await peer.reads(/SIP\/2\.0 500 /);
  peer.socket.write(rawRequest('REGISTER', 'SIP/2.0/TCP 127.0.0.1', `${extra}: no name\r\n`));
  await until(() => server.counted('malformed') === 1);
  peer.socket.destroy();

  assert.ok(lines.length >= 6);
  assert.doesNotMatch(lines.join(''), /hunter2/);
  assert.match(lines[0]!, /\["Call-ID","kept"\]/);
  assert.match(lines[3]!, /Call-ID: kept/);
});

test('what only looks like a secret stays readable', () => {
  for (const text of [
    'http://127.0.0.1:8080/people/alice@example.com',
    'sip:alice@example.com:5060;transport=tcp',
    'nats://bus1.example.com:4222,nats://bus2.example.com:4222',
    'postgres://parley@db.example.com/parley',
    'The password was changed.',
  ]) {
    assert.equal(redactText(text), text);
  }
  assert.equal(
    redactText('nats://a:4222,nats://u:p@ss/w@b and postgres:///parley?user=u&password=p&ssl=true'),
    'nats://a:4222,nats://u:***@b and postgres:///parley?user=u&password=***&ssl=true',
  );
});
