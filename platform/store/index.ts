export type { Migration, ServiceStore, ServiceTransaction, Store } from './store.ts';
