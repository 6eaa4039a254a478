// The way of a request through the proxy (RFC 3261 §16): admit, authenticate, stations in their order, then the devices of
// the user it is for. Used by service.ts.
import { isClear, type ServiceContext } from '@parley/platform/host';
import type { ResponseOptions, ServerRequest } from '@parley/platform/net';
import { getUser } from '../identity/contract.ts';
import { bindingsAt, type Locations } from '../registrar/view.ts';
import { ALLOW, ALLOWED, admit, endsHere, isFromCaller } from './admission.ts';
import type { Authenticator, Refusal } from './authenticate.ts';
import { sendToBinding } from './flow-send.ts';
import { forwardedRequest, race, returnedHeaders } from './forward.ts';
import type { OwnHosts } from './own-hosts.ts';
import { type Caller, stationsOf } from './station.ts';

export interface WalkNeeds {
  readonly authenticator: Authenticator;
  readonly locations: { readonly current: Locations };
  readonly own: OwnHosts;
}

/** Requests of one person that are worked on at the same time; more wait for the database than others should for them. */
export const IN_PROGRESS_A_USER = 64;
const RETRY_SOON: readonly [string, string] = ['Retry-After', '5'];
/** As long as the throttle needs to forget the most that it counts. */
const RETRY_LATER: readonly [string, string] = ['Retry-After', '60'];

