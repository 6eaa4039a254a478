// edge, wired: the relay of this process, the credentials for it, and the way browsers hear of it.
import { done } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { userChanged } from '../identity/contract.ts';
import * as contract from './contract.ts';
import { CREDENTIAL_MS, iceServersOf, passwordOf, relayUrls } from './credential.ts';
import { declareIceServers } from './http.ts';
import { MediaDoors } from './media-doors.ts';
import { peerRule } from './peer-rule.ts';
import { followRelays } from './relays.ts';
import { askSecret } from './secret.ts';

const BYTES_OF_KILOBIT = 125;

export const edgeService: ServiceDefinition = {
  name: 'edge',
  after: ['authentication'],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, config, log } = context;
    const port = context.turn();
    const secret = askSecret(context);
    /** Until when the credentials of people who are disabled would have been good. */
    const barred = new Map<string, number>();
    const doors = await MediaDoors.follow(context);

    port?.serve({
      realm: config.domain,
      passwordOf(username) {
        const mac = secret.now();
        return mac && passwordOf(username, mac, clock.wallNow(), (userId) => barred.has(userId));
      },
      peers: peerRule(config.turn.allowPeers, doors),
      limits: {
        allocationsPerUser: config.turn.allocationsPerUser,
        allocations: config.turn.allocations,
        userBytesPerS: config.turn.userKilobitsPerS * BYTES_OF_KILOBIT,
        totalBytesPerS: config.turn.totalKilobitsPerS * BYTES_OF_KILOBIT,
      },
    });
    if (port === undefined)
      log.info({ nodeId: context.nodeId }, 'no relay here: listen.turn and listen.turns are off');
    const relays = await followRelays(context, () => relayUrls(config.hostName, port?.listening ?? []));

    const subscriptions = await Promise.all([
      bus.serve(contract.iceServers, async ({ userId }) => {
        const mac = await secret.wait();
        if (mac === undefined) return contract.edgeErrors.fault('EDGE_NOT_READY');
        return done({ servers: iceServersOf(relays.all(), mac, userId, clock.wallNow()) });
      }),
      bus.subscribe(userChanged, ({ userId, disabled }) => {
        const now = clock.wallNow();
        for (const [known, untilMs] of barred) if (untilMs <= now) barred.delete(known);
        if (!disabled) barred.delete(userId);
        else {
          barred.set(userId, now + CREDENTIAL_MS);
          port?.endUser(userId);
        }
      }),
    ]);

    return {
      async [Symbol.asyncDispose]() {
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await relays[Symbol.asyncDispose]();
        await doors[Symbol.asyncDispose]();
      },
    };
  },
};

/** Where browsers ask. */
export const edgeWebService: ServiceDefinition = {
  name: 'edge-web',
  after: [],
  async start(context: ServiceContext): Promise<RunningService> {
    declareIceServers(context.web().routes, context.bus);
    // The listener belongs to the host, and its routes end with it.
    return { async [Symbol.asyncDispose]() {} };
  },
};
