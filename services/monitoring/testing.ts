// Sightings for tests: what a front end saw of a call between made-up phones.
import type { Sighting, TraceFlow } from './contract.ts';

export const PHONES = {
  alice: flow('udp', '192.0.2.10', 5060),
  bobDesk: flow('udp', '192.0.2.20', 5060),
  bobCell: flow('tcp', '192.0.2.21', 40_000),
  /** Another front end. */
  pool: { ...flow('tcp', '127.0.0.1', 5060), isInternal: true },
};

function flow(transport: string, remoteAddress: string, remotePort: number): TraceFlow {
  return {
    transport,
    localAddress: '192.0.2.1',
    localPort: 5060,
    remoteAddress,
    remotePort,
    isInternal: false,
  };
}

export interface Said {
  readonly from?: keyof typeof PHONES;
  readonly to?: keyof typeof PHONES;
  readonly method?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly branch?: string;
  readonly toTag?: string;
  readonly fingerprint?: number;
  readonly agent?: string;
}

/** A front end that writes down what it sees, in order, a hundred milliseconds apart. */
export class Observer {
  readonly sightings: Sighting[] = [];
  readonly nodeId: string;
  #seq = 0;
  #at: number;

  constructor(nodeId = 'node-a', at = 1_000_000) {
    this.nodeId = nodeId;
    this.#at = at;
  }

  /** `from` a phone, or `to` one. */
  sees({ from, to, method = 'INVITE', status, reason = '', ...more }: Said, afterMs = 100): Sighting {
    this.#at += afterMs;
    this.#seq += 1;
    const sighting: Sighting = {
      id: `${this.nodeId}:${this.#seq}`,
      nodeId: this.nodeId,
      at: this.#at,
      direction: from === undefined ? 'out' : 'in',
      flow: PHONES[from ?? to ?? 'alice'],
      callId: 'call-1',
      method,
      cseq: 1,
      status: status ?? null,
      startLine:
        status === undefined ? `${method} sip:bob@parley.test SIP/2.0` : `SIP/2.0 ${status} ${reason}`,
      branch: more.branch ?? 'z9hG4bK-1',
      from: 'alice@parley.test',
      to: 'bob@parley.test',
      fromTag: 'a',
      toTag: more.toTag ?? '',
      agent: more.agent ?? '',
      contentType: '',
      bytes: 400,
      fingerprint: more.fingerprint ?? this.#seq,
    };
    this.sightings.push(sighting);
    return sighting;
  }
}
