// presence, wired: publications in, states out, contacts kept.
import { followView } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import {
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startRounds,
} from '@parley/platform/host';
import { devicesChanged, listDevices } from '../authentication/contract.ts';
import { bookChanged, listContacts } from '../contacts/contract.ts';
import { getUser, userChanged } from '../identity/contract.ts';
import { directoryView } from '../identity/view.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import type { Location } from '../registrar/contract.ts';
import { locationView } from '../registrar/view.ts';
import { createAccessDesk } from './access.ts';
import { startCalendars } from './calendar/readings.ts';
import * as contract from './contract.ts';
import { serveDesk } from './desk.ts';
import { mayUsePresence } from './licence.ts';
import { migrations } from './migrations/index.ts';
import { createPresentities } from './presentity.ts';
import { boundTo } from './said.ts';
import { startPresenceAgent } from './sip.ts';
import { statementOf } from './statement.ts';
import { startStates } from './states.ts';
import * as rows from './store.ts';
import { accessPage, cardPage, readAccess } from './store-access.ts';
import { accessView, presenceView, saidView } from './view.ts';

const SNAPSHOT_PAGE = 500;
/** What time alone changes is told within this and what it takes; five seconds are promised. */
const SWEEP_MS = 2_000;

export const presenceService: ServiceDefinition = {
  name: 'presence',
  after: ['identity', 'registrar', 'proxy', 'licensing'],
  migrations,
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log, nodeId } = context;
    const own = await context.store.service<rows.PresenceTables>('presence', migrations);
    const gate = openLicenceGate(context);
    const directory = followView(context, directoryView);
    const locations = followView(context, locationView);
    const serving = await bus.serve(contract.saidSnapshot, async ({ after }) =>
      done(await rows.saidPage(own.db, after, SNAPSHOT_PAGE, clock.wallNow())),
    );
    const said = followView(context, saidView);
    await Promise.all([directory.ready, locations.ready, said.ready]);
    const states = await startStates(context, { said, locations });
    const presentities = createPresentities({ own, clock, states });
    const desk = createAccessDesk({
      own,
      domain: context.config.domain,
      findPerson: async (key) => {
        const found = await bus.call(getUser, key);
        return found.ok ? done(found.value.userId) : found;
      },
    });

    /** What a phone published before it registered counts from then on while it is registered. */
    function bind({ userId, bindings, renewed }: Location): void {
      if (renewed === true || !bindings.some((binding) => binding.nodeId === nodeId)) return;
      const here = bindings.map(({ deviceId }) => deviceId);
      const statements = said.current.get(userId)?.statements ?? [];
      if (!statements.some(({ source, deviceId }) => source === 'publish' && here.includes(deviceId))) return;
      presentities
        .change(userId, ({ publications }) => ({ publications: boundTo(here, publications) }))
        .catch((error) => log.warn({ error }, 'what a phone published counts until it runs out'));
    }

    async function contactsOf(userId: string): Promise<Outcome<readonly string[]>> {
      const contactIds: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await bus.call(listContacts, after === undefined ? { userId } : { userId, after });
        if (!page.ok) return page;
        contactIds.push(...page.value.contacts.map(({ contactId }) => contactId));
        after = page.value.next;
        if (after === undefined) return done(contactIds);
      }
    }

    const subscriptions = await Promise.all([
      bus.serve(contract.presenceSnapshot, async ({ after }) => done(states.page(after))),
      bus.serve(contract.publish, async (request) => {
        const { userId, deviceId, expiresS } = request;
        const licensed = mayUsePresence(gate, { userId, deviceId });
        if (!licensed.ok) return licensed;
        const now = clock.wallNow();
        const expiresAt = now + expiresS * 1000;
        const statement = statementOf(request, now);
        const isHeld = said.current
          .get(userId)
          ?.statements.some(({ endpointId }) => endpointId === statement.endpointId);
        if (isHeld === true && (await rows.renewStatement(own, userId, statement, { expiresAt, now })))
          return done({});
        await presentities.publish(userId, statement, expiresAt);
        return done({});
      }),
      bus.serve(contract.unpublish, async ({ userId, endpointId }) => {
        await presentities.unpublish(userId, endpointId);
        return done({});
      }),
      bus.serve(contract.accessSnapshot, async ({ after }) => done(await accessPage(own.db, after))),
      bus.serve(contract.cardSnapshot, async ({ after }) => done(await cardPage(own.db, after))),
      bus.serve(contract.getAccess, async ({ userId }) => done(await readAccess(own.db, userId))),
      // To hide costs no licence.
      bus.serve(contract.setAccess, desk.setAccess),
      bus.serve(contract.setCard, desk.setCard),
    ]);

    const calendars = startCalendars(context, { own, presentities });
    const calendarAdded = () => calendars.soon();
    subscriptions.push(...(await serveDesk({ bus, clock, own, presentities, gate, calendarAdded })));

    const shown = followView(context, presenceView);
    const access = followView(context, accessView);
    await Promise.all([shown.ready, access.ready]);
    const agent = startPresenceAgent(context, {
      presentities,
      directory,
      shown,
      access,
      locations,
      gate,
      contactsOf,
    });

    // A phone whose password was revoked watches nobody any more, and says nothing of its person.
    subscriptions.push(
      await bus.subscribe(devicesChanged, async ({ userId }) => {
        const listed = await bus.call(listDevices, { userId });
        if (!listed.ok) return;
        const devices = new Set(listed.value.devices.map((device) => device.deviceId));
        agent.keepWatches(userId, (deviceId) => devices.has(deviceId));
        await presentities.change(userId, ({ publications }) => {
          const kept = publications.filter(
            ({ source, device_id }) => source === 'browser' || device_id === '' || devices.has(device_id),
          );
          return kept.length === publications.length ? undefined : { publications: kept };
        });
      }),
      await bus.subscribe(bookChanged, ({ userId, contacts, removed }) => {
        for (const { contactId } of contacts) agent.contactChanged(userId, contactId, true);
        for (const contactId of removed) agent.contactChanged(userId, contactId, false);
      }),
      await bus.subscribe(userChanged, ({ userId, disabled }) => {
        if (disabled) agent.keepWatches(userId, () => false);
      }),
    );

    const sweeps = startRounds(
      context,
      { everyMs: SWEEP_MS, failure: 'what time changes is told later' },
      presentities.sweep,
    );
    const moving = locations.onChange((location) => {
      if (location !== undefined) bind(location);
    });

    return {
      async [Symbol.asyncDispose]() {
        moving[Symbol.dispose]();
        await sweeps[Symbol.asyncDispose]();
        await calendars[Symbol.asyncDispose]();
        await agent[Symbol.asyncDispose]();
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
        await locations[Symbol.asyncDispose]();
        await shown[Symbol.asyncDispose]();
        await access[Symbol.asyncDispose]();
        await states[Symbol.asyncDispose]();
        await serving[Symbol.asyncDispose]();
        await said[Symbol.asyncDispose]();
        await gate[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};
