export type { Bus, CallOptions, KeyValue, ServeOptions, StreamMessage, Subscription } from './bus.ts';
export * from './contract.ts';
export { busErrors } from './faults.ts';
export { openInProcessBus } from './in-process.ts';
export { type SchemaCheck, schemaCheck } from './schema-check.ts';
export { followView, type HeldView, holdView, pageOf, type ViewOptions, type ViewPage } from './view.ts';
export type { BusOptions } from './wire-bus.ts';
