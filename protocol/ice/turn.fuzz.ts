// Fuzz target of the TURN server: whatever clients, peers and streams send, nothing throws, and nothing reaches a peer that was
// not permitted. Run by `npm run fuzz` and by the tests of turn/.
import { StunFramer } from './index.ts';
import { TurnWorld } from './testing/turn-world.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/stun'];

export function fuzz(data: Uint8Array): void {
  const world = new TurnWorld();
  const alice = world.client('alice', 4_000);
  alice.session.allocate(world.nowMs);
  alice.session.bind({ address: '192.0.2.7', port: 5_000 }, world.nowMs);
  world.server.fromClient(alice.client, data, world.nowMs);
  world.fromPeer(world.allocation.relays[0]!, { address: '192.0.2.7', port: 5_000 }, String(data));
  alice.session.receive(data, world.nowMs);
  new StunFramer().push(data, (bytes) => world.server.fromClient(alice.client, bytes, world.nowMs));
  if (world.sent.some(({ to }) => to.address !== '192.0.2.7'))
    throw new Error('to a peer that was not permitted');
  world.server.close();
}
