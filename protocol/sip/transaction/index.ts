export { DEFAULT_TIMERS, type TransactionTimers } from './timers.ts';
export {
  type LayerOptions,
  type LayerOutput,
  type SentBy,
  type TransactionFlow,
  type TransactionId,
  TransactionLayer,
} from './transaction-layer.ts';
export { responsePort, stampVia } from './via-stamp.ts';
