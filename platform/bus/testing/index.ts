export { type BusPair, busSuite, type SuiteOptions } from './bus-suite.ts';
export { type Collected, collected, recordedLog } from './collected.ts';
export {
  type NatsServer,
  type NatsServerOptions,
  natsServerMissing,
  startNatsServer,
} from './nats-server.ts';
export { assertViewLaw, type Fold } from './view-law.ts';
export { duplicatingBus, laggyBus, lossyBus, type Random } from './weather.ts';
