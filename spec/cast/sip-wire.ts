// The sockets of a SIP actor: UDP, TCP and TLS as flows of a UserAgent, every message written down, and any of them lost
// at will. Its own sockets, so that what it says of the server does not hang on the server's code.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  createStreamFramer,
  parseMessage,
  parseSipUri,
  type SentBy,
  type SipMessage,
  serializeMessage,
  type UserAgentFlow,
} from '@parley/protocol/sip';
import { Notebook } from './waiting.ts';

export type WireTransport = 'udp' | 'tcp' | 'tls';

export interface Hop {
  readonly transport: WireTransport;
  readonly address: string;
  readonly port: number;
}

/** One message that came or went, also where it was lost. */
export interface Passed {
  readonly direction: 'in' | 'out';
  readonly message: SipMessage;
  readonly flow: WireFlow;
  readonly isLost: boolean;
  /** Milliseconds on the actor's clock. */
  readonly at: number;
}

export interface WireFlow extends UserAgentFlow {
  readonly transport: WireTransport;
  readonly socket: Socket | undefined;
}

const OWN_ADDRESS = '127.0.0.1';

export class SipWire implements AsyncDisposable {
  readonly passed = new Notebook<Passed>();
  received: (message: SipMessage, flow: WireFlow) => void = () => {};
  closed: (flow: WireFlow) => void = () => {};
  /** Whether the network drops this message. */
  loses: (passed: Omit<Passed, 'isLost'>) => boolean = () => false;
  /** What becomes of a message on its way out, as if the actor's phone were made otherwise. */
  changes: (message: SipMessage) => void = () => {};
  readonly #user: string;
  readonly #address: string;
  readonly #udp: UdpSocket;
  readonly #server: Server;
  readonly #ports: { readonly udp: number; readonly tcp: number };
  readonly #flows = new Map<string, WireFlow>();

  private constructor(user: string, address: string, udp: UdpSocket, server: Server) {
    this.#user = user;
    this.#address = address;
    this.#udp = udp;
    this.#server = server;
    this.#ports = { udp: udp.address().port, tcp: portOf(server) };
    udp.on('message', (bytes, { address, port }) => {
      const parsed = parseMessage(bytes);
      if (parsed.ok) this.#arrived(parsed.message, this.#udpFlow(address, port));
    });
    // A peer that has gone away is not this actor's fault: its timers say so.
    udp.on('error', () => {});
    server.on('connection', (socket) => this.#stream('tcp', socket));
  }

  /** @param address one of this machine's own. */
  static async open(user: string, address = OWN_ADDRESS): Promise<SipWire> {
    const udp = createSocket('udp4');
    const server = createServer();
    udp.bind(0, address);
    server.listen(0, address);
    await Promise.all([once(udp, 'listening'), once(server, 'listening')]);
    return new SipWire(user, address, udp, server);
  }

  /** Where others reach it. */
  contact(transport: WireTransport): string {
    const port = transport === 'udp' ? this.#ports.udp : this.#ports.tcp;
    const parameter = transport === 'udp' ? '' : `;transport=${transport}`;
    return `sip:${this.#user}@${this.#address}:${port}${parameter}`;
  }

  flowTo({ transport, address, port }: Hop): WireFlow {
    if (transport === 'udp') return this.#udpFlow(address, port);
    const known = this.#flows.get(flowId(transport, address, port));
    if (known !== undefined) return known;
    const socket =
      transport === 'tcp'
        ? connect({ host: address, port })
        : connectTls({ host: address, port, rejectUnauthorized: false });
    return this.#stream(transport, socket, { address, port });
  }

  send(message: SipMessage, flow: WireFlow, address = flow.remoteAddress, port = flow.remotePort): void {
    this.changes(message);
    if (this.#note('out', message, flow)) return;
    const bytes = serializeMessage(message);
    if (flow.socket === undefined) this.#udp.send(bytes, port, address);
    else flow.socket.write(bytes);
  }

  /** Connections that are open, those that others opened included. */
  get connections(): number {
    return this.#flows
      .values()
      .filter(({ socket }) => socket !== undefined)
      .toArray().length;
  }

  /** Breaks every connection, as a cable that is pulled. */
  breakConnections(): void {
    for (const { socket } of this.#flows.values()) socket?.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closed = () => {};
    this.breakConnections();
    const ended = [once(this.#udp, 'close'), once(this.#server, 'close')];
    this.#udp.close();
    this.#server.close();
    await Promise.all(ended);
  }

  #arrived(message: SipMessage, flow: WireFlow): void {
    if (!this.#note('in', message, flow)) this.received(message, flow);
  }

  /** @returns whether it is lost. */
  #note(direction: 'in' | 'out', message: SipMessage, flow: WireFlow): boolean {
    // The transaction layer stamps what it receives: what is written down stays as it came.
    const copy = { ...message, headers: message.headers.clone() };
    const passed = { direction, message: copy, flow, at: performance.now() };
    const isLost = this.loses(passed);
    this.passed.add({ ...passed, isLost });
    return isLost;
  }

  #udpFlow(address: string, port: number): WireFlow {
    const id = flowId('udp', address, port);
    const known = this.#flows.get(id);
    if (known !== undefined) return known;
    const flow = this.#flow('udp', id, { address, port }, undefined);
    this.#flows.set(id, flow);
    return flow;
  }

  #stream(transport: 'tcp' | 'tls', socket: Socket, target?: { address: string; port: number }): WireFlow {
    const { address, port } = target ?? {
      address: socket.remoteAddress ?? '',
      port: socket.remotePort ?? 0,
    };
    const id = flowId(transport, address, port);
    const flow = this.#flow(transport, id, { address, port }, socket);
    this.#flows.set(id, flow);
    const framer = createStreamFramer();
    socket.on('data', (bytes: Buffer) => {
      for (const framed of framer.push(bytes)) {
        if (framed.kind === 'message') this.#arrived(framed.message, flow);
        // RFC 5626 §4.4.1: a ping is answered with one empty line.
        else if (framed.kind === 'keep-alive') socket.write('\r\n');
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#flows.get(id) === flow) this.#flows.delete(id);
      this.closed(flow);
    });
    return flow;
  }

  #flow(
    transport: WireTransport,
    id: string,
    remote: { address: string; port: number },
    socket: Socket | undefined,
  ): WireFlow {
    const sentBy: SentBy = {
      transport: transport.toUpperCase(),
      host: this.#address,
      port: transport === 'udp' ? this.#ports.udp : this.#ports.tcp,
    };
    return {
      id,
      transport,
      socket,
      reliable: socket !== undefined,
      remoteAddress: remote.address,
      remotePort: remote.port,
      sentBy,
      contact: this.contact(transport),
    };
  }
}

/** Where a SIP URI leads without any look-up (RFC 3263 §4 with a number for an address). */
export function hopOf(uri: string): Hop | undefined {
  const parsed = parseSipUri(uri);
  if (parsed === undefined) return undefined;
  const named = parsed.params.get('transport')?.toLowerCase();
  const transport = parsed.scheme === 'sips' || named === 'tls' ? 'tls' : named === 'tcp' ? 'tcp' : 'udp';
  const host = parsed.params.get('maddr') ?? parsed.host;
  const address = host === 'localhost' ? OWN_ADDRESS : host.replace(/^\[|\]$/g, '');
  return { transport, address, port: parsed.port ?? (transport === 'tls' ? 5061 : 5060) };
}

function flowId(transport: WireTransport, address: string, port: number): string {
  return `${transport} ${address} ${port}`;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
