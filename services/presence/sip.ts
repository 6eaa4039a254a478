// Presence on the SIP wire: SUBSCRIBE and NOTIFY of the presence event package (RFC 3856 §6, RFC 6665 §4) for people and for
// lists of them (RFC 4662 §4), and PUBLISH (RFC 3903 §6). The only file of presence that sees SIP.
import { randomBytes } from 'node:crypto';
import type { HeldView } from '@parley/platform/bus';
import type { Outcome } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import {
  CONTENT_ENCODINGS,
  type Destination,
  decodeBody,
  type Flow,
  type ServerRequest,
} from '@parley/platform/net';
import {
  LIST_NOTIFICATION_TYPE,
  type ListEntry,
  PIDF_TYPE,
  parseResourceLists,
  RESOURCE_LISTS_TYPE,
  RLMI_TYPE,
} from '@parley/protocol/presence';
import {
  acceptHeaders,
  chooseAccepted,
  createSubscription,
  grantedExpires,
  isExpired,
  mediaTypeOf,
  notifyAnswered,
  notifyRequest,
  parseEvent,
  parseSipUri,
  refreshSubscription,
  type SipRequest,
  type SipResponse,
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
import { Documents } from './documents.ts';
import { mayGoOn, mayUsePresence, type PresenceGate } from './licence.ts';
import { type ListedPerson, WatchedList } from './list.ts';
import { LIST_RATE, NotifyPace, PERSON_RATE } from './pace.ts';
import { stateOfPidf } from './pidf.ts';
import type { Presentities } from './presentity.ts';
import { publishFromPhone } from './publication.ts';
import { type AccessView, type PresenceView, presenceOf, project, sightOf } from './view.ts';
import { type Watch, Watches } from './watch.ts';

/** RFC 3856 §6.4: an hour is the default; shorter than a minute costs more than it tells. */
const BOUNDS = { minS: 60, maxS: 7200, defaultS: 3600 };
const PIDF_LIMIT_BYTES = 16 * 1024;
/** RFC 6665 §8.2.2: in "all methods which initiate dialogs and their responses". */
const ALLOW_EVENTS: [string, string] = ['Allow-Events', 'presence, message-summary'];
/** When a phone whose licence was taken away may ask again (RFC 6665 §4.1.3, `probation`): it may have one by then. */
const ASK_AGAIN_S = 60;
/** So many names of a list that this node does not know are asked for: who was hired a moment ago is among few. */
const LOOK_UPS = 20;
/** The policy may change with every newcomer; all watches are looked at once for all that comes in this time. */
const REVIEW_AFTER_MS = 250;
/** Everybody's own contact list: `sip:contacts@` and the domain. A person of that name comes first. */
const CONTACTS = 'contacts';
/** RFC 4662 §4.1: in the 200 to a SUBSCRIBE for a list and in every NOTIFY about it. */
const REQUIRE_LIST: [string, string] = ['Require', 'eventlist'];
/** More goes into the next NOTIFY. A datagram that the network has to cut up is a datagram that is lost. */
const LIST_BYTES = { datagram: 8_000, stream: 64 * 1024 };
/** Who has so many people on a list needs a stream: the names alone must fit. */
const DATAGRAM_BYTES = 60_000;
const INFLATED_BYTES = 512 * 1024;

export interface PresenceAgentNeeds {
  readonly presentities: Presentities;
  readonly directory: HeldView<Directory, User>;
  readonly shown: HeldView<PresenceView, Presentity>;
  readonly access: HeldView<AccessView, Access>;
  readonly locations: HeldView<Locations, Location>;
  readonly gate: PresenceGate;
  contactsOf(userId: string): Promise<Outcome<readonly string[]>>;
}

function contactOf(flow: Flow): string {
  const host = flow.localAddress.includes(':') ? `[${flow.localAddress}]` : flow.localAddress;
  return `sip:presence@${host}:${flow.localPort};transport=${flow.transport}`;
}

export interface PresenceAgent extends AsyncDisposable {
  /** Forgets the subscriptions of a person's phones that may not be here any more. */
  keepWatches(watcherId: string, mayStay: (deviceId: string) => boolean): void;
  /** Somebody came into a person's contact list, changed there, or left it. */
  contactChanged(ownerId: string, contactId: string, isThere: boolean): void;
}

interface Refused {
  readonly ok: false;
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly [string, string][];
}

/** What a subscription is for, or how it is refused. */
type Wanted = { readonly ok: true; readonly about: Watch['about']; readonly people: number } | Refused;

/** The presence agent of this node (RFC 3856 §3). Disposing it forgets its subscriptions; phones ask again. */
export function startPresenceAgent(context: ServiceContext, needs: PresenceAgentNeeds): PresenceAgent {
  const { bus, clock, config, log } = context;
  const { presentities, directory, shown, access, locations, gate } = needs;
  const sip = context.sip();
  const watches = new Watches();
  const pace = new NotifyPace(clock, notify);
  const documents = new Documents({
    addressOf: (presentityId) => directory.current.users.get(presentityId)?.address ?? '',
    versionOf: (presentityId) => presenceOf(shown.current, presentityId).version,
    stateFor: (presentityId, sight) => project(presenceOf(shown.current, presentityId), sight),
  });
  let reviewing: Disposable | undefined;
  const gauge = context.metrics.gauge(
    'parley_presence_sip_subscriptions',
    'SIP subscriptions to presence on this node',
  );

  /** What the person at that phone sees of somebody: written once for all who see the same. */
  function documentFor({ watcherId }: Watch, presentityId: string) {
    const sight = sightOf(access.current, presentityId, { userId: watcherId, domain: config.domain });
    return documents.of(presentityId, sight);
  }

  function addressIn(uri: string): string | undefined {
    const user = parseSipUri(uri)?.user;
    return user === undefined ? undefined : `${unescapeUri(user).toLowerCase()}@${config.domain}`;
  }

  /** Who was added a moment ago is not in the view yet. */
  async function personIn(uri: string): Promise<User | 'unavailable' | undefined> {
    const address = addressIn(uri);
    if (address === undefined) return undefined;
    return directory.current.byAddress.get(address) ?? (await lookUp({ address }));
  }

  async function lookUp(who: { address: string } | { userId: string }) {
    const found = await bus.call(getUser, who);
    if (!found.ok) return found.fault.code === 'IDENTITY_NO_SUCH_USER' ? undefined : 'unavailable';
    foldUser(directory.current, found.value);
    return found.value;
  }

  function forget(watch: Watch): void {
    pace.forget(watch);
    for (const alone of watches.remove(watch)) documents.forget(alone);
    gauge.set(watches.size);
  }

  /** A UDP flow that was silent for long is forgotten, but the phone still listens there. */
  function targetOf(flow: Flow): Flow | Destination {
    if (flow.transport !== 'udp') return flow;
    return sip.flow(flow.id) ?? { transport: 'udp', address: flow.remoteAddress, port: flow.remotePort };
  }

  /** One NOTIFY at a time for each subscription, so that they arrive in order (RFC 6665 §4.2.2). */
  function notify(watch: Watch): void {
    watch.changed = true;
    if (watch.sending || watches.find(watch.subscription.key) !== watch) return;
    try {
      send(watch);
    } catch (error) {
      log.error({ error }, 'a NOTIFY could not be sent');
      forget(watch);
    }
  }

  function send(watch: Watch): void {
    watch.changed = false;
    const now = clock.wallNow();
    // The last NOTIFY says that the subscription is terminated (RFC 6665 §4.2.2).
    const isLast = isExpired(watch.subscription, now);
    const { subscription, request } = notifyRequest(watch.subscription, {
      ...contentOf(watch, isLast),
      now,
    });
    watch.subscription = subscription;
    watch.sending = true;
    sip.start(request, targetOf(watch.flow), {
      response(response) {
        if (response.status >= 200) answered(watch, isLast, response);
      },
      failed: () => answered(watch, isLast, undefined),
    });
  }

  function contentOf(watch: Watch, isLast: boolean) {
    const { about, subscription } = watch;
    if ('presentityId' in about) {
      if (subscription.reason === 'probation') return {};
      watch.told = documentFor(watch, about.presentityId);
      return { contentType: PIDF_TYPE, body: watch.told.bytes };
    }
    // Only a fetch ends with everything; who goes, or has to, knows what they were told.
    if (isLast && subscription.localSequence > 0) return { headers: [REQUIRE_LIST] };
    const maxBytes = watch.flow.transport === 'udp' ? LIST_BYTES.datagram : LIST_BYTES.stream;
    const token = randomBytes(16).toString('hex');
    const told = about.list.next(
      (userId) => documentFor(watch, userId),
      isLast ? 4 * maxBytes : maxBytes,
      token,
    );
    return { ...told, headers: [REQUIRE_LIST] };
  }

  function answered(watch: Watch, isLast: boolean, response: SipResponse | undefined): void {
    watch.sending = false;
    const outcome =
      response === undefined ? ({ kind: 'failed' } as const) : ({ kind: 'response', response } as const);
    const list = 'list' in watch.about ? watch.about.list : undefined;
    if (notifyAnswered(watch.subscription, outcome) === undefined || isLast) forget(watch);
    else if (outcome.kind === 'response' && outcome.response.status >= 300) {
      // It was not taken, so nothing of it is known.
      watch.told = undefined;
      list?.touchAll();
    } else if (watch.changed || list?.isUnfinished === true) notify(watch);
  }

  function expireLater(watch: Watch): void {
    watch.expiry?.[Symbol.dispose]();
    watch.expiry = clock.after(Math.max(0, watch.subscription.expiresAt - clock.wallNow()), () =>
      notify(watch),
    );
  }

  /** Whoever sees something else of this person than they were told is told. */
  function changed(presentityId: string): void {
    for (const watch of watches.of(presentityId)) {
      const document = documentFor(watch, presentityId);
      if ('presentityId' in watch.about) {
        if (document !== watch.told) pace.changed(watch, PERSON_RATE);
      } else if (watch.about.list.touch(presentityId, document)) pace.changed(watch, LIST_RATE);
    }
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
      notify(watch);
    }
  }

  async function wantedBy({ request, flow }: ServerRequest, caller: Caller): Promise<Wanted> {
    const { headers, uri } = request;
    if (mediaTypeOf(headers.get('Content-Type')) === RESOURCE_LISTS_TYPE && request.body.length > 0) {
      const entries = entriesIn(request);
      if ('status' in entries) return entries;
      const known = directory.current.byAddress;
      const strangers = entries
        .flatMap((entry) => listedAddress(entry) ?? [])
        .filter((one) => !known.has(one));
      await Promise.all(strangers.slice(0, LOOK_UPS).map((address) => lookUp({ address })));
      return listed(request, flow, entries.map(personOf), false);
    }
    if (headers.getAll('Require').includes('recipient-list-subscribe'))
      return { ok: false, status: 400, reason: 'Missing List' };
    const person = await personIn(uri);
    if (person === 'unavailable') return { ok: false, status: 503, headers: [['Retry-After', '5']] };
    if (person !== undefined && !person.disabled) {
      // RFC 3856 §6.5: Accept, "if the header field is present, … MUST include "application/pidf+xml"".
      if (chooseAccepted(headers, [PIDF_TYPE], PIDF_TYPE) === undefined)
        return { ok: false, status: 406, headers: [['Accept', PIDF_TYPE]] };
      return { ok: true, about: { presentityId: person.userId }, people: 1 };
    }
    if (addressIn(uri) === `${CONTACTS}@${config.domain}`) {
      const contacts = await needs.contactsOf(caller.userId);
      if (!contacts.ok) return { ok: false, status: 503, headers: [['Retry-After', '5']] };
      // Whoever is elsewhere is watched there, when there is federation.
      const here = contacts.value.filter((contactId) => !contactId.includes('@'));
      const strangers = here.filter((userId) => !directory.current.users.has(userId));
      await Promise.all(strangers.slice(0, LOOK_UPS).map((userId) => lookUp({ userId })));
      const people = here.flatMap((userId) => listedUser(userId) ?? []);
      return listed(request, flow, people, true);
    }
    return { ok: false, status: presenceErrors.table.PRESENCE_NO_SUCH_USER.sip ?? 404 };
  }

  function listed(
    { headers, uri }: SipRequest,
    flow: Flow,
    people: readonly ListedPerson[],
    isOwnContacts: boolean,
  ): Wanted {
    // RFC 4662 §4.1: "If the subscriber has not indicated support … 421 (Extension Required)".
    if (!headers.getAll('Supported').includes('eventlist'))
      return { ok: false, status: 421, headers: [REQUIRE_LIST] };
    for (const type of [LIST_NOTIFICATION_TYPE, RLMI_TYPE, PIDF_TYPE])
      if (chooseAccepted(headers, [type], type) === undefined)
        return {
          ok: false,
          status: 406,
          headers: [['Accept', [LIST_NOTIFICATION_TYPE, RLMI_TYPE, PIDF_TYPE].join(', ')]],
        };
    const list = new WatchedList(uri, people, isOwnContacts);
    if (flow.transport === 'udp' && list.leastBytes > DATAGRAM_BYTES)
      return { ok: false, status: 403, reason: 'List Too Long for UDP, Use TCP' };
    return { ok: true, about: { list }, people: list.size };
  }

  function listedAddress({ uri }: ListEntry): string | undefined {
    return parseSipUri(uri)?.host.toLowerCase() === config.domain ? addressIn(uri) : undefined;
  }

  function personOf(entry: ListEntry): ListedPerson {
    const { uri, displayName } = entry;
    const address = listedAddress(entry);
    const user = address === undefined ? undefined : directory.current.byAddress.get(address);
    const userId = user === undefined || user.disabled ? undefined : user.userId;
    return { uri, name: displayName ?? user?.name, userId };
  }

  function listedUser(userId: string): ListedPerson | undefined {
    const user = directory.current.users.get(userId);
    return user === undefined || user.disabled
      ? undefined
      : { uri: `sip:${user.address}`, name: user.name, userId };
  }

  async function subscribe(server: ServerRequest, caller: Caller) {
    const { request, flow } = server;
    const granted = grantedExpires(request.headers, BOUNDS);
    if (!granted.ok) {
      server.respond(granted.status, { headers: [['Min-Expires', String(granted.minExpiresS)]] });
      return;
    }
    const { expiresS } = granted;
    const key = subscriptionKey(request);
    if (key !== undefined) return await refresh(server, caller, key, expiresS);
    const wanted = await wantedBy(server, caller);
    if (!wanted.ok) {
      const { status, reason, headers = [] } = wanted;
      return server.respond(status, { ...(reason === undefined ? {} : { reason }), headers });
    }
    const licensedAs = licensedPhone(server, caller);
    if (licensedAs === undefined) return;
    if (!watches.hasRoomFor(caller.userId, wanted.people))
      return server.respond(503, { reason: 'Too Many Subscriptions', headers: [['Retry-After', '60']] });
    const now = clock.wallNow();
    const toTag = randomBytes(8).toString('hex');
    const made = createSubscription(request, { localContact: contactOf(flow), toTag, expiresS, now });
    if (!made.ok) return server.respond(made.status, { reason: made.reason });
    const watch: Watch = {
      subscription: made.subscription,
      about: wanted.about,
      watcherId: caller.userId,
      deviceId: caller.deviceId,
      licensedAs,
      flow,
      told: undefined,
      sending: false,
      changed: false,
      inStepAt: 0,
      expiry: undefined,
    };
    watches.add(watch);
    gauge.set(watches.size);
    server.respond(200, {
      headers: [
        ['To', made.subscription.localParty],
        ALLOW_EVENTS,
        ...('list' in wanted.about ? [REQUIRE_LIST] : []),
        ...acceptHeaders(made.subscription, now),
      ],
    });
    expireLater(watch);
    notify(watch);
  }

  async function refresh(server: ServerRequest, caller: Caller, key: string, expiresS: number) {
    const { request, flow } = server;
    const now = clock.wallNow();
    const watch = watches.find(key);
    if (watch === undefined || watch.watcherId !== caller.userId) return server.respond(481);
    // To stop watching needs no licence.
    if (expiresS > 0 && licensedPhone(server, caller) === undefined) return;
    const refreshed = refreshSubscription(watch.subscription, request, { expiresS, now });
    if (!refreshed.ok) return server.respond(refreshed.status, { reason: refreshed.reason });
    watch.subscription = refreshed.subscription;
    watches.move(watch, flow);
    const isList = 'list' in watch.about;
    server.respond(200, {
      headers: [...(isList ? [REQUIRE_LIST] : []), ...acceptHeaders(watch.subscription, now)],
    });
    expireLater(watch);
    // What is on its way is answered first; a list that is asked for again and again is told once.
    if ('list' in watch.about) watch.about.list.touchAll();
    notify(watch);
  }

  async function publish(server: ServerRequest, caller: Caller) {
    const { request } = server;
    const person = await personIn(request.uri);
    if (person === 'unavailable') return server.respond(503, { headers: [['Retry-After', '5']] });
    if (person?.userId !== caller.userId) return server.respond(403, { reason: 'Publish Your Own State' });
    const granted = grantedExpires(request.headers, BOUNDS);
    if (!granted.ok) {
      return server.respond(granted.status, { headers: [['Min-Expires', String(granted.minExpiresS)]] });
    }
    const { expiresS } = granted;
    const ifMatch = request.headers.get('SIP-If-Match')?.trim();
    // RFC 3903 §4.1: without an entity-tag it is an initial publication, which has a body.
    const isRefresh = request.body.length === 0 && expiresS > 0;
    if (isRefresh && ifMatch === undefined) return server.respond(400, { reason: 'Missing Body' });
    if (request.body.length > PIDF_LIMIT_BYTES) return server.respond(413);
    // To take back what was said needs no licence.
    if (expiresS > 0 && licensedPhone(server, caller) === undefined) return;
    const said = isRefresh || expiresS === 0 ? undefined : stateOfPidf(request.body);
    if (!isRefresh && expiresS > 0 && said === undefined)
      return server.respond(415, { headers: [['Accept', PIDF_TYPE]] });
    const { userId, deviceId } = caller;
    const publication = { userId, deviceId, source: sourceOf(caller), ifMatch, said, expiresS };
    const etag = await publishFromPhone({ presentities, clock }, publication);
    if (etag === undefined) return server.respond(presenceErrors.table.PRESENCE_BAD_ETAG.sip ?? 412);
    server.respond(200, {
      headers: [
        ['SIP-ETag', etag],
        ['Expires', String(expiresS)],
      ],
    });
  }

  /** What a registered phone publishes counts while it is registered. */
  function sourceOf({ userId, deviceId }: Caller): 'publish' | 'registered' {
    const bindings = locations.current.byUser.get(userId)?.bindings ?? [];
    return bindings.some((binding) => binding.deviceId === deviceId) ? 'registered' : 'publish';
  }

  const station = hangStation(sip, 'presence', async (server, caller) => {
    const { method, headers } = server.request;
    if (method !== 'SUBSCRIBE' && method !== 'PUBLISH') return false;
    if (parseEvent(headers.get('Event') ?? '')?.type !== 'presence') {
      // RFC 6665 §4.2.1.1: 489 for a package that is not understood; Allow-Events (§8.2.2) names those that are.
      server.respond(489, { headers: [ALLOW_EVENTS] });
      return true;
    }
    if (method === 'SUBSCRIBE') await subscribe(server, caller);
    else await publish(server, caller);
    return true;
  });
  const changes = shown.onChange((state) => {
    if (state !== undefined) return changed(state.userId);
    // A fresh snapshot concerns everyone, but most of what it says was told.
    for (const presentityId of [...watches.people()]) changed(presentityId);
  });
  // Whoever a person's levels of access concern is told what they see now.
  const levels = access.onChange((rules) => {
    for (const presentityId of rules === undefined ? [...watches.people()] : [rules.userId])
      changed(presentityId);
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
      for (const watch of watches.ofWatcher(watcherId)) if (!mayStay(watch.deviceId)) forget(watch);
    },
    contactChanged(ownerId, contactId, isThere) {
      const person = isThere ? listedUser(contactId) : undefined;
      if (isThere && person === undefined) return;
      for (const watch of watches.ofWatcher(ownerId)) {
        const list = 'list' in watch.about && watch.about.list.isOwnContacts ? watch.about.list : undefined;
        if (list === undefined || list.has(contactId) === isThere) continue;
        if (person !== undefined) {
          list.add(person);
          watches.follow(watch, contactId);
        } else {
          list.remove(contactId);
          if (watches.unfollow(watch, contactId)) documents.forget(contactId);
        }
        pace.changed(watch, LIST_RATE);
      }
    },
    async [Symbol.asyncDispose]() {
      station[Symbol.dispose]();
      changes[Symbol.dispose]();
      levels[Symbol.dispose]();
      licences[Symbol.dispose]();
      reviewing?.[Symbol.dispose]();
      closed[Symbol.dispose]();
      pace[Symbol.dispose]();
      for (const watch of [...watches.all()]) forget(watch);
    },
  };
}

/** Whom the list of a SUBSCRIBE names (RFC 5367 §4), or how it is refused. */
function entriesIn(request: SipRequest): readonly ListEntry[] | Refused {
  const decoded = decodeBody(request, INFLATED_BYTES);
  if (!decoded.ok) return { ...decoded, headers: [['Accept-Encoding', CONTENT_ENCODINGS]] };
  const parsed = parseResourceLists(decoded.body);
  return parsed.ok ? parsed.entries : { ok: false, status: 400, reason: 'The List Cannot Be Read' };
}
