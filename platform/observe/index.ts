export type { Log } from './log.ts';
export { LOG_LEVELS, type LogLevel } from './log-level.ts';
export { createLog, type LogOptions } from './log-pino.ts';
export type { Counter, Gauge, Histogram, Metrics } from './metrics.ts';
export { createMetrics, type MetricsOptions } from './metrics-prometheus.ts';
export { redact, redactText } from './redact.ts';
