// Carries out the response context of one forwarded request (RFC 3261 §16.6 to §16.10): a client transaction for each
// target over the flow that leads there, answers and CANCEL in both directions. Used by walk.ts.
import type { ClientTransaction, Destination, Flow, ServerRequest } from '@parley/platform/net';
import {
  addressStrictRouter,
  createHeaderFields,
  DEFAULT_RESPONSE_CONTEXT,
  type ForkOutput,
  type HeaderFields,
  isLoop,
  loopMark,
  NO_BODY,
  parseRetryAfter,
  ResponseContext,
  type SipRequest,
  type SipResponse,
} from '@parley/protocol/sip';
import { isAgentFlow } from './agent-flow.ts';
import { breadthOfEach, forwardedHeaders, makesDialog } from './forwarding.ts';
import { carryIdentity } from './identity-headers.ts';
import type { OpenedWay, Outlet } from './outlet.ts';
import type { Target, Way } from './targets.ts';

/** RFC 5626 §5.3: the flow over which a device was reached is gone; another of the same device may not be. */
const FLOW_FAILED = 430;
/** RFC 3263 §4.3: this server cannot; another of the same domain may. */
const SERVER_FAILED = 503;
/**
 * A server that lives has said something by then: 100 within 200 ms to an INVITE (RFC 3261 §8.2.6.1), and after 3.5 s to
 * anything else (RFC 4320 §4.1). Timers B and F would let every caller wait for 32 s.
 */
export const SILENT_MS = 6_000;
const NOBODY: readonly string[] = [];

export interface ForkNeeds {
  readonly outlet: Outlet;
  readonly clock: { now(): number; after(delayMs: number, callback: () => void): Disposable };
}

/** Who stands at the two ends, as far as it was proven (RFC 3325 §5). */
export interface Ends {
  /** Addresses of the user who sent the request; none for a server. */
  readonly senders: readonly string[];
  /** A server sent it that we believe. */
  readonly fromTrusted: boolean;
  /** Addresses of the user whose devices answer; none where a server does. */
  readonly answerers: readonly string[];
}

export const UNPROVEN_ENDS: Ends = { senders: NOBODY, fromTrusted: false, answerers: NOBODY };

/**
 * @param request as it goes on, own Routes taken off; `server.request` is what is answered.
 * @param groups tried one after another (RFC 3261 §16.6); one of them at least.
 * @returns when the caller has its final answer.
 */
export function fork(
  needs: ForkNeeds,
  server: ServerRequest,
  request: SipRequest,
  groups: readonly (readonly Target[])[],
  ends: Ends = UNPROVEN_ENDS,
): Promise<void> {
  const headers = forwardedHeaders(request);
  if (headers === undefined) return refuse(server, 483);
  if (headers.has('Privacy') && !canHide(request, groups))
    return refuse(server, 500, 'Privacy Cannot Be Had');
  const mark = loopMark(request);
  // RFC 3261 §16.3 step 4. What another front end sends on within a dialog looks as it did there, and is no loop.
  if (!server.flow.isInternal && isLoop(request, mark)) return refuse(server, 482);
  const widest = Math.max(...groups.map(({ length }) => length));
  const breadth = breadthOfEach(request, widest);
  if (breadth === undefined) return refuse(server, 440);
  headers.set('Max-Breadth', String(breadth));
  return new Promise((resolve) => {
    new Fork({ needs, server, request: { ...request, headers }, mark, ends }, resolve).start(groups);
  });
}

function refuse(server: ServerRequest, status: number, reason?: string): Promise<void> {
  server.respond(status, reason === undefined ? {} : { reason });
  return Promise.resolve();
}

/** RFC 3323 §5: privacy that is critical and cannot be had is worse than no call. */
function canHide({ method, headers }: SipRequest, groups: readonly (readonly Target[])[]): boolean {
  const crossing = { method, senders: NOBODY, fromTrusted: false };
  return groups.every((targets) =>
    targets.every((target) =>
      target.every(({ isTrusted }) =>
        carryIdentity(headers.clone(), { ...crossing, toTrusted: isTrusted === true }),
      ),
    ),
  );
}

interface ForkParts {
  readonly needs: ForkNeeds;
  readonly server: ServerRequest;
  readonly request: SipRequest;
  readonly mark: string;
  readonly ends: Ends;
}

