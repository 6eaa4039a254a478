// The bus suite over the in-process bus and over NATS, in good and in bad weather.
import { after, before } from 'node:test';
import { systemClock as clock } from '../net/clock-system.ts';
import type { Bus } from './bus.ts';
import { openInProcessBus } from './in-process.ts';
import { openNatsBus } from './open-nats.ts';
import {
  busSuite,
  duplicatingBus,
  laggyBus,
  lossyBus,
  type NatsServer,
  natsServerMissing,
  recordedLog,
  startNatsServer,
} from './testing/index.ts';

type Weather = (bus: Bus) => Bus;

const calm: Weather = (bus) => bus;
const laggy: Weather = (bus) => laggyBus(bus, clock, 5);
const lossy: Weather = (bus) => lossyBus(bus, 0.2, seeded(1));
const duplicating: Weather = (bus) => duplicatingBus(bus, 0.3, seeded(2));

/** xorshift32: the same run every time. */
function seeded(seed: number): () => number {
  let state = seed * 2654435769;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const inProcess = (weather: Weather) => async () => {
  const bus = weather(openInProcessBus({ log: recordedLog().log, clock }));
  return { here: bus, there: bus, [Symbol.asyncDispose]: async () => bus[Symbol.asyncDispose]() };
};

let server: NatsServer;

const nats = (weather: Weather) => async () => {
  const open = async (name: string) =>
    weather(await openNatsBus({ servers: [server.url], name, log: recordedLog().log, clock }));
  const [here, there] = await Promise.all([open('here'), open('there')]);
  return {
    here,
    there,
    async [Symbol.asyncDispose]() {
      await here[Symbol.asyncDispose]();
      await there[Symbol.asyncDispose]();
    },
  };
};

before(async () => {
  if (!natsServerMissing) server = await startNatsServer();
});
after(async () => {
  await server?.[Symbol.asyncDispose]();
});

busSuite('in-process bus', inProcess(calm));
busSuite('in-process bus with delay', inProcess(laggy));
busSuite('in-process bus with loss', inProcess(lossy), { loses: true });
busSuite('in-process bus with duplication', inProcess(duplicating), { duplicates: true });

const skip = natsServerMissing;
busSuite('NATS bus', nats(calm), { skip });
busSuite('NATS bus with delay', nats(laggy), { skip });
busSuite('NATS bus with loss', nats(lossy), { skip, loses: true });
busSuite('NATS bus with duplication', nats(duplicating), { skip, duplicates: true });
