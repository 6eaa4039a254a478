export type { Log } from './log.ts';
export { createLog, LOG_LEVELS, type LogLevel, type LogOptions } from './log-pino.ts';
export type { Counter, Gauge, Histogram, Metrics } from './metrics.ts';
export { createMetrics, type MetricsOptions } from './metrics-prometheus.ts';
export { redact } from './redact.ts';
