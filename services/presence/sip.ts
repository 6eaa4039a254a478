// Presence on the SIP wire: SUBSCRIBE and NOTIFY of the presence event package (RFC 3856 §6, RFC 6665 §4) and
// PUBLISH (RFC 3903 §6) with PIDF documents. The only file of presence that sees SIP.
import { randomBytes } from 'node:crypto';
import type { HeldView } from '@parley/platform/bus';
import type { ServiceContext } from '@parley/platform/host';
import type { Destination, Flow, ServerRequest } from '@parley/platform/net';
import type { ServiceStore } from '@parley/platform/store';
import {
  acceptHeaders,
  createSubscription,
  grantedExpires,
  isExpired,
  notifyAnswered,
  notifyRequest,
  parseEvent,
  parseSipUri,
  refreshSubscription,
  subscriptionKey,
  terminateSubscription,
  unescapeUri,
} from '@parley/protocol/sip';
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import { licensingErrors } from '../licensing/contract.ts';
import { type Caller, hangStation, licensedPhoneOf, respondFault } from '../proxy/station.ts';
import type { Location } from '../registrar/contract.ts';
import type { Locations } from '../registrar/view.ts';
import { type PresenceState, presenceErrors } from './contract.ts';
import { mayGoOn, mayUsePresence, type PresenceGate } from './licence.ts';
import { PIDF_TYPE, pidfOf, stateOfPidf } from './pidf.ts';
import type { Presentities } from './presentity.ts';
import * as rows from './store.ts';
import { type PresenceView, presenceOf } from './view.ts';
import { type Watch, Watches } from './watch.ts';

/** RFC 3856 §6.4: an hour is the default; shorter than a minute costs more than it tells. */
const BOUNDS = { minS: 60, maxS: 7200, defaultS: 3600 };
const PIDF_LIMIT_BYTES = 16 * 1024;
/** When a phone whose licence was taken away may ask again (RFC 6665 §4.1.3, `probation`): it may have one by then. */
const ASK_AGAIN_S = 60;
/** The policy may change with every newcomer; all watches are looked at once for all that comes in this time. */
const REVIEW_AFTER_MS = 250;

export interface PresenceAgentNeeds {
  readonly presentities: Presentities;
  readonly directory: HeldView<Directory, User>;
  readonly states: HeldView<PresenceView, PresenceState>;
  readonly locations: HeldView<Locations, Location>;
  readonly gate: PresenceGate;
  readonly own: ServiceStore<rows.PresenceTables>;
}

function contactOf(flow: Flow): string {
  const host = flow.localAddress.includes(':') ? `[${flow.localAddress}]` : flow.localAddress;
  return `sip:presence@${host}:${flow.localPort};transport=${flow.transport}`;
}

export interface PresenceAgent extends AsyncDisposable {
  /** Forgets the subscriptions of a person's phones that may not be here any more. */
  keepWatches(watcherId: string, mayStay: (deviceId: string) => boolean): void;
}

