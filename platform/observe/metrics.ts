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
export interface Sample {
  readonly value: number;
  readonly labels?: Record<string, string>;
}
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  histogram(name: string, help: string, buckets: readonly number[], labels?: readonly string[]): Histogram;
  /** Read when somebody asks for the text: what changes with every message costs nothing meanwhile. */
  sampled(
    kind: 'counter' | 'gauge',
    name: string,
    help: string,
    read: () => Iterable<Sample>,
    labels?: readonly string[],
  ): void;
  /** The exposition text of every metric. */
  text(): Promise<string>;
}