/** @returns what answers one request; it never rejects. */
export function createWalk(
  context: ServiceContext,
  needs: WalkNeeds,
): (server: ServerRequest) => Promise<void> {
  const { bus, clock, log, metrics } = context;
  const { authenticator, locations, own } = needs;
  const requests = metrics.counter('parley_sip_requests_total', 'SIP requests by method and final status', [
    'method',
    'status',
  ]);
  const refused = metrics.counter(
    'parley_sip_refused_total',
    'SIP requests refused before any service saw them',
    ['reason'],
  );

  const inProgress = new Map<string, number>();

  async function walk(server: CountedRequest): Promise<void> {
    const { request, flow } = server;
    const admission = admit(request, own, flow.localAddress);
    if (admission.kind === 'ignore') {
      refused.add(1, { reason: 'scanner' });
      server.ignore();
      return;
    }
    if (admission.kind === 'refuse') {
      const { status, reason, headers } = admission;
      refused.add(1, { reason: String(status) });
      server.respond(status, {
        ...(reason === undefined ? {} : { reason }),
        ...(headers === undefined ? {} : { headers }),
        stateless: true,
      });
      return;
    }
    // Anyone may ask whether the server is there (RFC 3261 §11): a challenge would tell as much.
    if (request.method === 'OPTIONS' && admission.localPart === undefined) return answerOptions(server);

    const verdict = await authenticator.check(server);
    if (!verdict.ok) return refuse(server, verdict.refusal);
    const { caller } = verdict;
    if (!isFromCaller(request, caller.address, own, flow.localAddress)) {
      refused.add(1, { reason: 'from' });
      server.respond(403, { reason: 'From Is Not Your Address' });
      return;
    }
    const ahead = inProgress.get(caller.userId) ?? 0;
    if (ahead >= IN_PROGRESS_A_USER) {
      refused.add(1, { reason: 'too-many' });
      server.respond(503, { headers: [RETRY_SOON], stateless: true });
      return;
    }
    inProgress.set(caller.userId, ahead + 1);
    try {
      for (const station of stationsOf(context.sip())) if (await station(server, caller)) return;
      await forward(server, caller, admission.localPart);
    } finally {
      const left = (inProgress.get(caller.userId) ?? 1) - 1;
      if (left === 0) inProgress.delete(caller.userId);
      else inProgress.set(caller.userId, left);
    }
  }

  function answerOptions(server: ServerRequest): void {
    server.respond(200, {
      headers: [
        ALLOW,
        ['Accept', 'application/pidf+xml, application/im-iscomposing+xml, text/plain'],
        ['Allow-Events', 'presence'],
        ['Supported', ''],
      ],
      stateless: true,
    });
  }

  /** Nobody has proven anything yet, so nothing is kept (RFC 3261 §26.3.2.4). */
  function refuse(server: CountedRequest, refusal: Refusal): void {
    switch (refusal.kind) {
      case 'challenge': {
        if (refusal.failed) refused.add(1, { reason: 'credentials' });
        // RFC 3261 §22.2, §22.3: 401 from whom the request is for, 407 from a proxy on the way.
        const [status, name] = endsHere(server.request.method)
          ? [401, 'WWW-Authenticate']
          : [407, 'Proxy-Authenticate'];
        server.respond(status, {
          headers: authenticator
            .challenges(server, refusal.stale)
            .map((value): [string, string] => [name, value]),
          stateless: true,
        });
        return;
      }
      case 'forbidden':
        refused.add(1, { reason: 'forbidden' });
        server.respond(403, { reason: refusal.sentence, stateless: true });
        return;
      case 'throttled':
        refused.add(1, { reason: 'throttled' });
        server.respond(403, {
          reason: 'Too Many Wrong Passwords',
          headers: [RETRY_LATER],
          stateless: true,
        });
        return;
      case 'unavailable':
        refused.add(1, { reason: 'unavailable' });
        server.respond(503, { headers: [RETRY_SOON], stateless: true });
    }
  }

  /** RFC 3261 §16.5 to §16.7: all devices of the user at once; the best answer goes back. */
  async function forward(
    server: ServerRequest,
    caller: Caller,
    localPart: string | undefined,
  ): Promise<void> {
    const { request } = server;
    // A station is missing only while the process stops: a phone must not conclude that we never take this.
    if (endsHere(request.method)) return server.respond(503, { headers: [RETRY_SOON] });
    if (localPart === undefined) return server.respond(405, { headers: [ALLOW] });
    const address = `${localPart}@${own.domain}`;
    const bindings = bindingsAt(locations.current, address, clock.wallNow());
    if (bindings.length === 0) return server.respond(await statusOf(address));
    if (forwardedRequest(request, request.uri) === undefined) return server.respond(483);
    log.debug(
      { method: request.method, from: caller.address, to: address, devices: bindings.length },
      'forwarded',
    );
    const branches = bindings.map(async (binding) => {
      const branch = forwardedRequest(request, binding.contact);
      return branch === undefined
        ? { kind: 'failed' as const }
        : await sendToBinding(context, binding, branch);
    });
    const best = await race(branches);
    if (best === undefined) return server.respond(480);
    const { status, reason, headers, body } = best.response;
    server.respond(status, { reason, headers: returnedHeaders({ headers }), body });
  }

  /** 480 for a user without devices, 404 for no user (RFC 3261 §21.4.5, §21.4.18). */
  async function statusOf(address: string): Promise<number> {
    const found = await bus.call(getUser, { address });
    if (found.ok) return found.value.disabled ? 404 : 480;
    return found.fault.code === 'IDENTITY_NO_SUCH_USER' ? 404 : 503;
  }

  return async (arrived) => {
    const server = new CountedRequest(arrived, (method, status) =>
      requests.add(1, { method, status: String(status) }),
    );
    try {
      await walk(server);
    } catch (error) {
      // The database or the disk: told by its port in clear words, and over in a while.
      const isAway = isClear(error);
      log[isAway ? 'warn' : 'error'](
        { error, method: arrived.request.method },
        'a SIP request could not be answered',
      );
      if (!server.isAnswered) server.respond(isAway ? 503 : 500, isAway ? { headers: [RETRY_SOON] } : {});
    }
  };
}

const COUNTED: ReadonlySet<string> = new Set([...ALLOWED, 'INVITE']);

/** Counts the final answer; what the peer calls its method is no label unless we know it. */
class CountedRequest implements ServerRequest {
  readonly request;
  readonly flow;
  isAnswered = false;
  readonly #arrived: ServerRequest;
  readonly #count: (method: string, status: number) => void;

  constructor(arrived: ServerRequest, count: (method: string, status: number) => void) {
    this.#arrived = arrived;
    this.#count = count;
    this.request = arrived.request;
    this.flow = arrived.flow;
  }

  respond(status: number, options?: ResponseOptions): void {
    if (status >= 200) {
      this.isAnswered = true;
      this.#count(COUNTED.has(this.request.method) ? this.request.method : 'other', status);
    }
    this.#arrived.respond(status, options);
  }

  ignore(): void {
    this.isAnswered = true;
    this.#arrived.ignore?.();
  }
}
