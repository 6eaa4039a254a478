// The secret of the relays' credentials: derived from the key that all front ends share, and asked for until it is here.
import type { ServiceContext } from '@parley/platform/host';
import type { Mac } from '@parley/protocol/ice';
import { nodeHashes } from '@parley/protocol/ice/node-hashes';
import { nonceKey } from '../authentication/contract.ts';

const PURPOSE = new TextEncoder().encode('credentials of TURN');
const NOTHING = new Uint8Array(0);

export interface Secret {
  /** The code under the secret; undefined until it is here. Each question asks for it again. */
  now(): Mac | undefined;
  /** Undefined where nobody knows it. */
  wait(): Promise<Mac | undefined>;
}

export function askSecret({ bus, log }: Pick<ServiceContext, 'bus' | 'log'>): Secret {
  let mac: Mac | undefined;
  let asking: Promise<Mac | undefined> | undefined;

  async function ask(): Promise<Mac | undefined> {
    try {
      const reply = await bus.call(nonceKey, {});
      if (!reply.ok) return undefined;
      const shared = nodeHashes.hmacSha256(new TextEncoder().encode(reply.value.key));
      mac = nodeHashes.hmacSha1(shared(PURPOSE, NOTHING));
      return mac;
    } catch (error) {
      log.debug({ error }, 'the secret of the relay is asked for again');
      return undefined;
    } finally {
      asking = undefined;
    }
  }

  function wait(): Promise<Mac | undefined> {
    if (mac !== undefined) return Promise.resolve(mac);
    asking ??= ask();
    return asking;
  }

  void wait();
  return {
    now() {
      if (mac === undefined) void wait();
      return mac;
    },
    wait,
  };
}
