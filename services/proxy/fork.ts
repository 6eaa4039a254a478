// Carries out the response context of one forwarded request (RFC 3261 §16.6 to §16.10): a client transaction for each
// target over the flow that leads there, answers and CANCEL in both directions. Used by walk.ts.
import type { ClientTransaction, Flow, ServerRequest } from '@parley/platform/net';
import {
  DEFAULT_RESPONSE_CONTEXT,
  type ForkOutput,
  type HeaderFields,
  isLoop,
  loopMark,
  ResponseContext,
  type SipRequest,
  type SipResponse,
} from '@parley/protocol/sip';
import { breadthOfEach, forwardedHeaders, makesDialog } from './forwarding.ts';
import type { OpenedWay, Outlet } from './outlet.ts';
import type { Target } from './targets.ts';

/** RFC 5626 §5.3: the flow over which a device was reached is gone; another of the same device may not be. */
const FLOW_FAILED = 430;

export interface ForkNeeds {
  readonly outlet: Outlet;
  readonly clock: { now(): number; after(delayMs: number, callback: () => void): Disposable };
}

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
): Promise<void> {
  const headers = forwardedHeaders(request);
  if (headers === undefined) return refuse(server, 483);
  const mark = loopMark(request);
  // RFC 3261 §16.3 step 4.
  if (isLoop(request, mark)) return refuse(server, 482);
  const widest = Math.max(...groups.map(({ length }) => length));
  const breadth = breadthOfEach(request, widest);
  if (breadth === undefined) return refuse(server, 440);
  headers.set('Max-Breadth', String(breadth));
  return new Promise((resolve) => {
    new Fork(needs, server, { ...request, headers }, mark, resolve).start(groups);
  });
}

function refuse(server: ServerRequest, status: number): Promise<void> {
  server.respond(status);
  return Promise.resolve();
}

class Fork {
  readonly #needs: ForkNeeds;
  readonly #server: ServerRequest;
  readonly #request: SipRequest;
  readonly #mark: string;
  readonly #isAnswered: () => void;
  readonly #recordsRoute: boolean;
  readonly #transactions: (ClientTransaction | undefined)[] = [];
  #context!: ResponseContext<Target>;
  #timer: Disposable | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(
    needs: ForkNeeds,
    server: ServerRequest,
    request: SipRequest,
    mark: string,
    isAnswered: () => void,
  ) {
    this.#needs = needs;
    this.#server = server;
    this.#request = request;
    this.#mark = mark;
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
  }

  #pass(response: SipResponse): void {
    if (response.status >= 200 && response.status < 300 && this.#cancelFields.length === 0)
      // RFC 3326 §2: the other devices shall not show a missed call.
      this.#cancelFields = [['Reason', 'SIP;cause=200;text="Call completed elsewhere"']];
    this.#server.pass(response);
    if (response.status >= 200) this.#isAnswered();
  }

  /** Sends to one device over the first of its flows that is there. */
  #tryWay(branch: number, target: Target, from: number): void {
    for (let index = from; index < target.length; index++) {
      const opened = this.#needs.outlet.open(target[index]!);
      if (opened !== undefined) {
        this.#send(branch, target, index, opened);
        return;
      }
    }
    // In a turn of its own: the context is not called from within itself.
    queueMicrotask(() => this.#carryOut(this.#context.failed(branch, 'transport', this.#now())));
  }

  #send(branch: number, target: Target, index: number, { flow, routes }: OpenedWay): void {
    const way = target[index]!;
    const headers = this.#request.headers.clone();
    if (this.#recordsRoute) this.#recordRoutes(headers, flow);
    for (const route of [...(way.path ?? [])].reverse()) headers.prepend('Route', route);
    for (const route of routes) headers.prepend('Route', route);
    const uri = way.uri ?? this.#request.uri;
    const isLast = index + 1 >= target.length;
    let isReached = false;
    this.#transactions[branch] = this.#needs.outlet.sip.start(
      { ...this.#request, uri, headers },
      flow,
      {
        response: (response) => {
          isReached ||= response.status !== FLOW_FAILED;
          if (!isReached && !isLast) this.#tryWay(branch, target, index + 1);
          else this.#carryOut(this.#context.receive(branch, response, this.#now()));
        },
        failed: (reason) => {
          if (reason === 'transport' && !isReached && !isLast) this.#tryWay(branch, target, index + 1);
          else this.#carryOut(this.#context.failed(branch, reason, this.#now()));
        },
      },
      this.#mark,
    );
  }

  /** RFC 3261 §16.6 step 4, RFC 5658 §5: one value for each side, so that each end finds us by its own transport. */
  #recordRoutes(headers: HeaderFields, to: Flow): void {
    const { outlet } = this.#needs;
    if (!this.#server.flow.isInternal) headers.prepend('Record-Route', outlet.routeOver(this.#server.flow));
    if (!to.isInternal) headers.prepend('Record-Route', outlet.routeOver(to));
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
