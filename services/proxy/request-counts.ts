// How many requests were answered how, and refused why: plain numbers, because a counter of the metrics library looks its
// labels up with every request. Used by walk.ts.
import type { Metrics } from '@parley/platform/observe';

export class RequestCounts {
  /** By method, then by final status. */
  readonly #answered = new Map<string, Map<number, number>>();
  readonly #refused = new Map<string, number>();

  constructor(metrics: Metrics) {
    const answered = () =>
      [...this.#answered].flatMap(([method, byStatus]) =>
        [...byStatus].map(([status, value]) => ({ value, labels: { method, status: String(status) } })),
      );
    const refused = () => [...this.#refused].map(([reason, value]) => ({ value, labels: { reason } }));
    metrics.sampled(
      'counter',
      'parley_sip_requests_total',
      'SIP requests by method and final status',
      answered,
      ['method', 'status'],
    );
    metrics.sampled(
      'counter',
      'parley_sip_refused_total',
      'SIP requests refused before any service saw them',
      refused,
      ['reason'],
    );
  }

  answered(method: string, status: number): void {
    const byStatus = this.#answered.get(method) ?? new Map<number, number>();
    if (byStatus.size === 0) this.#answered.set(method, byStatus);
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  }

  refused(reason: string): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }
}
