// A stage: the processes of one topology, real PostgreSQL, real NATS where there are several, and the administrator who
// hires the actors. Every play runs on each topology.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext } from 'node:test';
import { natsServerMissing, startNatsServer } from '@parley/platform/bus/testing';
import type { Destination } from '@parley/platform/net';
import { testDatabase } from '@parley/platform/store/testing';
import { fixedPort } from './fixed-port.ts';
import { HttpClient } from './http-client.ts';
import type { MemberAddresses } from './member.ts';
import { Phone } from './phone.ts';
import { WebUser } from './web-user.ts';

export const DOMAIN = 'parley.test';
const PASSWORD = 'a long enough password';
export const ADMINISTRATOR = {
  address: `admin@${DOMAIN}`,
  name: 'Administrator',
  password: PASSWORD,
} as const;
const START_MS = 60_000;

/** One process: it can be killed and started again with the same settings. */
export class Member {
  readonly roles: readonly string[];
  readonly #file: string;
  readonly #data: string;
  #child: ChildProcess | undefined;
  #addresses: MemberAddresses | undefined;

  constructor(roles: readonly string[], file: string, data: string) {
    this.roles = roles;
    this.#file = file;
    this.#data = data;
  }

  get addresses(): MemberAddresses {
    if (this.#addresses === undefined) throw new Error('this member is not on stage');
    return this.#addresses;
  }

  get origin(): string {
    return this.addresses.web ?? '';
  }

  /** Where browser phones find SIP. */
  get sipOverWebSocket(): string {
    const listening = this.addresses.websites.find(({ protocol }) => protocol === 'https');
    if (listening === undefined) throw new Error('no https here');
    return `wss://localhost:${listening.port}/sip`;
  }

  sip(transport: 'udp' | 'tcp' | 'tls' = 'tcp'): Destination {
    const listening = this.addresses.sip.find((one) => one.transport === transport);
    if (listening === undefined) throw new Error(`no ${transport} here`);
    return { transport, address: listening.address, port: listening.port };
  }

  async start(): Promise<void> {
    const child = fork(join(import.meta.dirname, 'member.ts'), [this.#file], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    const gone = once(child, 'exit').then(([code]) => {
      throw new Error(`a member left with ${code} before it was ready`);
    });
    const late = new Promise<never>((_, reject) =>
      setTimeout(reject, START_MS, new Error('a member is not ready in time')).unref(),
    );
    const [addresses] = await Promise.race([once(child, 'message'), gone, late]);
    gone.catch(() => {});
    late.catch(() => {});
    this.#addresses = addresses as MemberAddresses;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Kills the PostgreSQL that this member started, and waits until another one answers in its place. */
  async killPostgres(): Promise<void> {
    const killed = await this.#postgresPid();
    process.kill(Number(killed), 'SIGKILL');
    const deadline = Date.now() + START_MS;
    // What the dead one's connections still answer proves nothing, so its successor has to be there first.
    while ([killed, ''].includes(await this.#postgresPid()) || !(await this.#isReady())) {
      if (Date.now() > deadline) throw new Error('the member is not ready after its PostgreSQL was killed');
    }
  }

  /** '' while there is none. */
  async #postgresPid(): Promise<string> {
    const file = join(this.#data, 'postgres', 'postmaster.pid');
    const text = await readFile(file, 'utf8').catch(() => '');
    return text.split('\n')[0] ?? '';
  }

  async #isReady(): Promise<boolean> {
    // A query is the probe: readiness alone may not have noticed the death yet.
    const response = await fetch(new URL('/api/v1/session', this.origin)).catch(() => undefined);
    await response?.body?.cancel();
    return response?.status === 200;
  }
}

export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly address: string;
  readonly password: string;
  readonly devicePassword: string;
}

export interface Stage extends AsyncDisposable {
  readonly topology: string;
  readonly members: readonly Member[];
  /** Processes that hold SIP flows. */
  readonly frontEnds: readonly Member[];
  /** Processes that carry sound and picture. */
  readonly mediaHosts: readonly Member[];
  /** Processes that serve browsers. */
  readonly web: Member;
  readonly administrator: HttpClient;
  /** Address of the database; empty where a member has its own. */
  readonly database: string;
  /** A person of that name with a password and a phone's password; the address is unique on this stage. */
  hire(name: string): Promise<Person>;
  browser(person: Person): Promise<WebUser>;
  phone(
    person: Person,
    options?: {
      readonly frontEnd?: number;
      readonly transport?: 'udp' | 'tcp';
      readonly instance?: string;
    },
  ): Promise<Phone>;
}

type Settings = Readonly<Record<string, unknown>>;

export interface StageOptions {
  /** Nobody is there yet: the play makes the first administrator. */
  readonly isNew?: boolean;
  /** Another domain than `DOMAIN`. */
  readonly domain?: string;
  /** A member that is killed and started again serves browsers on the same port as before. */
  readonly keepsPort?: boolean;
  /** Every member listens on https too, with a certificate of its own. */
  readonly hasHttps?: boolean;
  /** A relay runs too: in the process that is one, or in one of its own. */
  readonly hasTurn?: boolean;
  /** Calls with phones can be carried in Enterprise Edition too: by two processes of their own. */
  readonly hasMedia?: boolean;
  /** More of parley.yaml. */
  readonly settings?: Settings;
}

async function openStage(
  topology: string,
  processes: readonly (readonly string[])[],
  shared: Settings,
  {
    isNew = false,
    keepsPort = false,
    hasHttps = false,
    hasTurn = false,
    domain = DOMAIN,
    settings: given = {},
  }: StageOptions = {},
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-stage-'));
  // PostgreSQL's own user has to get through when the test runs as root.
  await chmod(folder, 0o755);
  const members = await Promise.all(
    processes.map(async (roles, index) => {
      const file = join(folder, `member-${index}.json`);
      const off = { port: null };
      const any = { address: '127.0.0.1', port: 0 };
      const hasWeb = roles.some((role) => role === 'standard-edition' || role === 'web-components');
      const hasSip = roles.some((role) => role === 'standard-edition' || role === 'front-end');
      const relays = hasTurn && roles.some((role) => role === 'standard-edition' || role === 'edge');
      const listen = {
        http: !hasWeb ? off : keepsPort ? { ...any, port: await fixedPort() } : any,
        https: hasHttps ? any : off,
        sip: hasSip ? any : off,
        sips: hasSip ? any : off,
        turn: relays ? any : off,
        turns: relays ? any : off,
        admin: any,
      };
      const settings = {
        domain,
        hostName: 'localhost',
        roles,
        listen,
        data: join(folder, `data-${index}`),
        log: { level: 'error' },
        // By chance nobody is asked in the middle of a play; after a bad call still.
        monitoring: { rateEvery: 1000 },
        media: { listen: '127.0.0.1', port: 0, addresses: ['127.0.0.1'] },
        ...shared,
        ...given,
      };
      // JSON is YAML, so the settings are read as an administrator's file is.
      await writeFile(file, JSON.stringify(settings));
      return new Member(roles, file, settings.data);
    }),
  );
  // Who comes first prepares the database for all; who carries media needs none.
  const [first, ...others] = members;
  const hosts = others.filter(({ roles }) => roles.includes('media'));
  await first?.start();
  const starting = Promise.all(hosts.map((host) => host.start()));
  for (const member of others) if (!hosts.includes(member)) await member.start();
  await starting;
  const having = (wanted: string) =>
    members.filter(({ roles }) => roles.includes('standard-edition') || roles.includes(wanted));
  const web = having('web-components')[0]!;
  const frontEnds = having('front-end');

  const administrator = new HttpClient(web.origin);
  await administrator.session();
  if (!isNew) await administrator.post('/api/v1/first-run', { ...ADMINISTRATOR, address: `admin@${domain}` });
  const played: AsyncDisposable[] = [];

  return {
    topology,
    members,
    frontEnds,
    mediaHosts: having('media'),
    web,
    administrator,
    database: String(shared['store'] ?? ''),
    async hire(name) {
      const address = `${name.toLowerCase()}-${randomBytes(3).toString('hex')}@${domain}`;
      const user = await administrator.post<{ userId: string; address: string }>('/api/v1/admin/users', {
        address,
        name,
        password: PASSWORD,
      });
      const device = await administrator.post<{ password: string }>(
        `/api/v1/admin/users/${user.userId}/devices`,
        { name: 'Phone' },
      );
      return { userId: user.userId, name, address, password: PASSWORD, devicePassword: device.password };
    },
    async browser(person) {
      const user = await WebUser.signIn(web.origin, person.address, person.password);
      played.push(user);
      return user;
    },
    async phone(person, { frontEnd = 0, transport = 'tcp', instance } = {}) {
      const phone = await Phone.registered({
        address: person.address,
        password: person.devicePassword,
        server: frontEnds[frontEnd % frontEnds.length]!.sip(transport),
        instance,
      });
      played.push(phone);
      return phone;
    },
    async [Symbol.asyncDispose]() {
      for (const actor of played) await actor[Symbol.asyncDispose]();
      await Promise.all(members.map((member) => member.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Standard Edition: one process, the in-process bus. */
export async function standardEdition(options?: StageOptions): Promise<Stage> {
  const database = await testDatabase();
  const store = { store: database.connection };
  const stage = await openStage('one process', [['standard-edition']], store, options);
  return withEnd(stage, database);
}

/** Standard Edition as a newcomer has it: with a PostgreSQL of its own. */
export function standardEditionWithOwnPostgres(): Promise<Stage> {
  return openStage('one process with its own PostgreSQL', [['standard-edition']], {});
}

/** Enterprise Edition at its smallest: two front ends and one web process on NATS. */
export async function enterpriseEdition(options?: StageOptions): Promise<Stage> {
  const database = await testDatabase();
  const nats = await startNatsServer();
  const edge = options?.hasTurn === true ? [['edge']] : [];
  const media = options?.hasMedia === true ? [['media'], ['media']] : [];
  const processes = [['front-end'], ['front-end'], ['web-components'], ...edge, ...media];
  const stage = await openStage(
    'two front ends and web',
    processes,
    {
      store: database.connection,
      bus: nats.url,
    },
    options,
  );
  return withEnd(stage, nats, database);
}

function withEnd(stage: Stage, ...after: readonly AsyncDisposable[]): Stage {
  return {
    ...stage,
    async [Symbol.asyncDispose]() {
      await stage[Symbol.asyncDispose]();
      for (const part of after) await part[Symbol.asyncDispose]();
    },
  };
}

export type Play = (name: string, act: (stage: Stage, t: TestContext) => Promise<void>) => void;

/** Declares plays once and runs them on every topology. */
export function onEveryTopology(declare: (stage: () => Stage) => void, options?: StageOptions): void {
  for (const [name, open, skip] of [
    ['one process', () => standardEdition(options), false],
    ['two front ends and web on NATS', () => enterpriseEdition(options), natsServerMissing],
  ] as const) {
    describe(name, { skip }, () => {
      let stage: Stage | undefined;
      before(async () => {
        stage = await open();
      });
      after(() => stage?.[Symbol.asyncDispose]());
      declare(() => {
        if (stage === undefined) throw new Error('the stage is not open');
        return stage;
      });
    });
  }
}
