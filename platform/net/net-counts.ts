// What the network layer counts, for metrics and tests: everything that is refused, dropped or cut has a name here.
import type { Metrics } from '../observe/metrics.ts';

export const netEvents = {
  connection_accepted: 'Connections accepted',
  connection_opened: 'Connections opened by us',
  connection_failed: 'Connections that we could not open',
  refused_total: 'Connections refused: the listener is full',
  refused_source: 'Connections refused: their source has too many',
  refused_handshake: 'TLS handshakes that failed or took too long',
  closed_idle: 'Connections closed: silent for long',
  closed_silent: 'Connections closed: never a whole message',
  closed_slow_peer: 'Connections closed: half a message and then silence',
  closed_not_reading: 'Connections closed: the peer does not read',
  closed_malformed: 'Connections closed: not SIP',
  flow_evicted: 'UDP flows forgotten because there were too many',
  message_in: 'SIP messages received',
  message_out: 'SIP messages sent',
  keep_alive: 'Keep-alives received',
  malformed: 'Messages that could not be read',
  truncated: 'Datagrams too long to be SIP',
  limited_request: 'Requests dropped: their source sends too many',
  limited_malformed: 'Malformed messages dropped without an answer: their source sends too many',
  ban: 'Peers and sources that are not listened to for a while: they sent garbage, scanned or flooded',
  banned: 'Messages dropped: their sender is banned',
  refused_banned: 'Connections refused: their source is banned',
  shed_refused: 'New requests answered with 503: this process is overloaded',
  shed_dropped: 'New requests dropped unread: this process is overloaded',
  shed_stale: 'New requests dropped unread: they waited so long that they were sent again',
  udp_queue_full: 'Datagrams not sent: the queue was full',
  stray: 'Messages that belong to no transaction',
} as const;

export type NetEvent = keyof typeof netEvents;

export class NetCounts {
  readonly #counts = new Map<NetEvent, number>();

  constructor(metrics?: Metrics) {
    const read = () => [...this.#counts].map(([event, value]) => ({ value, labels: { event } }));
    metrics?.sampled('counter', 'parley_net_events_total', 'What happened on the SIP listeners.', read, [
      'event',
    ]);
  }

  add(event: NetEvent, value = 1): void {
    if (value === 0) return;
    this.#counts.set(event, this.get(event) + value);
  }

  get(event: NetEvent): number {
    return this.#counts.get(event) ?? 0;
  }
}
