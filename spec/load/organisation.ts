// Who works here while it is measured: an administrator, alice and bob with passwords, and u0 … u999 with phones; alice
// has five hundred of them as contacts. Made once, in a data directory that goes with the run.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import type { User } from '@parley/services/identity/contract';
import { WebUser } from '../cast/web-user.ts';
import { administratorOf, DOMAIN, PASSWORD, parley, startProduct } from './product.ts';

export const PHONES = 1_000;
export const CONTACTS = 500;
const PEOPLE = [
  ['alice', 'Alice Adler'],
  ['bob', 'Bob Baker'],
] as const;
/** A person may ask for a hundred things at once, then for twenty a second. */
const BURST = 90;
const PAUSE_MS = 52;

export interface Organisation extends AsyncDisposable {
  readonly data: string;
  readonly firstStartMs: number;
}

export async function foundOrganisation(): Promise<Organisation> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  // As root, PostgreSQL runs under a user of its own, who has to get in.
  await chmod(folder, 0o755);
  const data = join(folder, 'data');
  const organisation = {
    data,
    firstStartMs: 0,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
  try {
    const firstStartMs = await hirePeople(data);
    await hirePhones(folder, data);
    await fillContactList(data);
    return { ...organisation, firstStartMs };
  } catch (error) {
    await organisation[Symbol.asyncDispose]();
    throw error;
  }
}

/** @returns how long the first start took */
async function hirePeople(data: string): Promise<number> {
  await using product = await startProduct(data);
  const administrator = await administratorOf(product);
  for (const [address, name] of PEOPLE)
    await administrator.post('/api/v1/admin/users', { address, name, password: PASSWORD });
  return product.readyMs;
}

/** u17 has the device password password-17. */
async function hirePhones(folder: string, data: string): Promise<void> {
  const file = join(folder, 'phones.csv');
  const rows = Array.from(
    { length: PHONES },
    (_, i) => `u${i},Colleague ${i},password-${i},Department ${i % 10}\n`,
  );
  await writeFile(file, `address,name,devicePassword,department\n${rows.join('')}`);
  await parley(data, 'user', 'import', file);
}

async function fillContactList(data: string): Promise<void> {
  await using product = await startProduct(data);
  const administrator = await administratorOf(product);
  const path = `/api/v1/admin/users?limit=${CONTACTS}`;
  const { users } = (await administrator.request('GET', path)) as { users: User[] };
  await using window = await WebUser.signIn(product.origin, `alice@${DOMAIN}`, PASSWORD);
  for (const [index, { userId, name, department: group }] of users.entries()) {
    if (index >= BURST) await pass(PAUSE_MS);
    await window.command('contact.put', { contact: { userId, group, favourite: name === 'Bob Baker' } });
  }
}
