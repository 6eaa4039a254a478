// proxy, wired: the SIP listener's requests onto the walk, and requests of other services onto flows.
import { followView } from '@parley/platform/bus';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { locationView } from '../registrar/view.ts';
import { letAgentsIn } from './agent-flow.ts';
import { Authenticator } from './authenticate.ts';
import { followBarred } from './barred.ts';
import { sendOnFlow } from './contract.ts';
import { sendHere } from './flow-send.ts';
import { FlowTokens, routeOf } from './flow-token.ts';
import { Outlet } from './outlet.ts';
import { ownHostsOf } from './own-hosts.ts';
import { PeerTable } from './peer-table.ts';
import { PoolHop } from './pool-hop.ts';
import { createWalk } from './walk.ts';

export const proxyService: ServiceDefinition = {
  name: 'proxy',
  after: ['identity', 'authentication', 'registrar'],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, config, nodeId } = context;
    const sip = context.sip();
    const own = ownHostsOf(config, sip, context.clock);
    const authenticator = await Authenticator.start(context, own);
    const locations = followView(context, locationView);
    await locations.ready;
    const tokens = await FlowTokens.start(context);
    const hop = await PoolHop.start(context);
    const peers = await PeerTable.start(context);
    const outlet = new Outlet(sip, nodeId, tokens, hop, peers);
    const barred = followBarred(context);
    const door = letAgentsIn(sip, (name, over) => routeOf(tokens.make(name), sip.sentBy(over)));
    const { clock } = context;
    const walk = createWalk(context, { authenticator, locations, own, tokens, outlet, barred, clock });
    const sending = await bus.serve(sendOnFlow, (ask) => sendHere(context, ask), { node: nodeId });
    const walking = new Set<Promise<void>>();
    let isStopping = false;
    sip.onRequest((server) => {
      if (isStopping) {
        server.respond(503, { headers: [['Retry-After', '5']] });
        return;
      }
      const step = walk.answer(server);
      if (step === undefined) return;
      walking.add(step);
      void step.then(() => walking.delete(step));
    });

    sip.onAck((ack, flow) => walk.acknowledge(ack, flow));

    return {
      health: () => {
        const count = sip.listening.length;
        return {
          ok: count > 0,
          sentence: count > 0 ? `SIP listens on ${count} sockets.` : 'SIP listens nowhere.',
        };
      },
      async [Symbol.asyncDispose]() {
        isStopping = true;
        await Promise.all(walking);
        door[Symbol.dispose]();
        await sending[Symbol.asyncDispose]();
        await hop[Symbol.asyncDispose]();
        await peers[Symbol.asyncDispose]();
        await locations[Symbol.asyncDispose]();
        await barred[Symbol.asyncDispose]();
        await authenticator[Symbol.asyncDispose]();
      },
    };
  },
};
