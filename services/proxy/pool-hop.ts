// SIP between the front ends of one installation: each pair has one connection that runs over the bus, so that a request
// reaches a device whichever front end holds its flow, by the same transactions as over any wire. Used by outlet.ts.
import { done } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import type { CloseReason, Connection, ConnectionReceiver, Flow } from '@parley/platform/net';
import { hop } from './contract.ts';

type Context = Pick<ServiceContext, 'bus' | 'nodeId' | 'sip' | 'log'>;

/** What waits for the bus; a peer that leaves more than this unread is taken for gone. */
const UNSENT_BYTES = 8 * 1024 * 1024;

/** Names of processes that stopped: more than ever stop while one of us runs. */
const NODES_GONE = 10_000;

export class PoolHop implements AsyncDisposable {
  readonly #context: Context;
  readonly #hops = new Map<string, { readonly connection: HopConnection; readonly flow: Flow }>();
  readonly #gone = new Set<string>();
  #serving: AsyncDisposable | undefined;

  private constructor(context: Context) {
    this.#context = context;
  }

  static async start(context: Context): Promise<PoolHop> {
    const pool = new PoolHop(context);
    pool.#serving = await context.bus.serve(
      hop,
      async ({ from, message }) => {
        pool.#gone.delete(from);
        pool.#open(from)?.connection.receive(Buffer.from(message, 'base64'));
        return done({});
      },
      { node: context.nodeId },
    );
    return pool;
  }

  /** The flow to that front end; undefined while we stop. One that is dead is noticed by what is sent. */
  flowTo(nodeId: string): Flow | undefined {
    return this.#open(nodeId)?.flow;
  }

  /** Nobody was there when something was sent to it last. */
  isGone(nodeId: string): boolean {
    return this.#gone.has(nodeId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#serving?.[Symbol.asyncDispose]();
    for (const { connection } of [...this.#hops.values()]) connection.close('shutdown');
  }

  #open(nodeId: string) {
    const known = this.#hops.get(nodeId);
    if (known !== undefined) return known;
    const connection = new HopConnection(this.#context, nodeId, (isGone) => {
      this.#hops.delete(nodeId);
      if (isGone && this.#gone.size < NODES_GONE) this.#gone.add(nodeId);
    });
    const flow = this.#context.sip().accept(connection);
    if (flow === undefined) return undefined;
    const opened = { connection, flow };
    this.#hops.set(nodeId, opened);
    return opened;
  }
}

class HopConnection implements Connection {
  readonly transport = 'tcp';
  readonly isFramed = true;
  readonly isInternal = true;
  // Hops have no addresses; these stand in Via, where nobody outside reads them.
  readonly localAddress = '127.0.0.1';
  readonly localPort = 5060;
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 5060;
  unsentBytes = 0;
  readonly #context: Context;
  readonly #nodeId: string;
  readonly #forget: (isGone: boolean) => void;
  #receiver: ConnectionReceiver | undefined;
  #isClosed = false;
  #isGone = false;

  constructor(context: Context, nodeId: string, forget: (isGone: boolean) => void) {
    this.#context = context;
    this.#nodeId = nodeId;
    this.#forget = forget;
  }

  start(receiver: ConnectionReceiver): void {
    this.#receiver = receiver;
  }

  receive(bytes: Uint8Array): void {
    this.#receiver?.data(bytes);
  }

  send(bytes: Uint8Array): boolean {
    if (this.#isClosed) return false;
    const { bus, nodeId, log } = this.#context;
    if (this.unsentBytes + bytes.length > UNSENT_BYTES) {
      this.close('not-reading');
      return false;
    }
    this.unsentBytes += bytes.length;
    const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
    void bus.call(hop, { from: nodeId, message }, { node: this.#nodeId }).then(
      (answer) => {
        this.unsentBytes -= bytes.length;
        if (answer.ok) return;
        log.debug({ code: answer.fault.code, node: this.#nodeId }, 'another front end cannot be reached');
        this.#isGone = answer.fault.code === 'BUS_NO_RESPONDER';
        this.close('error');
      },
      () => this.close('error'),
    );
    return true;
  }

  close(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#forget(this.#isGone);
    this.#receiver?.closed(reason);
  }
}
