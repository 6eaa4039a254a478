// What the SIP listeners of one process hold at this moment, for /metrics, `parley doctor` and whoever looks for leaks.
// Told by sip-driver.ts.
import type { Metrics } from '../observe/metrics.ts';
import type { Clock } from './clock.ts';

export interface SipLoad {
  readonly transactions: number;
  readonly flows: number;
  readonly connections: number;
  /** Of new work, what is refused because there is too much: 0 to 0.99. */
  readonly refusedShare: number;
  /** Peers and sources that are not listened to. */
  readonly banned: number;
  /** Datagrams that found no room in the system's queue since the start. */
  readonly overflowed: number;
}

const gauges = {
  transactions: ['parley_sip_transactions', 'SIP transactions that live now'],
  flows: ['parley_sip_flows', 'SIP connections and UDP peers that are remembered now'],
  connections: ['parley_sip_connections', 'SIP connections that are open now'],
  refusedShare: [
    'parley_sip_overload_ratio',
    'Of new SIP requests, the share that is refused now because of overload',
  ],
  banned: ['parley_sip_banned', 'SIP peers and sources that are not listened to now'],
} as const;

export function reportLoad(metrics: Metrics, clock: Clock, read: () => SipLoad): void {
  for (const field of Object.keys(gauges) as (keyof typeof gauges)[]) {
    const [name, help] = gauges[field];
    metrics.sampled('gauge', name, help, () => [{ value: read()[field] }]);
  }
  metrics.sampled(
    'counter',
    'parley_udp_overflow_total',
    'SIP datagrams that found no room in the receive queue of the system (net.core.rmem_max)',
    () => [{ value: read().overflowed }],
  );
  metrics.sampled('gauge', 'parley_timers', 'Timers that are set', () => [{ value: clock.pending ?? 0 }]);
}
