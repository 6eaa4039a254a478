// A user agent of this process as one more flow of the proxy: calls that the server itself makes and takes go the ways of all
// others – flows at other front ends, Path, Record-Route. One for each SIP server. Used by calls; fork.ts and walk.ts know it.
import type { CloseReason, Connection, ConnectionReceiver, Flow, SipServer } from '@parley/platform/net';
import {
  DEFAULT_LIMITS,
  parseMessage,
  type SentBy,
  type SipMessage,
  serializeMessage,
} from '@parley/protocol/sip';
import type { FlowName } from './flow-token.ts';

export interface AgentFlow extends Disposable {
  readonly flow: Flow;
  readonly sentBy: SentBy;
  send(message: SipMessage): void;
  /** The Route value that leads over a flow of any front end. */
  routeTo(name: FlowName): string;
}

/** The user part of the contacts of user agents: whichever front end goes on with a call, it is meant. */
export const AGENT_USER = 'calls';

type RouteTo = (name: FlowName, over: Flow) => string;

const ways = new WeakMap<SipServer, RouteTo>();
const agents = new WeakMap<SipServer, string>();

/** The proxy says how a Route is made; without it there is no proxy here. */
export function letAgentsIn(sip: SipServer, routeTo: RouteTo): Disposable {
  ways.set(sip, routeTo);
  return { [Symbol.dispose]: () => void ways.delete(sip) };
}

/** @returns undefined while the process stops. */
export function openAgentFlow(
  sip: SipServer,
  received: (message: SipMessage) => void,
): AgentFlow | undefined {
  const routeTo = ways.get(sip);
  const connection = new AgentConnection(received);
  const flow = sip.accept(connection);
  if (flow === undefined || routeTo === undefined) return undefined;
  agents.set(sip, flow.id);
  return {
    flow,
    sentBy: sip.sentBy(flow),
    send: (message) => connection.receive(serializeMessage(message)),
    routeTo: (name) => routeTo(name, flow),
    [Symbol.dispose]() {
      agents.delete(sip);
      connection.close('shutdown');
    },
  };
}

/** Leads to the user agent of this process. */
export function isAgentFlow(sip: SipServer, { id }: Flow): boolean {
  return agents.get(sip) === id;
}

export function agentFlowId(sip: SipServer): string | undefined {
  return agents.get(sip);
}

class AgentConnection implements Connection {
  readonly transport = 'tcp';
  readonly isFramed = true;
  readonly isInternal = true;
  // They stand in Via, where nobody outside reads them.
  readonly localAddress = '127.0.0.1';
  readonly localPort = 5060;
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 5061;
  readonly unsentBytes = 0;
  readonly #received: (message: SipMessage) => void;
  #receiver: ConnectionReceiver | undefined;
  #isClosed = false;

  constructor(received: (message: SipMessage) => void) {
    this.#received = received;
  }

  start(receiver: ConnectionReceiver): void {
    this.#receiver = receiver;
  }

  /** From the user agent; in a turn of its own, as from a socket. */
  receive(bytes: Uint8Array): void {
    setImmediate(() => this.#receiver?.data(bytes));
  }

  /** To the user agent. */
  send(bytes: Uint8Array): boolean {
    if (this.#isClosed) return false;
    // However long: the listener has taken it.
    const parsed = parseMessage(bytes.slice(), { ...DEFAULT_LIMITS, maxMessageBytes: bytes.length });
    if (parsed.ok) setImmediate(() => this.#received(parsed.message));
    return true;
  }

  close(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const receiver = this.#receiver;
    this.#receiver = undefined;
    receiver?.closed(reason);
  }
}
