export type { Bus, CallOptions, KeyValue, ServeOptions, StreamMessage, Subscription } from './bus.ts';
export * from './contract.ts';
