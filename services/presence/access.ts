// Levels of access and contact cards as they are kept: one change at a time for each person, told after the commit, refused
// where the person looked at something older. Served by service.ts.
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import type { ServiceStore } from '@parley/platform/store';
import * as contract from './contract.ts';
import { checkCard } from './rules/card.ts';
import { normaliseMember, withMember } from './rules/levels.ts';
import type { PresenceTables } from './store.ts';
import { lockAccess, lockCard, putAccess, putCard } from './store-access.ts';

const { fault } = contract.presenceErrors;
const MEMBERS = 1_000;

export interface AccessDesk {
  setAccess(ask: RequestOf<typeof contract.setAccess>): Promise<Outcome<contract.Access>>;
  setCard(ask: RequestOf<typeof contract.setCard>): Promise<Outcome<contract.Card>>;
}

export function createAccessDesk({
  own,
  domain,
  findPerson,
}: {
  readonly own: ServiceStore<PresenceTables>;
  readonly domain: string;
  /** The `userId` of a person of this server, by that or by address; undefined where there is none. */
  readonly findPerson: (key: { userId: string } | { address: string }) => Promise<Outcome<string>>;
}): AccessDesk {
  /** A person of this server is named by their `userId`, which stays when their address changes. */
  async function memberOf(given: contract.AccessMember): Promise<Outcome<contract.AccessMember>> {
    const member = normaliseMember(given);
    if (member === undefined) return fault('PRESENCE_BAD_MEMBER');
    const { kind, value = '' } = member;
    if (kind !== 'user') return done(member);
    const isAddress = value.includes('@');
    if (isAddress && !value.endsWith(`@${domain}`)) return done(member);
    const found = await findPerson(isAddress ? { address: value } : { userId: value });
    return found.ok ? done({ kind, value: found.value }) : found;
  }

  return {
    async setAccess({ userId, member: given, level, version }) {
      // Who is gone from the directory can still be taken off the list.
      const named = level === null ? done(normaliseMember(given) ?? given) : await memberOf(given);
      if (!named.ok) return named;
      const member = named.value;
      if (member.kind === 'user' && member.value === userId) return fault('PRESENCE_BAD_MEMBER');
      return own.transaction(async (work) => {
        const held = await lockAccess(work.db, userId);
        if (held.version !== version) return stale(held);
        const entries = withMember(held.entries, member, level);
        if (entries.length > MEMBERS) return fault('PRESENCE_TOO_MANY_MEMBERS');
        const access = { userId, entries, version: version + 1 };
        await putAccess(work.db, access);
        await work.announce(contract.accessChanged, access);
        return done(access);
      });
    },

    async setCard({ userId, fields, version }) {
      const checked = checkCard(fields);
      if ('problem' in checked) return fault(checked.problem);
      return own.transaction(async (work) => {
        const held = await lockCard(work.db, userId);
        if (held.version !== version) return stale(held);
        const card = { userId, ...checked, version: version + 1 };
        await putCard(work.db, userId, checked, card.version);
        await work.announce(contract.cardChanged, card);
        return done(card);
      });
    },
  };
}

/** The answer carries what is there now, so that nobody has to ask again. */
function stale(current: contract.Access | contract.Card): Outcome<never> {
  const { fault: told } = fault('PRESENCE_STALE');
  return { ok: false, fault: { ...told, current } };
}
