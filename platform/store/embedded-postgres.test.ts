import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { openInProcessBus } from '../bus/index.ts';
import { systemClock } from '../net/clock-system.ts';
import { lockDataDirectory } from './data-lock.ts';
import { chooseAccount } from './embedded-account.ts';
import { embeddedPostgresUrl } from './embedded-address.ts';
import { findBinaries, installedFolder } from './embedded-binaries.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { type CountingTables, counting } from './fixtures/counting.ts';
import { openStore } from './open-store.ts';
import { processExists, thisProcess } from './process-identity.ts';
import { errorCode, StoreError } from './store-error.ts';
import { silentLog } from './testing.ts';

const isRoot = process.getuid?.() === 0;
const fixture = join(import.meta.dirname, 'fixtures/run-postgres.ts');
const log = silentLog;
const failsWith = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof StoreError && error.code === code && words.test(error.sentence) && error.remedy !== '';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-embedded-'));
  chmodSync(folder, 0o755);
});
const holders: ChildProcess[] = [];
after(async () => {
  for (const child of holders) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function query<Row extends pg.QueryResultRow>(
  postgres: { url: string },
  statement: string,
): Promise<Row[]> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function gone(pid: number): Promise<void> {
  while (processExists(pid)) await wait(10);
}

interface Holder {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly url: string;
}

/** Another process that runs PostgreSQL on that folder. */
async function hold(dataDir: string, options: { uid?: number; gid?: number } = {}): Promise<Holder> {
  const child = spawn(process.execPath, [fixture, dataDir], {
    ...options,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holders.push(child);
  const [said] = await once(child.stdout!, 'data');
  const { pid, url, error } = JSON.parse(String(said));
  assert.equal(error, undefined);
  return { child, pid, url };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

describe('one data folder through starts, kills and refusals', () => {
  let dataDir = '';
  let running: EmbeddedPostgres | undefined;
  before(() => {
    dataDir = join(folder, 'data');
  });
  after(() => running?.[Symbol.asyncDispose]());

  async function start(onRestart: () => void = () => undefined): Promise<EmbeddedPostgres> {
    running = await startEmbeddedPostgres({ dataDir, log, onRestart });
    return running;
  }

  test('the first start makes a database that only its secret opens, and no port to the network', async () => {
    mkdirSync(join(dataDir, 'postgres.new-of-a-killed-start/base'), { recursive: true });
    const postgres = await start();
    // The programs are laid here, too, where they were installed in a folder that PostgreSQL's user cannot enter.
    const kept = readdirSync(dataDir).filter((name) => !name.startsWith('postgres-bin-'));
    assert.deepEqual(kept.sort(), ['parley.lock', 'postgres', 'postgres.secret', 'run']);
    await query(postgres, 'create table kept (n int); insert into kept values (1)');
    assert.equal(statSync(join(dataDir, 'postgres.secret')).mode & 0o777, 0o600);
    assert.equal(statSync(join(dataDir, 'run')).mode & 0o777, 0o700);
    const settings = await query<{ all: string }>(
      postgres,
      "select concat_ws(' ', current_setting('listen_addresses'), current_setting('fsync'), current_setting('server_encoding')) as all",
    );
    assert.equal(settings[0]!.all.trim(), 'on UTF8');
    assert.equal(await embeddedPostgresUrl(dataDir), postgres.url);
    const wrong = postgres.url.replace(/:[^:@]*@/, ':wrong@');
    await assert.rejects(query({ url: wrong }, 'select 1'), { code: '28P01' });
  });

  test('a second start on the same folder is refused and names the process', async () => {
    await assert.rejects(
      startEmbeddedPostgres({ dataDir, log }),
      failsWith('STORE_DATA_IN_USE', new RegExp(`process ${process.pid},`)),
    );
  });

  test('who holds the folder already lets PostgreSQL run in it, and keeps it when PostgreSQL has ended', async () => {
    await running![Symbol.asyncDispose]();
    await using lock = await lockDataDirectory(dataDir);
    await using postgres = await startEmbeddedPostgres({ dataDir, lock, log });
    await postgres[Symbol.asyncDispose]();
    await assert.rejects(start(), failsWith('STORE_DATA_IN_USE', /process/));
    await lock[Symbol.asyncDispose]();
    await start();
  });

  test('disposing twice stops it once, and the next start finds the rows', async () => {
    const { pid } = running!;
    await Promise.all([running![Symbol.asyncDispose](), running![Symbol.asyncDispose]()]);
    assert.equal(processExists(pid!), false);
    assert.equal(await embeddedPostgresUrl(dataDir), undefined);
    assert.deepEqual(await query(await start(), 'select n from kept'), [{ n: 1 }]);
  });

  test('SIGKILL of PostgreSQL: it is started again, the pool recovers and no committed row is lost', async () => {
    await running![Symbol.asyncDispose]();
    let restarted: () => void = () => undefined;
    const restart = new Promise<void>((resolve) => {
      restarted = resolve;
    });
    const postgres = await start(() => restarted());
    await using bus = openInProcessBus({ clock: systemClock, log });
    await using store = await openStore({ connection: postgres.connection, bus, clock: systemClock, log });
    const service = await store.service<CountingTables>('counting', counting);
    const insert = (n: number) =>
      service.transaction(({ db }) => db.insertInto('counts').values({ n, note: null }).execute());
    const acknowledged: number[] = [];
    for (let n = 0; n < 50; n++) {
      if (n === 25) process.kill(postgres.pid!, 'SIGKILL');
      await insert(n).then(
        () => acknowledged.push(n),
        () => undefined,
      );
    }
    await restart;
    await insert(50);
    const rows = await service.db.selectFrom('counts').select('n').orderBy('n').execute();
    const present = new Set(rows.map(({ n }) => n));
    assert.ok(acknowledged.length >= 25);
    assert.deepEqual(
      acknowledged.filter((n) => !present.has(n)),
      [],
    );
    assert.ok(present.has(50));
  });

  test('SIGKILL of Parley: PostgreSQL does not linger, and the next start has every committed row', async () => {
    await running![Symbol.asyncDispose]();
    const holder = await hold(dataDir);
    await query(holder, 'insert into kept values (2)');
    await kill(holder.child);
    await gone(holder.pid);
    assert.deepEqual(await query(await start(), 'select n from kept order by n'), [{ n: 1 }, { n: 2 }]);
  });

  test('a start at once after SIGKILL of Parley does not wait for anybody to clean up', async () => {
    await running![Symbol.asyncDispose]();
    const holder = await hold(dataDir);
    await query(holder, 'insert into kept values (3)');
    await kill(holder.child);
    assert.equal((await query(await start(), 'select n from kept')).length, 3);
  });

  test('SIGKILL of Parley, its reaper and PostgreSQL together: what they left is cleaned up', {
    skip: process.platform !== 'linux' && 'needs the ps of Linux',
  }, async () => {
    await running![Symbol.asyncDispose]();
    const holder = await hold(dataDir);
    await query(holder, 'insert into kept values (4)');
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(holder.child.pid)], {
      encoding: 'utf8',
    });
    for (const pid of children.trim().split(/\s+/)) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch (error) {
        // The end of one may have ended the other already.
        assert.equal(errorCode(error), 'ESRCH');
      }
    }
    await kill(holder.child);
    assert.equal((await query(await start(), 'select n from kept')).length, 4);
  });

  test('a pid file whose number belongs to another program stops nothing and stops nobody', async () => {
    await running![Symbol.asyncDispose]();
    const bystander = spawn('sleep', ['60']);
    writeFileSync(
      join(dataDir, 'postgres/postmaster.pid'),
      `${bystander.pid}\n${join(dataDir, 'postgres')}\n`,
    );
    writeFileSync(join(dataDir, 'run/.s.PGSQL.5432.lock'), `${bystander.pid}\n`);
    const other = {
      ...(await thisProcess()),
      pid: bystander.pid,
      began: '1',
      id: 'other',
      since: 'yesterday',
    };
    writeFileSync(join(dataDir, 'parley.lock'), JSON.stringify(other));
    assert.equal((await query(await start(), 'select n from kept')).length, 4);
    assert.equal(bystander.exitCode, null);
    assert.equal(bystander.signalCode, null);
    await kill(bystander);
  });

  test('the data of another PostgreSQL is refused and not touched', async () => {
    await running![Symbol.asyncDispose]();
    const file = join(dataDir, 'postgres/PG_VERSION');
    const version = readFileSync(file, 'utf8');
    writeFileSync(file, '16\n');
    await assert.rejects(start(), failsWith('STORE_DATA_OTHER_MAJOR', /PostgreSQL 16/));
    writeFileSync(file, version);
    assert.equal((await query(await start(), 'select n from kept')).length, 4);
  });

  test('a lost secret is said, not replaced', async () => {
    await running![Symbol.asyncDispose]();
    const file = join(dataDir, 'postgres.secret');
    const secret = readFileSync(file);
    rmSync(file);
    await assert.rejects(start(), failsWith('STORE_SECRET_MISSING', /postgres\.secret/));
    writeFileSync(file, secret, { mode: 0o600 });
  });
});

test('an ordinary user runs it as himself', { skip: asOrdinaryUser() }, async () => {
  const dataDir = join(folder, 'ordinary');
  const uid = isRoot ? 65534 : process.getuid!();
  const gid = isRoot ? 65534 : process.getgid!();
  mkdirSync(dataDir, { mode: 0o700 });
  chownSync(dataDir, uid, gid);
  const holder = await hold(dataDir, isRoot ? { uid, gid } : {});
  assert.equal(statSync(join(dataDir, 'postgres')).uid, uid);
  assert.deepEqual(await query(holder, 'select 1 as n'), [{ n: 1 }]);
  holder.child.stdin!.end();
  await once(holder.child, 'exit');
  assert.equal(processExists(holder.pid), false);

  if (!isRoot) return;
  const others = join(folder, 'data');
  await assert.rejects(hold(others, { uid, gid }), /another user|may not write/);
  // Root finds the same folder later: its owner goes on running it.
  await using postgres = await startEmbeddedPostgres({ dataDir, log });
  assert.deepEqual(await query(postgres, 'select 1 as n'), [{ n: 1 }]);
  assert.equal(statSync(join(dataDir, 'postgres')).uid, uid);
});

function asOrdinaryUser(): string | false {
  if (!isRoot) return false;
  try {
    execFileSync(process.execPath, ['--version'], { uid: 65534, gid: 65534, cwd: '/', stdio: 'ignore' });
    execFileSync('/bin/sh', ['-c', `test -r ${fixture}`], { uid: 65534, gid: 65534, cwd: '/' });
    return false;
  } catch {
    return 'this copy of Parley is in a folder that other users cannot enter';
  }
}

test('as root: a data folder inside a private one is refused with the remedy', {
  skip: !isRoot && 'needs root',
}, async () => {
  const closed = join(folder, 'private');
  mkdirSync(closed, { mode: 0o700 });
  await assert.rejects(
    startEmbeddedPostgres({ dataDir: join(closed, 'inside/data'), log }),
    failsWith('STORE_DATA_UNREACHABLE', new RegExp(`inside ${closed},`)),
  );
});

test('as root: PostgreSQL and its files belong to a system user', {
  skip: !isRoot && 'needs root',
}, async () => {
  const account = await chooseAccount(join(folder, 'nothing-here'));
  assert.notEqual(account?.uid, 0);
  assert.equal(statSync(join(folder, 'data/postgres')).uid, account?.uid);
});

test('as root: programs under a private folder are copied, and links that were not made are made', {
  skip: !isRoot && 'needs root',
}, async () => {
  const account = await chooseAccount(join(folder, 'nothing-here'));
  const installed = installedFolder();
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  cpSync(join(dirname(installed), 'package.json'), join(closed, 'package.json'));
  cpSync(installed, join(closed, 'native'), {
    recursive: true,
    filter: (path) =>
      !/\.so(\.\d+)?$/.test(path) || /\/postgresql\/|lib(crypto|ssl|lzma|xml2|xslt|z|ossp-uuid)\./.test(path),
  });
  const dataDir = join(folder, 'with-copy');
  mkdirSync(dataDir, { mode: 0o711 });
  const copy = await findBinaries(dataDir, account, join(closed, 'native'));
  assert.ok(copy.folder.startsWith(dataDir));
  assert.equal(statSync(copy.folder).uid, 0);
});

test('a folder whose path is too long for a socket gets a loopback port with the same secret', async () => {
  const dataDir = join(folder, 'long'.repeat(25));
  await using postgres = await startEmbeddedPostgres({ dataDir, log });
  assert.equal(postgres.connection.host, '127.0.0.1');
  assert.deepEqual(await query(postgres, "select current_setting('listen_addresses') as n"), [
    { n: '127.0.0.1' },
  ]);
  await assert.rejects(query({ url: postgres.url.replace(/:[^:@]*@/, ':wrong@') }, 'select 1'), {
    code: '28P01',
  });
});

test('as root: a full disk is said at the first start and at a later one', {
  skip: !isRoot && 'needs root',
}, async (t) => {
  const disk = join(folder, 'disk');
  mkdirSync(disk, { mode: 0o711 });
  const mount = (size: string) =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=711`, 'parley', disk]);
  const unmount = () => execFileSync('umount', [disk]);
  try {
    mount('16m');
  } catch {
    return t.skip('this machine does not let us mount a small disk');
  }
  const full = failsWith('STORE_DISK_FULL', new RegExp(disk));
  await assert.rejects(startEmbeddedPostgres({ dataDir: disk, log }), full).finally(unmount);
  // Room for a copy of the programs as well, where they are not used in place.
  mount('320m');
  try {
    await (await startEmbeddedPostgres({ dataDir: disk, log }))[Symbol.asyncDispose]();
    try {
      writeFileSync(join(disk, 'somebody-elses'), Buffer.alloc(320 * 1024 * 1024));
    } catch {
      // As much as there was room for.
    }
    await assert.rejects(startEmbeddedPostgres({ dataDir: disk, log }), full);
    rmSync(join(disk, 'somebody-elses'));
    await (await startEmbeddedPostgres({ dataDir: disk, log }))[Symbol.asyncDispose]();
  } finally {
    unmount();
  }
});
