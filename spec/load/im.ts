// What a message between two people costs the server: at Parley stored before it is delivered, at Prosody and ejabberd with an
// archive and without; how late it is at the load of 5,000 people, and how much room it takes.
import { embeddedPostgresUrl } from '@parley/platform/store';
import pg from 'pg';
import { WATCHERS } from './crowd.ts';
import { busyNote, type CrowdOptions, measureCrowds } from './crowds.ts';
import type { Figures } from './figures.ts';
import type { Organisation } from './organisation.ts';
import { LOAD } from './presence.ts';

const MESSAGE_BUDGET_US = 100;
const MESSAGE_BUDGET_MS = 100;

export async function measureIm(
  figures: Figures,
  organisation: Organisation,
  options: CrowdOptions,
): Promise<void> {
  await measureCrowds(figures, 'im', organisation, options, async (scene) => {
    const { audience, everyone, pairs, size, show, product, isWanted } = scene;
    await audience.signIn(everyone);
    // Conversations are opened once; that is not what is measured.
    await audience.writes(pairs, 2 * pairs.length, 16);
    if (isWanted('message')) {
      const bytes = product === undefined ? 0 : await storedBytes(organisation.data);
      const written = await audience.writes(pairs, size.ops(20_000), 32);
      show('message between two people', written, MESSAGE_BUDGET_US);
      if (product !== undefined) {
        const each = ((await storedBytes(organisation.data)) - bytes) / written.ops;
        const note = 'a text of 80 characters; tables and indexes';
        figures.add('im', { name: 'room for a message: Parley', value: each, unit: 'bytes', note });
      }
    }
    if (product === undefined || !isWanted('lag')) return;
    const life = { seconds: size.seconds, sayers: everyone, watchers: WATCHERS, pairs, ...LOAD };
    const { messages } = await audience.lives(life);
    const lost = messages.lost > 0 ? [`${messages.lost} LOST`] : [];
    const note = [...lost, `p50 ${messages.p50Ms.toFixed(1)} ms`, ...busyNote([messages])].join('; ');
    const name = 'message at the load of 5,000 people, p99: Parley';
    figures.add('im', { name, value: messages.p99Ms, unit: 'ms', budget: MESSAGE_BUDGET_MS, note });
  });
}

async function storedBytes(data: string): Promise<number> {
  const client = new pg.Client({ connectionString: await embeddedPostgresUrl(data) });
  await client.connect();
  try {
    const { rows } = await client.query<{ bytes: string }>(
      `select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c
       join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'im' and c.relkind = 'r'`,
    );
    return Number(rows[0]?.bytes ?? 0);
  } finally {
    await client.end();
  }
}
