// The state of the installation as an administrator reads it: every part is asked a small question, and its answer counts.
import type { Bus } from '@parley/platform/bus';
import type { Outcome } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import { listSignIns, nonceKey } from '../authentication/contract.ts';
import { listContacts } from '../contacts/contract.ts';
import { listUsers } from '../identity/contract.ts';
import { listConversations } from '../im/contract.ts';
import { getAccess } from '../presence/contract.ts';
import { locationSnapshot } from '../registrar/contract.ts';
import type { HealthReport, PartHealth } from './contract.ts';

const DEADLINE_MS = 2_000;
const SLOW_MS = 1_000;
const SIGN_INS = 500;

export async function checkHealth(
  context: Pick<ServiceContext, 'bus' | 'store' | 'clock' | 'config' | 'nodeId'>,
  process: { readonly version: string; readonly startedAt: number; readonly memoryBytes: number },
  userId: string,
): Promise<HealthReport> {
  const { bus, clock, config, nodeId } = context;
  const options = { deadlineMs: DEADLINE_MS };
  let users = 0;
  let signIns = 0;

  async function ask<T>(name: string, question: (bus: Bus) => Promise<Outcome<T>>, use?: (value: T) => void) {
    const began = clock.now();
    const outcome = await question(bus);
    const answerMs = Math.round(clock.now() - began);
    if (outcome.ok) use?.(outcome.value);
    return partHealth(name, answerMs, outcome);
  }

  const parts = await Promise.all([
    portHealth('store', context.store.healthy, 'The database'),
    portHealth('bus', bus.healthy, 'The bus'),
    ask(
      'identity',
      () => bus.call(listUsers, { limit: 1 }, options),
      (page) => {
        users = page.total;
      },
    ),
    ask(
      'authentication',
      () => bus.call(listSignIns, { limit: SIGN_INS }, options),
      (list) => {
        signIns = list.signIns.length;
      },
    ),
    ask('device passwords', () => bus.call(nonceKey, {}, options)),
    ask('presence', () => bus.call(getAccess, { userId }, options)),
    ask('contacts', () => bus.call(listContacts, { userId }, options)),
    ask('im', () => bus.call(listConversations, { userId, limit: 1 }, options)),
    ask('registrar', () => bus.call(locationSnapshot, {}, options)),
  ]);
  return {
    ok: parts.every((part) => part.ok),
    version: process.version,
    nodeId,
    startedAt: process.startedAt,
    checkedAt: clock.wallNow(),
    domain: config.domain,
    hostName: config.hostName,
    memoryBytes: process.memoryBytes,
    users,
    signIns,
    parts,
  };
}

export function partHealth(name: string, answerMs: number, outcome: Outcome<unknown>): PartHealth {
  if (!outcome.ok) return { name, ok: false, answerMs, sentence: outcome.fault.sentence };
  const sentence = answerMs < SLOW_MS ? 'Answers.' : 'Answers, but slowly.';
  return { name, ok: true, answerMs, sentence };
}

function portHealth(name: string, healthy: boolean, title: string): PartHealth {
  return { name, ok: healthy, answerMs: 0, sentence: healthy ? 'Running.' : `${title} does not answer.` };
}
