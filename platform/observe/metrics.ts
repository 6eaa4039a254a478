// Prometheus metrics, one registry a process (prom-client underneath).
export interface Counter {
  add(value?: number, labels?: Record<string, string>): void;
}
export interface Gauge {
  set(value: number, labels?: Record<string, string>): void;
}
export interface Histogram {
  /** Seconds or bytes, as the name says. */
  observe(value: number, labels?: Record<string, string>): void;
}
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  histogram(name: string, help: string, buckets: readonly number[], labels?: readonly string[]): Histogram;
  /** The exposition text of every metric. */
  text(): Promise<string>;
}