/** The presence agent of this node (RFC 3856 §3). Disposing it forgets its subscriptions; phones ask again. */
export function startPresenceAgent(context: ServiceContext, needs: PresenceAgentNeeds): PresenceAgent {
  const { clock, config, log } = context;
  const { presentities, directory, states, locations, gate, own } = needs;
  const sip = context.sip();
  const watches = new Watches();
  let reviewing: Disposable | undefined;
  const gauge = context.metrics.gauge(
    'parley_presence_sip_subscriptions',
    'SIP subscriptions to presence on this node',
  );

  function personIn(uri: string): User | undefined {
    const user = parseSipUri(uri)?.user;
    if (user === undefined) return undefined;
    return directory.current.byAddress.get(`${unescapeUri(user).toLowerCase()}@${config.domain}`);
  }

  function forget(watch: Watch): void {
    watches.remove(watch);
    gauge.set(watches.size);
  }

  /** A UDP flow that was silent for long is forgotten, but the phone still listens there. */
  function targetOf(flow: Flow): Flow | Destination {
    if (flow.transport !== 'udp') return flow;
    return sip.flow(flow.id) ?? { transport: 'udp', address: flow.remoteAddress, port: flow.remotePort };
  }

  /** One NOTIFY at a time for each subscription, so that they arrive in order (RFC 6665 §4.2.2). */
  async function notify(watch: Watch): Promise<void> {
    watch.changed = true;
    if (watch.sending) return;
    watch.sending = true;
    while (watch.changed && watches.find(watch.subscription.key) === watch) {
      watch.changed = false;
      const person = directory.current.users.get(watch.presentityId);
      const state = presenceOf(states.current, watch.presentityId);
      watch.toldVersion = state.version;
      const body = new TextEncoder().encode(pidfOf(person?.address ?? '', state));
      const now = clock.wallNow();
      // The last NOTIFY says that the subscription is terminated (RFC 6665 §4.2.2).
      const isLast = isExpired(watch.subscription, now);
      const { subscription, request } = notifyRequest(watch.subscription, {
        ...(watch.subscription.reason === 'probation' ? {} : { contentType: PIDF_TYPE, body }),
        now,
      });
      watch.subscription = subscription;
      const outcome = await sip.request(request, targetOf(watch.flow));
      const kept = notifyAnswered(watch.subscription, outcome);
      if (kept === undefined || isLast) forget(watch);
    }
    watch.sending = false;
  }

  function notifySoon(watch: Watch): void {
    notify(watch).catch((error) => {
      log.error({ error }, 'a NOTIFY could not be sent');
      forget(watch);
    });
  }

  function expireLater(watch: Watch): void {
    watch.expiry?.[Symbol.dispose]();
    watch.expiry = clock.after(Math.max(0, watch.subscription.expiresAt - clock.wallNow()), () =>
      notifySoon(watch),
    );
  }

  /** Refuses and answers where the person may not use presence on this phone. @returns what the phone is to licensing. */
  function licensedPhone(server: ServerRequest, caller: Caller): string | undefined {
    const device = licensedPhoneOf(sip, server, caller, locations.current);
    const licensed = mayUsePresence(gate, { userId: caller.userId, ...device });
    if (licensed.ok) return device.deviceId;
    respondFault(server, licensed.fault, { tables: [licensingErrors.table], hostName: config.hostName });
    return undefined;
  }

  /** Tells phones whose licence was taken away that they watch nobody any more. */
  function reviewLicences(concerned: Iterable<Watch>): void {
    for (const watch of [...concerned]) {
      if (mayGoOn(gate, watch.watcherId, watch.licensedAs)) continue;
      watch.subscription = terminateSubscription(watch.subscription, 'probation', ASK_AGAIN_S);
      notifySoon(watch);
    }
  }

  function subscribe(server: ServerRequest, caller: Caller) {
    const { request, flow } = server;
    const now = clock.wallNow();
    const granted = grantedExpires(request.headers, BOUNDS);
    if (!granted.ok) {
      server.respond(granted.status, { headers: [['Min-Expires', String(granted.minExpiresS)]] });
      return;
    }
    const { expiresS } = granted;
    const key = subscriptionKey(request);
    if (key !== undefined) {
      const watch = watches.find(key);
      if (watch === undefined || watch.watcherId !== caller.userId) return server.respond(481);
      // To stop watching needs no licence.
      if (expiresS > 0 && licensedPhone(server, caller) === undefined) return;
      const refreshed = refreshSubscription(watch.subscription, request, { expiresS, now });
      if (!refreshed.ok) return server.respond(refreshed.status, { reason: refreshed.reason });
      watch.subscription = refreshed.subscription;
      watches.move(watch, flow);
      server.respond(200, { headers: acceptHeaders(watch.subscription, now) });
      expireLater(watch);
      notifySoon(watch);
      return;
    }
    const person = personIn(request.uri);
    if (person === undefined || person.disabled)
      return server.respond(presenceErrors.table.PRESENCE_NO_SUCH_USER.sip ?? 404);
    const licensedAs = licensedPhone(server, caller);
    if (licensedAs === undefined) return;
    if (!watches.hasRoomFor(caller.userId)) return server.respond(503, { headers: [['Retry-After', '60']] });
    const toTag = randomBytes(8).toString('hex');
    const made = createSubscription(request, { localContact: contactOf(flow), toTag, expiresS, now });
    if (!made.ok) return server.respond(made.status, { reason: made.reason });
    const watch: Watch = {
      subscription: made.subscription,
      presentityId: person.userId,
      watcherId: caller.userId,
      deviceId: caller.deviceId,
      licensedAs,
      flow,
      toldVersion: undefined,
      sending: false,
      changed: false,
      expiry: undefined,
    };
    watches.add(watch);
    gauge.set(watches.size);
    server.respond(200, {
      headers: [['To', made.subscription.localParty], ...acceptHeaders(made.subscription, now)],
    });
    expireLater(watch);
    notifySoon(watch);
  }

  /** RFC 3903 §6: one publication for each device; its entity-tag changes with every PUBLISH. */
  async function publish(server: ServerRequest, caller: Caller) {
    const { request } = server;
    const person = personIn(request.uri);
    if (person?.userId !== caller.userId) return server.respond(403, { reason: 'Publish Your Own State' });
    const granted = grantedExpires(request.headers, BOUNDS);
    if (!granted.ok) {
      return server.respond(granted.status, { headers: [['Min-Expires', String(granted.minExpiresS)]] });
    }
    const endpointId = `publish:${caller.deviceId}`;
    const now = clock.wallNow();
    const ifMatch = request.headers.get('SIP-If-Match')?.trim();
    const held = await rows.findEtag(own.db, caller.userId, endpointId, now);
    if (ifMatch !== undefined && held?.etag !== ifMatch)
      return server.respond(presenceErrors.table.PRESENCE_BAD_ETAG.sip ?? 412);
    const etag = randomBytes(8).toString('hex');
    const answer: [string, string][] = [
      ['SIP-ETag', etag],
      ['Expires', String(granted.expiresS)],
    ];
    if (granted.expiresS === 0) {
      await presentities.unpublish(caller.userId, endpointId);
      return server.respond(200, { headers: answer });
    }
    if (licensedPhone(server, caller) === undefined) return;
    const isRefresh = request.body.length === 0;
    if (isRefresh && (ifMatch === undefined || held === undefined))
      return server.respond(400, { reason: 'Missing Body' });
    if (request.body.length > PIDF_LIMIT_BYTES) return server.respond(413);
    const said = isRefresh ? undefined : stateOfPidf(new TextDecoder().decode(request.body));
    if (!isRefresh && said === undefined) return server.respond(415, { headers: [['Accept', PIDF_TYPE]] });
    const publication = {
      endpointId,
      kind: 'phone' as const,
      source: 'publish' as const,
      deviceId: caller.deviceId,
      state: said?.state ?? held?.state ?? 'available',
      expiresAt: now + granted.expiresS * 1000,
    };
    await presentities.publish(caller.userId, publication, etag);
    server.respond(200, { headers: answer });
  }

  const station = hangStation(sip, 'presence', async (server, caller) => {
    const { method, headers } = server.request;
    if (method !== 'SUBSCRIBE' && method !== 'PUBLISH') return false;
    if (parseEvent(headers.get('Event') ?? '')?.type !== 'presence') {
      // RFC 6665 §4.2.1.1: 489 for a package that is not understood; Allow-Events (§8.2.2) names those that are.
      server.respond(489, { headers: [['Allow-Events', 'presence']] });
      return true;
    }
    if (method === 'SUBSCRIBE') subscribe(server, caller);
    else await publish(server, caller);
    return true;
  });
  const changes = states.onChange((state) => {
    // A fresh snapshot concerns everyone, but most of what it says was told.
    const concerned = state === undefined ? watches.all() : watches.of(state.userId);
    for (const watch of concerned) {
      if (presenceOf(states.current, watch.presentityId).version !== watch.toldVersion) notifySoon(watch);
    }
  });
  const licences = gate.onChange((subject) => {
    if (subject?.kind === 'user') return reviewLicences(watches.ofWatcher(subject.id));
    if (subject?.kind === 'device')
      return reviewLicences([...watches.all()].filter(({ licensedAs }) => licensedAs === subject.id));
    reviewing ??= clock.after(REVIEW_AFTER_MS, () => {
      reviewing = undefined;
      reviewLicences(watches.all());
    });
  });
  const closed = sip.onFlowClosed((flow) => {
    if (flow.transport === 'udp') return;
    for (const watch of watches.onFlow(flow)) forget(watch);
  });

  return {
    keepWatches(watcherId, mayStay) {
      for (const watch of [...watches.all()])
        if (watch.watcherId === watcherId && !mayStay(watch.deviceId)) forget(watch);
    },
    async [Symbol.asyncDispose]() {
      station[Symbol.dispose]();
      changes[Symbol.dispose]();
      licences[Symbol.dispose]();
      reviewing?.[Symbol.dispose]();
      closed[Symbol.dispose]();
      for (const watch of [...watches.all()]) forget(watch);
    },
  };
}
