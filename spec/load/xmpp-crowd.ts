// The crowd at Prosody and ejabberd, where they are installed: the same people with the same contacts, over plain TCP.
// With an archive, each keeps every message, as Parley does (XEP-0313); without one they store nothing.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { fixedPort } from '../cast/fixed-port.ts';
import { ADMIRERS, CIRCLE, type Crowd } from './crowd.ts';
import { DOMAIN } from './product.ts';
import { passwordOf, XmppSeat } from './xmpp-seat.ts';

export interface XmppPeer {
  readonly id: 'prosody' | 'ejabberd';
  readonly name: string;
  readonly keepsMessages: boolean;
}

const START_TRIES = 300;

/** Those that are installed, each with and without an archive. */
export function xmppPeers(): readonly XmppPeer[] {
  const peers = [
    ['prosody', 'Prosody', 'prosody'],
    ['ejabberd', 'ejabberd', 'ejabberd'],
  ] as const;
  return peers.flatMap(([id, name, debianPackage]) => {
    const version = versionOf(debianPackage);
    if (version === undefined) {
      console.log(`${name} is not installed and is left out (Debian: apt-get install ${debianPackage})`);
      return [];
    }
    return [
      { id, name: `${name} ${version}`, keepsMessages: false },
      { id, name: `${name} ${version}, archive`, keepsMessages: true },
    ];
  });
}

function versionOf(debianPackage: string): string | undefined {
  const format = '--showformat=$' + '{Version}';
  const { status, stdout } = spawnSync('dpkg-query', ['--show', format, debianPackage], { encoding: 'utf8' });
  return status === 0 ? /^[\d.]+/.exec(stdout)?.[0] : undefined;
}

/** Whom each person has as a contact, by number; the star, who is the last, has the admirers. */
export function contactsOf(person: number, people: number): readonly number[] {
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
  if (person === people) return range(0, Math.min(ADMIRERS, people));
  const first = person - (person % CIRCLE);
  const circle = range(first, Math.min(first + CIRCLE, people)).filter((other) => other !== person);
  return person < ADMIRERS ? [...circle, people] : circle;
}

export async function startXmppCrowd(peer: XmppPeer, people: number): Promise<Crowd> {
  const run = await mkdtemp(join(tmpdir(), `parley-${peer.id}-`));
  const [port, apiPort] = [await fixedPort(), await fixedPort()];
  const start = peer.id === 'prosody' ? startProsody : startEjabberd;
  const child = await start({ run, port, apiPort, people, keepsMessages: peer.keepsMessages });
  const gone = once(child, 'exit');
  const seats: XmppSeat[] = [];
  return {
    server: peer.name,
    pid: child.pid!,
    async signIn(person, hears) {
      const seat = await XmppSeat.signIn(port, person, (text) => hears(person, text));
      seats.push(seat);
      return seat;
    },
    async [Symbol.asyncDispose]() {
      for (const seat of seats) seat.close();
      child.kill('SIGKILL');
      await gone;
      await rm(run, { recursive: true, force: true });
    },
  };
}

interface Start {
  readonly run: string;
  readonly port: number;
  readonly apiPort: number;
  readonly people: number;
  readonly keepsMessages: boolean;
}

async function configure(template: string, file: string, values: Readonly<Record<string, string>>) {
  const text = await readFile(join(import.meta.dirname, template), 'utf8');
  await writeFile(
    file,
    text.replace(/@([A-Z]+)@/g, (_, name: string) => values[name] ?? ''),
  );
}

/** Its own files hold accounts and rosters: one Lua table each. */
async function startProsody({ run, port, people, keepsMessages }: Start): Promise<ChildProcess> {
  const config = join(run, 'prosody.cfg.lua');
  const ARCHIVE = keepsMessages ? ', "mam"' : '';
  await configure('prosody/prosody.cfg.lua', config, { RUN: run, PORT: String(port), ARCHIVE });
  const folder = join(run, 'data', DOMAIN.replace('.', '%2e'));
  for (const store of ['accounts', 'roster']) await mkdir(join(folder, store), { recursive: true });
  for (let person = 0; person <= people; person++) {
    const items = contactsOf(person, people).map(
      (other) => `["u${other}@${DOMAIN}"]={subscription="both";groups={}};`,
    );
    const account = `return { ["password"] = "${passwordOf(person)}"; };\n`;
    await writeFile(join(folder, 'accounts', `u${person}.dat`), account);
    await writeFile(
      join(folder, 'roster', `u${person}.dat`),
      `return {[false]={version=1;};${items.join('')}};\n`,
    );
  }
  const child = spawn('prosody', ['--config', config, '-F'], { stdio: 'ignore' });
  await untilOpen(child, port);
  return child;
}

/** Its own dump of tables holds accounts and rosters: Erlang terms. */
async function startEjabberd({ run, port, apiPort, people, keepsMessages }: Start): Promise<ChildProcess> {
  const config = join(run, 'ejabberd.yml');
  const ARCHIVE = keepsMessages ? 'mod_mam: {default: always, db_type: mnesia}' : '';
  await configure('ejabberd/ejabberd.yml', config, {
    PORT: String(port),
    API: String(apiPort),
    ARCHIVE,
  });
  const terms = ['{tables, [{passwd, []}, {roster, []}]}.'];
  for (let person = 0; person <= people; person++) {
    const [own, domain] = [`<<"u${person}">>`, `<<"${DOMAIN}">>`];
    terms.push(`{passwd, {${own}, ${domain}}, <<"${passwordOf(person)}">>}.`);
    for (const other of contactsOf(person, people)) {
      const jid = `{<<"u${other}">>, ${domain}, <<>>}`;
      terms.push(
        `{roster, {${own}, ${domain}, ${jid}}, {${own}, ${domain}}, ${jid}, <<>>, both, none, [], <<>>, []}.`,
      );
    }
  }
  const dump = join(run, 'people.txt');
  await writeFile(dump, `${terms.join('\n')}\n`);
  // Without a name it needs no port mapper, which would outlive it.
  const child = spawn('erl', ['-noinput', '-mnesia', 'dir', `"${run}/spool"`, '-s', 'ejabberd'], {
    env: {
      ...process.env,
      EJABBERD_CONFIG_PATH: config,
      EJABBERD_LOG_PATH: join(run, 'ejabberd.log'),
      ERL_CRASH_DUMP: '/dev/null',
      ERL_LIBS: '/usr/lib/x86_64-linux-gnu:/usr/lib/aarch64-linux-gnu',
      HOME: run,
    },
    stdio: 'ignore',
  });
  await untilOpen(child, port);
  try {
    const body = JSON.stringify({ file: dump });
    const loaded = await fetch(`http://127.0.0.1:${apiPort}/api/load`, { method: 'POST', body });
    const answer = await loaded.text();
    if (answer !== '""') throw new Error(`ejabberd did not take its people: ${answer}`);
    return child;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

async function untilOpen(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < START_TRIES && child.exitCode === null; tries++) {
    const socket = connect({ host: '127.0.0.1', port });
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await pass(200);
  }
  child.kill('SIGKILL');
  throw new Error(`${child.spawnfile} did not start`);
}
