// Loads the NATS client only where NATS is used: Standard Edition starts without it.
import type { Bus } from './bus.ts';
import type { NatsOptions } from './nats.ts';

export async function openNatsBus(options: NatsOptions): Promise<Bus> {
  const { connectNatsBus } = await import('./nats.ts');
  return connectNatsBus(options);
}
