// The message-waiting light on phones: SUBSCRIBE and NOTIFY of the event package message-summary (RFC 3842 §3, RFC 6665 §4). The
// only file of voicemail that sees SIP. Each front end holds the subscriptions that came to it; phones ask again after a restart.
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
  MESSAGE_SUMMARY_TYPE,
  notifyAnswered,
  notifyRequest,
  parseEvent,
  parseSipUri,
  refreshSubscription,
  type SipResponse,
  type Subscription,
  serializeMessageSummary,
  subscriptionKey,
  unescapeUri,
} from '@parley/protocol/sip';
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import { type Caller, hangStation } from '../proxy/station.ts';
import { type Light, voicemailChanged } from './contract.ts';

const PACKAGE = 'message-summary';
/** RFC 3842 §3.4 leaves the time to the notifier. */
const BOUNDS = { minS: 60, maxS: 86_400, defaultS: 3_600 };
const ALLOW_EVENTS: [string, string] = ['Allow-Events', `presence, ${PACKAGE}`];
const MOST = 100_000;
const MOST_A_PERSON = 50;

interface Watch {
  subscription: Subscription;
  readonly userId: string;
  flow: Flow;
  isSending: boolean;
  isChanged: boolean;
  light: Light;
  expiry: Disposable | undefined;
}

export interface LightNeeds {
  readonly directory: HeldView<Directory, User>;
  lightOf(userId: string): Promise<Light>;
}

