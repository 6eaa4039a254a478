export type { Log } from './log.ts';
export type { Counter, Gauge, Histogram, Metrics } from './metrics.ts';
