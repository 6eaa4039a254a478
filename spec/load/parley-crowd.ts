// The crowd at Parley: browser windows of people who signed in before, as in the morning, and whose browsers come back with
// their cookies. People are imported; their contacts and sign-ins, which would take an hour to make one by one, are rows.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { embeddedPostgresUrl } from '@parley/platform/store';
import { SIGN_IN_COOKIE } from '@parley/services/web-access/contract';
import pg from 'pg';
import { ADMIRERS, CIRCLE, type Crowd, type Seat } from './crowd.ts';
import { hirePhones, PHONES } from './organisation.ts';
import { type Product, type ProductOptions, startProduct } from './product.ts';
import { Window } from './window.ts';

const WINDOWS_AN_ADDRESS = 100;
const TRIES = 20;
const AGAIN_MS = 1_000;
const SIGN_IN_MS = 30 * 86_400_000;
/** Who of the crowd is who, beside the data. */
const FILE = 'crowd.json';

/** By the number of the person; the star is the last. */
export interface Member {
  readonly userId: string;
  readonly cookie: string;
}

/** Circles of people who have one another as contacts, and the star. Made once for a data directory. */
export async function foundCrowd(data: string, people: number): Promise<readonly Member[]> {
  const file = join(dirname(data), FILE);
  if (existsSync(file)) {
    const held = JSON.parse(await readFile(file, 'utf8')) as Member[];
    if (held.length === people + 1) return held;
  }
  console.log(`hiring ${people} people …`);
  if (people >= PHONES) await hirePhones(dirname(data), data, PHONES, people + 1 - PHONES);
  await using _product = await startProduct(data);
  const client = new pg.Client({ connectionString: await embeddedPostgresUrl(data) });
  await client.connect();
  try {
    const members = await introduceMembers(client, people);
    await writeFile(file, JSON.stringify(members));
    return members;
  } finally {
    await client.end();
  }
}

async function introduceMembers(client: pg.Client, people: number): Promise<readonly Member[]> {
  const found = await client.query<{ user_id: string; n: number }>(
    `select user_id, substring(address from '^u([0-9]+)@')::integer as n
     from identity.users where address ~ '^u[0-9]+@' order by n limit $1`,
    [people + 1],
  );
  const members = found.rows.map(({ user_id: userId }) => ({ userId, token: randomUUID() }));
  const star = members[people]!.userId;
  const pairs = members.slice(0, people).flatMap(({ userId }, person) => {
    const first = person - (person % CIRCLE);
    const circle = members.slice(first, Math.min(first + CIRCLE, people)).map((other) => other.userId);
    const others = circle.filter((other) => other !== userId);
    return (person < ADMIRERS ? [...others, star] : others).map((other) => [userId, other] as const);
  });
  await client.query(
    `insert into contacts.people (user_id, contact_id, favourite)
     select given.a, given.b, false from unnest($1::text[], $2::text[]) as given (a, b) on conflict do nothing`,
    [pairs.map(([one]) => one), pairs.map(([, other]) => other)],
  );
  const now = Date.now();
  await client.query(
    `insert into authentication.sign_ins
       (sign_in_id, user_id, token_hash, source, user_agent, created_at, last_seen_at, expires_at)
     select gen_random_uuid()::text, given.user_id, given.hash, '127.0.0.1', 'bench', $3, $3, $4
     from unnest($1::text[], $2::text[]) as given (user_id, hash)`,
    [
      members.map(({ userId }) => userId),
      members.map(({ token }) => createHash('sha256').update(token).digest('hex')),
      now,
      now + SIGN_IN_MS,
    ],
  );
  await client.query('analyze');
  const device = () => `parley_device=${randomUUID()}`;
  return members.map(({ userId, token }) => ({ userId, cookie: `${SIGN_IN_COOKIE}=${token}; ${device()}` }));
}

export async function startParleyCrowd(
  data: string,
  members: readonly Member[],
  options: ProductOptions = {},
): Promise<Crowd & { readonly product: Product }> {
  const product = await startProduct(data, options);
  const port = Number(new URL(product.origin).port);
  const windows: Window[] = [];
  return {
    server: 'Parley',
    pid: product.pid,
    product,
    async signIn(person, hears) {
      const member = members[person]!;
      const page = new Page(member, members, (text) => hears(person, text));
      windows.push(await page.open(port, `127.0.1.${1 + (Math.floor(person / WINDOWS_AN_ADDRESS) % 250)}`));
      return page;
    },
    async [Symbol.asyncDispose]() {
      for (const window of windows) window.close();
      await product.stop();
    },
  };
}

/** What a page of Communicator says and hears, without keeping any of it. */
class Page implements Seat {
  readonly #member: Member;
  readonly #members: readonly Member[];
  readonly #hears: (text: string) => void;
  readonly #conversations = new Map<number, Promise<string>>();
  readonly #opening = new Map<number, (conversationId: string) => void>();
  #hasSnapshot: () => void = () => undefined;
  #window: Window | undefined;
  #nextId = 0;

  constructor(member: Member, members: readonly Member[], hears: (text: string) => void) {
    this.#member = member;
    this.#members = members;
    this.#hears = hears;
  }

  /** Until it shows contacts and their presence: as a page does, it tries again when the server has no time. */
  async open(port: number, localAddress: string): Promise<Window> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#tryToOpen(port, localAddress);
      } catch (error) {
        if (tries === TRIES) throw error;
        await pass(AGAIN_MS);
      }
    }
  }

  async #tryToOpen(port: number, localAddress: string): Promise<Window> {
    const { userId, cookie } = this.#member;
    const { promise: snapshot, resolve, reject } = Promise.withResolvers<void>();
    snapshot.catch(() => undefined);
    this.#hasSnapshot = resolve;
    // Everybody hears of themselves too, which is no delivery.
    const own = [`"presence":{"userId":"${userId}"`, `"senderId":"${userId}"`];
    const window = await Window.open({
      port,
      cookie,
      localAddress,
      hears: (text) => {
        if (text.startsWith('{"type":"event"')) {
          if (text.includes('~') && !own.some((mine) => text.includes(mine))) this.#hears(text);
        } else this.#answered(text);
      },
      closed: () => reject(new Error('the window was closed before its snapshot')),
    });
    this.#window = window;
    window.send('{"type":"hello"}');
    await snapshot;
    return window;
  }

  says(note: string): void {
    this.#ask('presence.setNote', { note });
  }

  async writes(to: number, text: string): Promise<void> {
    const conversationId = await this.#conversationWith(to);
    this.#ask('im.send', { conversationId, text, clientId: randomUUID() });
  }

  /** As a page does it: opened once, then written into. */
  #conversationWith(person: number): Promise<string> {
    const held = this.#conversations.get(person);
    if (held !== undefined) return held;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#conversations.set(person, promise);
    this.#opening.set(this.#ask('im.open', { participantIds: [this.#members[person]!.userId] }), resolve);
    return promise;
  }

  #ask(name: string, request: object): number {
    const id = this.#nextId++;
    this.#window?.send(JSON.stringify({ type: 'command', id, name, request }));
    return id;
  }

  #answered(text: string): void {
    if (text.startsWith('{"type":"snapshot"')) this.#hasSnapshot();
    const [, id] = /^\{"type":"reply","id":(\d+),"ok":true/.exec(text) ?? [];
    // What it could not do is missing among the deliveries.
    if (id === undefined) return;
    const opened = this.#opening.get(Number(id));
    this.#opening.delete(Number(id));
    opened?.(/"conversationId":"([^"]+)"/.exec(text)?.[1] ?? '');
  }
}
