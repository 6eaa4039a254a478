// Bad weather for any bus: delay, loss and duplication, as a network and restarts bring them. For tests of services.
import type { TSchema } from 'typebox';
import type { Clock } from '../../net/clock.ts';
import type { Bus, CallOptions, StreamMessage } from '../bus.ts';
import type { CommandContract, EventContract, EventOf, RequestOf } from '../contract.ts';
import { busErrors } from '../faults.ts';

/** 0 ≤ x < 1; tests hand a seeded one. */
export type Random = () => number;

/** Everything is `delayMs` late, in order. */
export function laggyBus(bus: Bus, clock: Clock, delayMs: number): Bus {
  const late = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.after(delayMs, resolve);
    return promise;
  };
  return changed(bus, {
    publish: async (contract, value) => {
      // As text, because the sender may go on using the value.
      const copy = structuredClone(value);
      await late();
      await bus.publish(contract, copy);
    },
    call: async (contract, request, options) => {
      await late();
      const reply = await bus.call(contract, request, options);
      await late();
      return reply;
    },
    append: async (contract, value, options) => {
      await late();
      await bus.append(contract, value, options);
    },
    consume: (contract, consumer, handler, options) =>
      bus.consume(
        contract,
        consumer,
        async (message) => {
          await late();
          await handler(message);
        },
        options,
      ),
  });
}

/** Loses events, requests, replies, and the delivery or the acknowledgement of stored events, each at `rate`. */
export function lossyBus(bus: Bus, rate: number, random: Random): Bus {
  const lost = () => random() < rate;
  return changed(bus, {
    publish: async (contract, value) => {
      if (!lost()) await bus.publish(contract, value);
    },
    call: async (contract, request, options) => {
      if (lost()) return busErrors.fault('BUS_DEADLINE');
      const reply = await bus.call(contract, request, options);
      return lost() ? busErrors.fault('BUS_DEADLINE') : reply;
    },
    consume: (contract, consumer, handler, options) =>
      bus.consume(
        contract,
        consumer,
        async (message) => {
          if (lost()) return;
          await handler(lost() ? { ...message, acknowledge: async () => {} } : message);
        },
        options,
      ),
  });
}

/** Delivers events and stored events twice at `rate`. A command is still carried out once. */
export function duplicatingBus(bus: Bus, rate: number, random: Random): Bus {
  const twice = () => random() < rate;
  return changed(bus, {
    publish: async (contract, value) => {
      await bus.publish(contract, value);
      if (twice()) await bus.publish(contract, value);
    },
    consume: (contract, consumer, handler, options) =>
      bus.consume(
        contract,
        consumer,
        async (message) => {
          if (twice()) await handler({ ...message, acknowledge: async () => {}, reject: async () => {} });
          await handler(message);
        },
        options,
      ),
  });
}

interface Changes {
  publish<S extends TSchema>(contract: EventContract<S>, value: EventOf<EventContract<S>>): Promise<void>;
  call<Q extends TSchema, R extends TSchema>(
    contract: CommandContract<Q, R>,
    request: RequestOf<CommandContract<Q, R>>,
    options?: CallOptions,
  ): ReturnType<Bus['call']>;
  append: Bus['append'];
  consume<S extends TSchema>(
    contract: EventContract<S>,
    consumer: string,
    handler: (message: StreamMessage<EventOf<EventContract<S>>>) => void | Promise<void>,
    options?: { readonly redeliverMs?: number },
  ): ReturnType<Bus['consume']>;
}

/** The same bus with some of its ways replaced. */
function changed(bus: Bus, changes: Partial<Changes>): Bus {
  const wrapper: Omit<Bus, 'healthy'> = {
    publish: bus.publish.bind(bus),
    subscribe: bus.subscribe.bind(bus),
    serve: bus.serve.bind(bus),
    call: bus.call.bind(bus),
    append: bus.append.bind(bus),
    consume: bus.consume.bind(bus),
    keyValue: bus.keyValue.bind(bus),
    onReconnect: bus.onReconnect.bind(bus),
    [Symbol.asyncDispose]: () => Promise.resolve(bus[Symbol.asyncDispose]()),
    ...(changes as Partial<Bus>),
  };
  return Object.defineProperty(wrapper, 'healthy', { get: () => bus.healthy }) as Bus;
}
