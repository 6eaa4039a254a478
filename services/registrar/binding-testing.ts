// A binding as tests need one: reachable until 1000, with what the test changes.
import type { Binding } from './contract.ts';

export function aBinding(bindingId: string, changes: Partial<Binding> = {}): Binding {
  return {
    bindingId,
    contact: `sip:${bindingId}@192.0.2.1`,
    nodeId: 'n1',
    flowId: 'f1',
    transport: 'tcp',
    source: '192.0.2.1:5060',
    userAgent: '',
    deviceId: 'd1',
    priority: 1000,
    registeredAt: 0,
    expiresAt: 1000,
    ...changes,
  };
}
