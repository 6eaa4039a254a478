// contacts, wired: lists kept, questions asked and answered, waits watched.
import { randomUUID } from 'node:crypto';
import { followView } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { inGroups } from '@parley/platform/store';
import { alertPeopleView, mayAlert } from '../alerts/view.ts';
import { getUser, type User } from '../identity/contract.ts';
import { directoryView, foldUser } from '../identity/view.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import { policyView, settingsFor } from '../policy/view.ts';
import { accessView, presenceOf, presenceView, project, sightOf } from '../presence/view.ts';
import { createAnswers } from './answers.ts';
import { createBooks } from './book.ts';
import * as contract from './contract.ts';
import { createImport } from './import.ts';
import { migrations } from './migrations/index.ts';
import { addressIn } from './rules/import.ts';
import * as rows from './store.ts';
import { readLastImport } from './store-undo.ts';
import { waitView } from './view.ts';
import { startWaits } from './waits.ts';

const { fault } = contract.contactErrors;

export const contactsService: ServiceDefinition = {
  name: 'contacts',
  // presence first: its table of contacts moves here.
  after: ['identity', 'licensing', 'presence', 'policy', 'alerts'],
  migrations,
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log } = context;
    const { domain } = context.config;
    const own = await context.store.service<rows.ContactTables>('contacts', migrations);
    // Those who come together are looked up together.
    const coverOf = inGroups((userIds: readonly string[]) => rows.coversOfAll(own, userIds));
    const firstPageOf = inGroups((userIds: readonly string[]) => rows.firstPagesOfAll(own, userIds));
    const gate = openLicenceGate(context);
    const serving = await bus.serve(contract.waitsSnapshot, async ({ after }) =>
      done(await rows.waitsPage(own.db, after)),
    );
    const directory = followView(context, directoryView);
    const presence = followView(context, presenceView);
    const access = followView(context, accessView);
    const alertPeople = followView(context, alertPeopleView);
    const policies = followView(context, policyView);
    const waits = followView(context, waitView);
    const views = [directory, presence, access, alertPeople, policies, waits];
    await Promise.all(views.map((view) => view.ready));

    /** Undefined where nobody here is that. */
    async function find(key: { userId: string } | { address: string }): Promise<Outcome<User | undefined>> {
      const { users, byAddress } = directory.current;
      const held = 'userId' in key ? users.get(key.userId) : byAddress.get(key.address);
      if (held !== undefined) return done(held);
      const found = await bus.call(getUser, key);
      if (found.ok) foldUser(directory.current, found.value);
      else if (found.fault.code === 'IDENTITY_NO_SUCH_USER') return done(undefined);
      return found;
    }

    async function named(contactIds: readonly string[]): Promise<Outcome<readonly string[]>> {
      const names: string[] = [];
      for (const id of contactIds) {
        const address = id.includes('@') ? addressIn(id) : undefined;
        if (id.includes('@') && address === undefined) return fault('CONTACTS_BAD_ADDRESS');
        if (address !== undefined && !address.endsWith(`@${domain}`)) {
          names.push(address);
          continue;
        }
        const found = await find(address === undefined ? { userId: id } : { address });
        if (!found.ok) return found;
        if (found.value === undefined) return fault('CONTACTS_NO_SUCH_PERSON');
        names.push(found.value.userId);
      }
      return done([...new Set(names)]);
    }

    /** As the contact shows to that person. */
    const stateFor = (contactId: string, userId: string) =>
      project(presenceOf(presence.current, contactId), sightOf(access.current, contactId, { userId, domain }))
        .state;

    function areAsked(userId: string): boolean {
      const department = directory.current.users.get(userId)?.department ?? '';
      return settingsFor(policies.current, { userId, department }).addedQuestions;
    }

    const books = createBooks({
      own,
      clock,
      newId: randomUUID,
      named,
      isHere: (contactId) => !contactId.includes('@'),
      mayAsk: (userId, adderId) =>
        areAsked(userId) &&
        !(access.current.get(userId)?.access.entries ?? []).some(
          ({ member }) => member.kind === 'user' && member.value === adderId,
        ),
      isFreeFor: (contactId, userId) => stateFor(contactId, userId) === 'available',
    });
    const answers = createAnswers({ bus, own, books });
    const takeIn = createImport({
      books,
      newId: randomUUID,
      domain,
      findPerson: (address) => find({ address }),
    });

    /** A list says whom one watches: it needs the licence for presence. To take back needs none. */
    function licensed(userId: string, deviceId: string | null | undefined): Outcome<null> {
      if (deviceId === undefined) return done(null);
      const verdict = gate.check('presence', { kind: 'internal', userId, deviceId });
      return verdict.fault === undefined ? done(null) : { ok: false, fault: verdict.fault };
    }

    const subscriptions = await Promise.all([
      bus.serve(contract.listContacts, async ({ userId, after }) => {
        // The version first: what changes meanwhile is told again, by an event.
        const cover = await coverOf(userId);
        const page = after === undefined ? firstPageOf(userId) : rows.contactsPage(own.db, userId, after);
        return done({ ...cover, ...(await page) });
      }),
      bus.serve(contract.putContacts, async (ask) => {
        const may = licensed(ask.userId, ask.deviceId);
        return may.ok ? books.put(ask) : may;
      }),
      bus.serve(contract.removeContacts, books.remove),
      bus.serve(contract.changeGroups, async (ask) => {
        const may = ask.change.kind === 'create' ? licensed(ask.userId, ask.deviceId) : done(null);
        return may.ok ? books.changeGroups(ask) : may;
      }),
      bus.serve(contract.undo, books.undo),
      bus.serve(contract.importContacts, async (ask) => {
        const may = licensed(ask.userId, ask.deviceId);
        return may.ok ? takeIn(ask) : may;
      }),
      bus.serve(contract.lastImport, async ({ userId }) =>
        done({ last: await readLastImport(own.db, userId) }),
      ),
      bus.serve(contract.answerAdded, async (ask) => {
        const may = ask.addBack ? licensed(ask.userId, ask.deviceId) : done(null);
        return may.ok ? answers.answer(ask) : may;
      }),
      bus.serve(contract.setAsking, ({ userId, asksWhenAdded }) =>
        books.change<object>(userId, async () => ({ reply: done({}), changes: { asksWhenAdded } })),
      ),
    ]);

    const watching = startWaits({
      clock,
      log,
      own,
      books,
      waits,
      presence,
      freedomOf(contactId, userId) {
        const state = stateFor(contactId, userId);
        // Who is at no key for a while is neither gone nor back.
        if (state === 'inactive') return 'same';
        return state === 'available' ? 'free' : 'notFree';
      },
      mayHear(userId, contactId) {
        const isAtBrowser = presenceOf(presence.current, userId).general.devices.includes('browser');
        const isPushed = (alertPeople.current.get(userId)?.pushes ?? 0) > 0;
        if (!isAtBrowser && !isPushed) return false;
        const held = {
          people: alertPeople.current,
          presence: presence.current,
          access: access.current,
          domain,
        };
        return mayAlert(held, userId, contactId, clock.wallNow());
      },
    });

    return {
      async [Symbol.asyncDispose]() {
        await watching[Symbol.asyncDispose]();
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        for (const view of views) await view[Symbol.asyncDispose]();
        await serving[Symbol.asyncDispose]();
        await gate[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};
