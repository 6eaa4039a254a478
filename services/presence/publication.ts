// What a phone publishes (RFC 3903 §6): one publication for each device, whose entity-tag changes with every PUBLISH; the
// last one counts, and who does not know it changes nothing. Used by sip.ts.
import { randomBytes } from 'node:crypto';
import type { Clock } from '@parley/platform/clock';
import type { Activity, Statement, StateName } from './contract.ts';
import type { Presentities } from './presentity.ts';
import { without, withStatement } from './said.ts';

export interface Publication {
  readonly userId: string;
  readonly deviceId: string;
  readonly source: Statement['source'];
  /** Undefined for the first one. */
  readonly ifMatch: string | undefined;
  /** What is said; undefined where it says again what it said, or takes it back with `expiresS` 0. */
  readonly said: { readonly state: StateName; readonly activity?: Activity } | undefined;
  readonly expiresS: number;
}

/** @returns the new entity-tag, or undefined where the one that was named is not the last (RFC 3903 §6 step 4: 412). */
export async function publishFromPhone(
  { presentities, clock }: { readonly presentities: Presentities; readonly clock: Clock },
  { userId, deviceId, source, ifMatch, said, expiresS }: Publication,
): Promise<string | undefined> {
  const endpointId = `publish:${deviceId}`;
  const etag = randomBytes(8).toString('hex');
  const now = clock.wallNow();
  let isKnown = true;
  // One change at a time for each person: of two requests with the same entity-tag, the second finds another one.
  await presentities.change(userId, ({ publications }) => {
    const held = publications.find(({ endpoint_id }) => endpoint_id === endpointId);
    isKnown = ifMatch === undefined ? said !== undefined || expiresS === 0 : held?.etag === ifMatch;
    if (!isKnown) return undefined;
    if (expiresS === 0) {
      return held === undefined ? undefined : { publications: without(publications, endpointId) };
    }
    const state = said?.state ?? held?.state ?? 'available';
    const activity = said === undefined ? (held?.activity ?? undefined) : said.activity;
    const statement: Statement = {
      endpointId,
      kind: 'phone',
      source: held?.source ?? source,
      deviceId,
      state,
      ...(activity === undefined ? {} : { activity }),
      since: now,
    };
    const kept = { expiresAt: now + expiresS * 1000, etag };
    return { publications: withStatement(publications, userId, statement, kept) };
  });
  return isKnown ? etag : undefined;
}
