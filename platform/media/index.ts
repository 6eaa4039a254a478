export { mediaAddresses } from './addresses.ts';
export {
  type LegWish,
  MediaEngine,
  type MediaEngineOptions,
  type MediaFault,
  type Result,
} from './engine.ts';
export type { LegHappening, PlayedSound, RecordingWish, StreamReport } from './messages.ts';
export type { Agreed, Directions } from './negotiation.ts';
