// What a binding and an idle connection cost in memory of the process. Used by sip.ts.
import { dirname } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import type { Figures } from './figures.ts';
import { IDLE_BUDGET_KB, type IdleKind, openIdleConnections } from './idle-connections.ts';
import { hirePhones, type Organisation, PHONES } from './organisation.ts';
import { memoryOfTree } from './process-memory.ts';
import { GARBAGE_ON_SIGNAL, type Product, startProduct } from './product.ts';
import { load, WORKLOADS } from './sip-workload.ts';

const IDLE_KINDS: readonly IdleKind[] = ['tcp', 'ws', 'tls'];
const CONNECTIONS = 10_000;
const IDLE_SETTLE_MS = 5_000;
const BINDINGS = 50_000;
/** Longer than a transaction remembers its answer (RFC 3261 §17.2.2: 64 × T1). */
const SETTLE_MS = 40_000;

export async function measureSipMemory(
  figures: Figures,
  { data }: Organisation,
  isWanted: (part: string) => boolean,
): Promise<void> {
  for (const kind of IDLE_KINDS)
    if (isWanted(`memory-${kind}`)) await measureConnections(figures, data, kind);
  if (isWanted('memory-bindings')) await measureBindings(figures, data);
}

/** Each kind in a process of its own: what one leaves behind in the allocator the next would get for nothing. */
async function measureConnections(figures: Figures, data: string, kind: IdleKind): Promise<void> {
  const product = await startProduct(data, { nodeOptions: GARBAGE_ON_SIGNAL });
  try {
    const port =
      kind === 'ws' ? Number(new URL(product.origin).port) : product.sipPort(kind === 'tls' ? 'tls' : 'tcp');
    const before = await heldBytes(product, IDLE_SETTLE_MS);
    using connections = await openIdleConnections(kind, port, CONNECTIONS);
    const after = await heldBytes(product, IDLE_SETTLE_MS);
    figures.add('sip', {
      name: `${CONNECTIONS} idle connections, ${kind.toUpperCase()}`,
      value: (after - before) / CONNECTIONS / 1024,
      unit: 'KB each',
      budget: IDLE_BUDGET_KB[kind],
      note: `${connections.open} open; PSS of the process ${mb(before)} → ${mb(after)} MB`,
    });
  } finally {
    await product.stop();
  }
}

async function measureBindings(figures: Figures, data: string): Promise<void> {
  const workload = WORKLOADS.find(({ id }) => id === 'register-udp')!;
  console.log(`sip: hiring ${BINDINGS} people …`);
  await hirePhones(dirname(data), data, PHONES, BINDINGS);
  const product = await startProduct(data, { nodeOptions: GARBAGE_ON_SIGNAL });
  try {
    const target = { port: product.sipPort('udp'), pid: product.pid };
    await load(workload, target, { warm: 10_000, ops: 10_000 });
    const before = await heldBytes(product);
    const { failed } = await load(workload, target, {
      'first-user': PHONES,
      users: BINDINGS,
      ops: BINDINGS,
      leave: true,
    });
    const after = await heldBytes(product);
    figures.add('sip', {
      name: `${BINDINGS} bindings`,
      value: (after - before) / BINDINGS / 1024,
      unit: 'KB each',
      budget: 2,
      note: `${failed > 0 ? `${failed} FAILED; ` : ''}PSS of the process ${mb(before)} → ${mb(after)} MB`,
    });
  } finally {
    await product.stop();
  }
}

/** Of the process alone, once what was only on its way is gone. */
async function heldBytes(product: Product, settleMs = SETTLE_MS): Promise<number> {
  await pass(settleMs);
  await product.collectGarbage();
  return memoryOfTree(product.pid).find(({ pid }) => pid === product.pid)!.pssBytes;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