export async function startLight(
  context: ServiceContext,
  { directory, lightOf }: LightNeeds,
): Promise<AsyncDisposable> {
  const { bus, clock, config, log } = context;
  const sip = context.sip();
  const byKey = new Map<string, Watch>();
  const byUser = new Map<string, Set<Watch>>();
  context.metrics.sampled(
    'gauge',
    'parley_voicemail_sip_subscriptions',
    'Phones that show whether messages wait.',
    () => [{ value: byKey.size }],
  );

  function forget(watch: Watch): void {
    watch.expiry?.[Symbol.dispose]();
    byKey.delete(watch.subscription.key);
    const held = byUser.get(watch.userId);
    held?.delete(watch);
    if (held?.size === 0) byUser.delete(watch.userId);
  }

  /** A UDP flow that was silent for long is forgotten, but the phone still listens there. */
  function targetOf(flow: Flow): Flow | Destination {
    if (flow.transport !== 'udp') return flow;
    return sip.flow(flow.id) ?? { transport: 'udp', address: flow.remoteAddress, port: flow.remotePort };
  }

  /** One at a time, so that they arrive in order (RFC 6665 §4.2.2). */
  function notify(watch: Watch): void {
    watch.isChanged = true;
    if (watch.isSending || byKey.get(watch.subscription.key) !== watch) return;
    watch.isChanged = false;
    watch.isSending = true;
    const now = clock.wallNow();
    const isLast = isExpired(watch.subscription, now);
    const made = notifyRequest(watch.subscription, {
      contentType: MESSAGE_SUMMARY_TYPE,
      body: bodyFor(watch),
      now,
    });
    watch.subscription = made.subscription;
    sip.start(made.request, targetOf(watch.flow), {
      response(response) {
        if (response.status >= 200) answered(watch, isLast, response);
      },
      failed: () => answered(watch, isLast, undefined),
    });
  }

  function bodyFor({ userId, light: { unheard, total } }: Watch): Uint8Array {
    const address = directory.current.users.get(userId)?.address;
    return serializeMessageSummary({
      account: address === undefined ? undefined : `sip:${address}`,
      isWaiting: unheard > 0,
      newMessages: unheard,
      oldMessages: total - unheard,
    });
  }

  function answered(watch: Watch, isLast: boolean, response: SipResponse | undefined): void {
    watch.isSending = false;
    const outcome =
      response === undefined ? ({ kind: 'failed' } as const) : ({ kind: 'response', response } as const);
    if (notifyAnswered(watch.subscription, outcome) === undefined || isLast) forget(watch);
    else if (watch.isChanged) notify(watch);
  }

  function expireLater(watch: Watch): void {
    watch.expiry?.[Symbol.dispose]();
    const leftMs = Math.max(0, watch.subscription.expiresAt - clock.wallNow());
    watch.expiry = clock.after(leftMs, () => notify(watch));
  }

  async function subscribe(server: ServerRequest, caller: Caller): Promise<void> {
    const { request, flow } = server;
    const granted = grantedExpires(request.headers, BOUNDS);
    if (!granted.ok)
      return server.respond(granted.status, { headers: [['Min-Expires', String(granted.minExpiresS)]] });
    const { expiresS } = granted;
    const key = subscriptionKey(request);
    if (key !== undefined) return await refresh(server, caller, key, expiresS);
    const named = addressIn(request.uri);
    // One's own mailbox, whichever of its names a phone was given: the person, or the access number.
    const isOwn = named === caller.address || named === `${config.calls.voicemailNumber}@${config.domain}`;
    if (!isOwn) return server.respond(403, { reason: 'Watch Your Own Mailbox' });
    if (chooseAccepted(request.headers, [MESSAGE_SUMMARY_TYPE], MESSAGE_SUMMARY_TYPE) === undefined)
      return server.respond(406, { headers: [['Accept', MESSAGE_SUMMARY_TYPE]] });
    const held = byUser.get(caller.userId) ?? new Set<Watch>();
    if (byKey.size >= MOST || held.size >= MOST_A_PERSON)
      return server.respond(503, { reason: 'Too Many Subscriptions', headers: [['Retry-After', '60']] });
    const light = await lightOf(caller.userId).catch(() => undefined);
    if (light === undefined) return server.respond(503, { headers: [['Retry-After', '5']] });
    const now = clock.wallNow();
    const toTag = randomBytes(8).toString('hex');
    const made = createSubscription(request, { localContact: contactOf(flow), toTag, expiresS, now });
    if (!made.ok) return server.respond(made.status, { reason: made.reason });
    const { subscription } = made;
    const { userId } = caller;
    const watch: Watch = {
      subscription,
      userId,
      flow,
      isSending: false,
      isChanged: false,
      light,
      expiry: undefined,
    };
    byKey.set(subscription.key, watch);
    byUser.set(userId, held.add(watch));
    const headers = [['To', subscription.localParty], ALLOW_EVENTS, ...acceptHeaders(subscription, now)];
    server.respond(200, { headers: headers as [string, string][] });
    expireLater(watch);
    notify(watch);
  }

  async function refresh(
    server: ServerRequest,
    caller: Caller,
    key: string,
    expiresS: number,
  ): Promise<void> {
    const watch = byKey.get(key);
    if (watch === undefined || watch.userId !== caller.userId) return server.respond(481);
    watch.light = await lightOf(caller.userId).catch(() => watch.light);
    const now = clock.wallNow();
    const refreshed = refreshSubscription(watch.subscription, server.request, { expiresS, now });
    if (!refreshed.ok) return server.respond(refreshed.status, { reason: refreshed.reason });
    watch.subscription = refreshed.subscription;
    watch.flow = server.flow;
    server.respond(200, { headers: [...acceptHeaders(watch.subscription, now)] });
    expireLater(watch);
    notify(watch);
  }

  function addressIn(uri: string): string | undefined {
    const user = parseSipUri(uri)?.user;
    return user === undefined ? undefined : `${unescapeUri(user).toLowerCase()}@${config.domain}`;
  }

  const station = hangStation(sip, 'voicemail', async (server, caller) => {
    const { method, headers } = server.request;
    if (method !== 'SUBSCRIBE' || parseEvent(headers.get('Event') ?? '')?.type !== PACKAGE) return false;
    await subscribe(server, caller);
    return true;
  });
  const changes = await bus.subscribe(voicemailChanged, ({ userId, light }) => {
    for (const watch of byUser.get(userId) ?? []) {
      if (watch.light.unheard === light.unheard && watch.light.total === light.total) continue;
      watch.light = light;
      try {
        notify(watch);
      } catch (error) {
        log.error({ error }, 'a NOTIFY could not be sent');
        forget(watch);
      }
    }
  });
  const closed = sip.onFlowClosed((flow) => {
    if (flow.transport === 'udp') return;
    for (const watch of byKey.values()) if (watch.flow.id === flow.id) forget(watch);
  });

  return {
    async [Symbol.asyncDispose]() {
      station[Symbol.dispose]();
      closed[Symbol.dispose]();
      await changes[Symbol.asyncDispose]();
      for (const watch of [...byKey.values()]) forget(watch);
    },
  };
}

function contactOf({ localAddress, localPort, transport }: Flow): string {
  const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
  return `sip:voicemail@${host}:${localPort};transport=${transport}`;
}
