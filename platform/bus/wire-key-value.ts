// Typed keys and values over a bucket of texts. Used by wire-bus.ts.
import type { Static, TSchema } from 'typebox';
import type { Log } from '../observe/log.ts';
import type { KeyValue, Subscription } from './bus.ts';
import { decoded, encoded } from './encoding.ts';
import type { WireBucket } from './wire.ts';

export function wireKeyValue<S extends TSchema>(
  bucket: WireBucket,
  name: string,
  schema: S,
  log: Log,
  opened: (carried: AsyncDisposable) => Subscription,
): KeyValue<Static<S>> {
  function value(key: string, payload: string | undefined): Static<S> | undefined {
    if (payload === undefined) return undefined;
    const read = decoded(schema, payload);
    if (read.ok) return read.value as Static<S>;
    log.error(
      { bucket: name, key, problem: read.problem },
      'A stored value does not fit its schema and is ignored.',
    );
    return undefined;
  }

  return {
    get: async (key) => value(key, await bucket.get(key)),
    put: async (key, given) => bucket.put(key, encoded(name, schema, given)),
    create: async (key, given) => bucket.create(key, encoded(name, schema, given)),
    delete: (key) => bucket.delete(key),
    keys: () => bucket.keys(),
    async watch(onChange) {
      const carried = await bucket.watch((key, payload) => {
        try {
          onChange(key, value(key, payload));
        } catch (error) {
          log.error({ err: error, bucket: name, key }, 'The watcher of a bucket failed.');
        }
      });
      return opened(carried);
    },
  };
}