class Fork {
  readonly #needs: ForkNeeds;
  readonly #server: ServerRequest;
  #request: SipRequest;
  readonly #mark: string;
  readonly #ends: Ends;
  readonly #isAnswered: () => void;
  readonly #recordsRoute: boolean;
  readonly #transactions: (ClientTransaction | undefined)[] = [];
  /** Branches that are to be tried no further. */
  readonly #cancelled = new Set<number>();
  #context!: ResponseContext<Target>;
  #timer: Disposable | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor({ needs, server, request, mark, ends }: ForkParts, isAnswered: () => void) {
    this.#needs = needs;
    this.#server = server;
    this.#request = request;
    this.#mark = mark;
    this.#ends = ends;
    this.#isAnswered = isAnswered;
    this.#recordsRoute = makesDialog(request);
  }

  start(groups: readonly (readonly Target[])[]): void {
    const isInvite = this.#request.method === 'INVITE';
    this.#context = new ResponseContext(groups, { ...DEFAULT_RESPONSE_CONTEXT, isInvite });
    if (isInvite)
      this.#server.onCancel((cancel) => {
        this.#cancelFields = cancel.headers.getAll('Reason').map((value) => ['Reason', value] as const);
        this.#carryOut(this.#context.cancel(this.#now()));
      });
    this.#carryOut(this.#context.start(this.#now()));
  }

  /** RFC 3326 §2: why the caller gave up goes on to the devices ("Call completed elsewhere"). */
  #cancelFields: readonly (readonly [string, string])[] = [];

  #now(): number {
    return this.#needs.clock.now();
  }

  #carryOut(outputs: readonly ForkOutput<Target>[]): void {
    for (const output of outputs) {
      switch (output.kind) {
        case 'forward':
          this.#tryWay(output.branch, output.target, 0);
          break;
        case 'cancel':
          this.#cancelled.add(output.branch);
          this.#transactions[output.branch]?.cancel(this.#cancelFields);
          break;
        case 'pass':
          this.#pass(output.response);
          break;
        case 'answer':
          this.#server.respond(output.status);
          this.#isAnswered();
          break;
        case 'abandon':
          this.#server.ignore();
          this.#isAnswered();
      }
    }
    this.#sleep();
    if (this.#context.isOver) this.#release();
  }

  /** A late 2xx may come for half a minute (RFC 6026 §7.2), and needs no more than this. */
  #release(): void {
    if (this.#transactions.length === 0) return;
    this.#transactions.length = 0;
    this.#request = { ...this.#request, headers: createHeaderFields(), body: NO_BODY };
    this.#server.release();
  }

  #pass(response: SipResponse): void {
    if (response.status >= 200 && response.status < 300 && this.#cancelFields.length === 0)
      // RFC 3326 §2: the other devices shall not show a missed call.
      this.#cancelFields = [['Reason', 'SIP;cause=200;text="Call completed elsewhere"']];
    this.#server.pass(response);
    if (response.status >= 200) this.#isAnswered();
  }

  /** Sends to one device over the first of its flows that is there, or to the first server that can be reached. */
  #tryWay(branch: number, target: Target, from: number): void {
    for (let index = from; index < target.length && !this.#cancelled.has(branch); index++) {
      if (target[index]!.destination !== undefined) {
        void this.#reach(branch, target, index);
        return;
      }
      const opened = this.#needs.outlet.open(target[index]!);
      if (opened !== undefined) {
        this.#send(branch, target, index, opened);
        return;
      }
    }
    // In a turn of its own: the context is not called from within itself.
    queueMicrotask(() => this.#carryOut(this.#context.failed(branch, 'transport', this.#now())));
  }

  async #reach(branch: number, target: Target, index: number): Promise<void> {
    const { outlet } = this.#needs;
    const destination = target[index]!.destination!;
    const opened = await outlet.reach(destination, this.#request);
    if (opened !== undefined && !this.#cancelled.has(branch)) {
      this.#send(branch, target, index, opened);
      return;
    }
    if (opened === undefined) outlet.peers.failed(destination);
    this.#tryWay(branch, target, index + 1);
  }

  #send(branch: number, target: Target, index: number, { flow, routes }: OpenedWay): void {
    const way = target[index]!;
    const headers = this.#request.headers.clone();
    carryIdentity(headers, {
      method: this.#request.method,
      ...this.#ends,
      toTrusted: flow.isInternal || way.isTrusted === true,
    });
    if (this.#recordsRoute) this.#recordRoutes(headers, flow, way);
    for (const route of [...(way.path ?? [])].reverse()) headers.prepend('Route', route);
    for (const route of routes) headers.prepend('Route', route);
    const uri = way.uri ?? this.#request.uri;
    const isLast = index + 1 >= target.length;
    const { destination } = way;
    let isAlive = false;
    let isReached = false;
    let isLeft = false;
    const silence =
      destination === undefined || isLast
        ? undefined
        : this.#needs.clock.after(SILENT_MS, () => {
            isLeft = true;
            this.#needs.outlet.peers.failed(destination);
            this.#tryWay(branch, target, index + 1);
          });
    const transaction = this.#needs.outlet.sip.start(
      // Another front end has its own Route on top, and does this when it sends.
      flow.isInternal
        ? { ...this.#request, uri, headers }
        : addressStrictRouter({ ...this.#request, uri, headers }),
      flow,
      {
        response: (response) => {
          if (way.destination !== undefined) this.#tell(way.destination, response);
          isAlive = true;
          silence?.[Symbol.dispose]();
          if (isLeft) return this.#heardTooLate(branch, transaction, response);
          const isElsewhere = hasFailed(response, way);
          isReached ||= response.status > 100 && !isElsewhere;
          if (isElsewhere && !isReached && !isLast) this.#tryWay(branch, target, index + 1);
          else {
            this.#identifyAnswer(response, way);
            this.#carryOut(this.#context.receive(branch, response, this.#now()));
          }
        },
        failed: (reason, code) => {
          silence?.[Symbol.dispose]();
          if (isLeft) return;
          const isSilent = way.destination !== undefined && !isAlive;
          if (isSilent && code !== 'NET_OVERLOADED') this.#needs.outlet.peers.failed(way.destination);
          const mayBeElsewhere = reason === 'transport' || isSilent;
          if (mayBeElsewhere && !isReached && !isLast) this.#tryWay(branch, target, index + 1);
          else this.#carryOut(this.#context.failed(branch, reason, this.#now()));
        },
      },
      this.#mark,
    );
    this.#transactions[branch] = transaction;
  }

  /** From a server that was given up: the call goes on at the next one, so this one must not ring. */
  #heardTooLate(branch: number, transaction: ClientTransaction, response: SipResponse): void {
    if (response.status < 200) transaction.cancel();
    // RFC 3261 §16.7 step 5: who has accepted a call has to hear from the caller.
    else if (response.status < 300 && this.#request.method === 'INVITE')
      this.#carryOut(this.#context.receive(branch, response, this.#now()));
  }

  /** What is remembered of a server, so that one that fails is tried last (RFC 3263 §4.3). */
  #tell(server: Destination, { status, headers }: SipResponse): void {
    const { peers } = this.#needs.outlet;
    if (status === SERVER_FAILED)
      peers.failed(server, parseRetryAfter(headers.get('Retry-After') ?? '')?.afterS);
    else peers.worked(server);
  }

  /** RFC 3325 §5: what holds for the caller holds for who answers. */
  #identifyAnswer({ status, headers }: SipResponse, way: Way): void {
    if (status === 100) return;
    const { method } = this.#request;
    carryIdentity(headers, {
      method,
      senders: method === 'INVITE' ? this.#ends.answerers : NOBODY,
      fromTrusted: way.isTrusted === true,
      toTrusted: this.#server.flow.isInternal || this.#ends.fromTrusted,
    });
  }

  /** RFC 3261 §16.6 step 4, RFC 5658 §5: one value for each side, so that each end finds us by its own transport. */
  #recordRoutes(headers: HeaderFields, to: Flow, way: Way): void {
    const { outlet } = this.#needs;
    // Another front end does this itself; our own user agent is an end like any phone.
    const isHop = (flow: Flow) => flow.isInternal && !isAgentFlow(outlet.sip, flow);
    if (!isHop(this.#server.flow)) headers.prepend('Record-Route', outlet.routeOver(this.#server.flow));
    if (isHop(to)) return;
    headers.prepend('Record-Route', outlet.routeOver(to, way.destination === undefined ? undefined : way));
  }

  /** The timer only moves when a deadline comes nearer. */
  #sleep(): void {
    const { wakeAt } = this.#context;
    if (wakeAt === undefined) {
      this.#timer?.[Symbol.dispose]();
      this.#timer = undefined;
      this.#timerAt = Number.POSITIVE_INFINITY;
      return;
    }
    if (wakeAt >= this.#timerAt) return;
    this.#timer?.[Symbol.dispose]();
    this.#timerAt = wakeAt;
    this.#timer = this.#needs.clock.after(wakeAt - this.#now(), () => {
      this.#timer = undefined;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#carryOut(this.#context.advance(this.#now()));
    });
  }
}

/** This way does not lead there now; another may. */
function hasFailed({ status }: SipResponse, { destination }: Way): boolean {
  return status === FLOW_FAILED || (status === SERVER_FAILED && destination !== undefined);
}
