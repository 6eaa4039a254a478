// Who works here while it is measured: an administrator, alice and bob with passwords, and u0 … u999 with phones; alice
// has five hundred of them as contacts. Made once, in a data directory that goes with the run or stays for the next.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { User } from '@parley/services/identity/contract';
import { WebUser } from '../cast/web-user.ts';
import { administratorOf, DOMAIN, PASSWORD, parley, startProduct } from './product.ts';

export const PHONES = 1_000;
export const CONTACTS = 500;
const PEOPLE = [
  ['alice', 'Alice Adler'],
  ['bob', 'Bob Baker'],
] as const;
/** As many contacts as one command takes. */
const AT_ONCE = 200;
/** As many as one file may bring. */
const ROWS_A_FILE = 5_000;
/** Marks a folder whose organisation is whole. */
const FOUNDED = 'founded';

export interface Organisation extends AsyncDisposable {
  readonly data: string;
  /** Undefined where the data was there already. */
  readonly firstStartMs: number | undefined;
}

export interface OrganisationOptions {
  /** Fill alice's contact list,. */
  readonly contacts: boolean;
  /** Keep the organisation in this folder; one that is there already is used as it is. */
  readonly folder?: string | undefined;
}

export async function foundOrganisation({ contacts, folder }: OrganisationOptions): Promise<Organisation> {
  const place = folder ?? (await mkdtemp(join(tmpdir(), 'parley-bench-')));
  const data = join(place, 'data');
  const close = async () => {
    if (folder === undefined) await rm(place, { recursive: true, force: true });
  };
  if (existsSync(join(place, FOUNDED)))
    return { data, firstStartMs: undefined, [Symbol.asyncDispose]: close };
  try {
    await mkdir(place, { recursive: true });
    // As root, PostgreSQL runs under a user of its own, who has to get in.
    await chmod(place, 0o755);
    const firstStartMs = await hirePeople(data);
    await hirePhones(place, data, 0, PHONES);
    if (contacts) await fillContactList(data);
    await writeFile(join(place, FOUNDED), '');
    return { data, firstStartMs, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
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
export async function hirePhones(folder: string, data: string, first: number, count: number): Promise<void> {
  for (let from = first; from < first + count; from += ROWS_A_FILE) {
    const rows = Array.from({ length: Math.min(ROWS_A_FILE, first + count - from) }, (_, row) => {
      const i = from + row;
      return `u${i},Colleague ${i},password-${i},Department ${i % 10}\n`;
    });
    const file = join(folder, 'phones.csv');
    await writeFile(file, `address,name,devicePassword,department\n${rows.join('')}`);
    await parley(data, 'user', 'import', file);
  }
}

async function fillContactList(data: string): Promise<void> {
  await using product = await startProduct(data);
  const administrator = await administratorOf(product);
  const path = `/api/v1/admin/users?limit=${CONTACTS}`;
  const { users } = (await administrator.request('GET', path)) as { users: User[] };
  await using window = await WebUser.signIn(product.origin, `alice@${DOMAIN}`, PASSWORD);
  const departments = new Map(users.map(({ department }) => [department, randomUUID()]));
  for (const [name, groupId] of departments)
    if (name !== '')
      await window.command('contact.changeGroups', { change: { kind: 'create', groupId, name } });
  for (const [name, groupId] of departments) {
    const contactIds = users.filter(({ department }) => department === name).map(({ userId }) => userId);
    for (let from = 0; from < contactIds.length; from += AT_ONCE) {
      const some = contactIds.slice(from, from + AT_ONCE);
      const change = name === '' ? {} : { addTo: [groupId] };
      await window.command('contact.put', { contactIds: some, change });
    }
  }
  const favourites = users.filter(({ name }) => name === 'Bob Baker').map(({ userId }) => userId);
  if (favourites.length > 0)
    await window.command('contact.put', { contactIds: favourites, change: { favourite: true } });
}
