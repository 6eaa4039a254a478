// Presence on the SIP wire: SUBSCRIBE and NOTIFY of the presence event package (RFC 3856 §6, RFC 6665 §4) and
// PUBLISH (RFC 3903 §6) with PIDF documents. The only file of presence that sees SIP.
import { randomBytes } from 'node:crypto';
import type { HeldView } from '@parley/platform/bus';
import type { ServiceContext } from '@parley/platform/host';
import type { Destination, Flow, ServerRequest } from '@parley/platform/net';
import {
  acceptHeaders,
  chooseAccepted,
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
import { getUser, type User } from '../identity/contract.ts';
import { type Directory, foldUser } from '../identity/view.ts';
import { licensingErrors } from '../licensing/contract.ts';
import { type Caller, hangStation, licensedPhoneOf, respondFault } from '../proxy/station.ts';
import type { Location } from '../registrar/contract.ts';
import type { Locations } from '../registrar/view.ts';
import { type Access, type Presentity, presenceErrors } from './contract.ts';
import { mayGoOn, mayUsePresence, type PresenceGate } from './licence.ts';
import { PIDF_TYPE, pidfOf, stateOfPidf } from './pidf.ts';
import type { Presentities } from './presentity.ts';
import * as rows from './store.ts';
import { type AccessView, type PresenceView, presenceOf, project, sightOf } from './view.ts';
import { type Watch, Watches } from './watch.ts';

/** RFC 3856 §6.4: an hour is the default; shorter than a minute costs more than it tells. */
const BOUNDS = { minS: 60, maxS: 7200, defaultS: 3600 };
const PIDF_LIMIT_BYTES = 16 * 1024;
/** RFC 6665 §8.2.2: in "all methods which initiate dialogs and their responses". */
const ALLOW_EVENTS: [string, string] = ['Allow-Events', 'presence'];
/** When a phone whose licence was taken away may ask again (RFC 6665 §4.1.3, `probation`): it may have one by then. */
const ASK_AGAIN_S = 60;
/** The policy may change with every newcomer; all watches are looked at once for all that comes in this time. */
const REVIEW_AFTER_MS = 250;

export interface PresenceAgentNeeds {
  readonly presentities: Presentities;
  readonly directory: HeldView<Directory, User>;
  readonly shown: HeldView<PresenceView, Presentity>;
  readonly access: HeldView<AccessView, Access>;
  readonly locations: HeldView<Locations, Location>;
  readonly gate: PresenceGate;
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
  const { presentities, directory, shown, access, locations, gate } = needs;
  const sip = context.sip();
  const watches = new Watches();
  let reviewing: Disposable | undefined;
  const gauge = context.metrics.gauge(
    'parley_presence_sip_subscriptions',
    'SIP subscriptions to presence on this node',
  );

  /** Who was added a moment ago is not in the view yet. */
  async function personIn(uri: string): Promise<User | 'unavailable' | undefined> {
    const user = parseSipUri(uri)?.user;
    if (user === undefined) return undefined;
    const address = `${unescapeUri(user).toLowerCase()}@${config.domain}`;
    const known = directory.current.byAddress.get(address);
    if (known !== undefined) return known;
    const found = await context.bus.call(getUser, { address });
    if (!found.ok) return found.fault.code === 'IDENTITY_NO_SUCH_USER' ? undefined : 'unavailable';
    foldUser(directory.current, found.value);
    return found.value;
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
      watch.toldVersion = presenceOf(shown.current, watch.presentityId).version;
      const state = project(presenceOf(shown.current, watch.presentityId), sightOfWatch(watch));
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

  /** What the person at that phone may see. */
  function sightOfWatch({ presentityId, watcherId }: Watch) {
    return sightOf(access.current, presentityId, { userId: watcherId, domain: config.domain });
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
    const device = licensedPhoneOf(server, caller, locations.current);
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

  async function subscribe(server: ServerRequest, caller: Caller) {
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
    // RFC 3856 §6.5: Accept, "if the header field is present, … MUST include "application/pidf+xml"".
    if (chooseAccepted(request.headers, [PIDF_TYPE], PIDF_TYPE) === undefined)
      return server.respond(406, { headers: [['Accept', PIDF_TYPE]] });
    const person = await personIn(request.uri);
    if (person === 'unavailable') return server.respond(503, { headers: [['Retry-After', '5']] });
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
      headers: [['To', made.subscription.localParty], ALLOW_EVENTS, ...acceptHeaders(made.subscription, now)],
    });
    expireLater(watch);
    notifySoon(watch);
  }

  /** RFC 3903 §6: one publication for each device; its entity-tag changes with every PUBLISH. */
  async function publish(server: ServerRequest, caller: Caller) {
    const { request } = server;
    const person = await personIn(request.uri);
    if (person === 'unavailable') return server.respond(503, { headers: [['Retry-After', '5']] });
    if (person?.userId !== caller.userId) return server.respond(403, { reason: 'Publish Your Own State' });
    const granted = grantedExpires(request.headers, BOUNDS);
    if (!granted.ok) {
      return server.respond(granted.status, { headers: [['Min-Expires', String(granted.minExpiresS)]] });
    }
    const ifMatch = request.headers.get('SIP-If-Match')?.trim();
    // RFC 3903 §4.1: without an entity-tag it is an initial publication, which has a body.
    const isRefresh = request.body.length === 0 && granted.expiresS > 0;
    if (isRefresh && ifMatch === undefined) return server.respond(400, { reason: 'Missing Body' });
    if (request.body.length > PIDF_LIMIT_BYTES) return server.respond(413);
    const isEnd = granted.expiresS === 0;
    // To take back what was said needs no licence.
    if (!isEnd && licensedPhone(server, caller) === undefined) return;
    const said = isRefresh || isEnd ? undefined : stateOfPidf(new TextDecoder().decode(request.body));
    if (!isRefresh && !isEnd && said === undefined)
      return server.respond(415, { headers: [['Accept', PIDF_TYPE]] });

    const endpointId = `publish:${caller.deviceId}`;
    const etag = randomBytes(8).toString('hex');
    const now = clock.wallNow();
    const expiresAt = now + granted.expiresS * 1000;
    let isKnown = true;
    // Under the person's lock: of two requests with the same entity-tag, the second finds another one.
    await presentities.change(caller.userId, async (db) => {
      const held = await rows.findEtag(db, caller.userId, endpointId, now);
      isKnown = ifMatch === undefined ? !isRefresh : held?.etag === ifMatch;
      if (!isKnown) return false;
      if (isEnd) {
        await rows.removeStatement(db, caller.userId, endpointId, now);
        return held !== undefined;
      }
      const state = said?.state ?? held?.state ?? 'available';
      const source = held?.source ?? sourceOf(caller);
      const { deviceId } = caller;
      const statement = { endpointId, kind: 'phone', source, deviceId, state, since: now } as const;
      await rows.putStatement(db, caller.userId, statement, { expiresAt, etag });
      return held?.state !== state;
    });
    if (!isKnown) return server.respond(presenceErrors.table.PRESENCE_BAD_ETAG.sip ?? 412);
    server.respond(200, {
      headers: [
        ['SIP-ETag', etag],
        ['Expires', String(granted.expiresS)],
      ],
    });
  }

  /** What a registered phone publishes counts while it is registered. */
  function sourceOf({ userId, deviceId }: Caller): 'publish' | 'registered' {
    const bindings = locations.current.byUser.get(userId)?.bindings ?? [];
    return bindings.some((binding) => binding.deviceId === deviceId) ? 'registered' : 'publish';
  }

  const station = hangStation(sip, 'presence', (server, caller) => {
    const { method } = server.request;
    return method === 'SUBSCRIBE' || method === 'PUBLISH' ? take(server, caller) : false;
  });
  async function take(server: ServerRequest, caller: Caller): Promise<true> {
    const { method, headers } = server.request;
    if (parseEvent(headers.get('Event') ?? '')?.type !== 'presence') {
      // RFC 6665 §4.2.1.1: 489 for a package that is not understood; Allow-Events (§8.2.2) names those that are.
      server.respond(489, { headers: [ALLOW_EVENTS] });
      return true;
    }
    if (method === 'SUBSCRIBE') await subscribe(server, caller);
    else await publish(server, caller);
    return true;
  }
  const changes = shown.onChange((state) => {
    // A fresh snapshot concerns everyone, but most of what it says was told.
    const concerned = state === undefined ? watches.all() : watches.of(state.userId);
    for (const watch of concerned) {
      // Who is blocked hears nothing, not even that something changed.
      if (sightOfWatch(watch) === 'blocked') continue;
      if (presenceOf(shown.current, watch.presentityId).version !== watch.toldVersion) notifySoon(watch);
    }
  });
  // Whoever a person's levels of access concern is told afresh what they see now.
  const levels = access.onChange((changed) => {
    for (const watch of changed === undefined ? watches.all() : watches.of(changed.userId)) notifySoon(watch);
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
      levels[Symbol.dispose]();
      licences[Symbol.dispose]();
      reviewing?.[Symbol.dispose]();
      closed[Symbol.dispose]();
      for (const watch of [...watches.all()]) forget(watch);
    },
  };
}
