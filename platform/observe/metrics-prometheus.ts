// Metrics through prom-client with a registry of their own, so that two hosts in one test process stay apart.
import {
  collectDefaultMetrics,
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
} from 'prom-client';
import type { Counter, Gauge, Histogram, Metrics, Sample } from './metrics.ts';

export interface MetricsOptions {
  /** Memory, CPU, event loop and garbage collection of this process. Default true. */
  readonly process?: boolean;
}

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const readers = new Map<string, (() => Iterable<Sample>)[]>();
  if (options.process !== false) collectDefaultMetrics({ register: registry });

  /** Services of one process may ask for the same metric; they share it. */
  function shared<M extends object>(name: string, make: () => M): M {
    return (registry.getSingleMetric(name) as M | undefined) ?? make();
  }

  return {
    counter(name, help, labels = []): Counter {
      const metric = shared(
        name,
        () => new PromCounter({ name, help, labelNames: [...labels], registers: [registry] }),
      );
      return { add: (value = 1, values = {}) => metric.inc(values, value) };
    },
    gauge(name, help, labels = []): Gauge {
      const metric = shared(
        name,
        () => new PromGauge({ name, help, labelNames: [...labels], registers: [registry] }),
      );
      return { set: (value, values = {}) => metric.set(values, value) };
    },
    histogram(name, help, buckets, labels = []): Histogram {
      const metric = shared(
        name,
        () =>
          new PromHistogram({
            name,
            help,
            buckets: [...buckets],
            labelNames: [...labels],
            registers: [registry],
          }),
      );
      return { observe: (value, values = {}) => metric.observe(values, value) };
    },
    sampled(kind, name, help, read, labels = []) {
      const others = readers.get(name);
      if (others !== undefined) {
        others.push(read);
        return;
      }
      const all = [read];
      readers.set(name, all);
      const Metric = kind === 'counter' ? PromCounter : PromGauge;
      new Metric({
        name,
        help,
        labelNames: [...labels],
        registers: [registry],
        collect() {
          this.reset();
          for (const { value, labels: values = {} } of all.flatMap((one) => [...one()]))
            this.inc(values, value);
        },
      });
    },
    text: () => registry.metrics(),
  };
}
