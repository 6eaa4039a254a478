// The licence manager of a stage, at the level of the licensing API: buys, assigns, chooses the mode, reads the evidence.
import { setTimeout as delay } from 'node:timers/promises';
import type { OperationName, OperationReply, OperationRequest } from '@parley/services/licensing/contract';
import type { Mode, Subject } from '@parley/services/licensing/rules/model';
import type { EvidenceRow } from '@parley/services/licensing/rules/report';
import type { HttpClient } from './http-client.ts';
import type { Person } from './stage.ts';

export const STANDARD = 'parley-standard-cal';
export const ENTERPRISE = 'parley-enterprise-cal';

export function personOf({ userId }: Pick<Person, 'userId'>): Subject {
  return { kind: 'user', id: userId };
}

export function deviceOf(id: string): Subject {
  return { kind: 'device', id };
}

export class LicenceDesk {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** @throws HttpProblem where the operation is refused. */
  ask<N extends OperationName>(name: N, request: OperationRequest<N>): Promise<OperationReply<N>> {
    return this.#http.post(`/api/v1/licensing/${name}`, request as object);
  }

  async buys(sku: string, metric: 'user' | 'device', quantity: number): Promise<void> {
    await this.ask('grant-add', {
      sku,
      metric,
      quantity,
      source: 'purchase',
      from: '2026-01-01',
      to: null,
      agreementId: null,
      proof: 'order 1',
      unitPrice: 3000,
    });
  }

  async assigns(sku: string, ...subjects: Subject[]): Promise<void> {
    await this.ask('assign', { items: subjects.map((subject) => ({ sku, subject })) });
  }

  async takesBack(subject: Subject): Promise<void> {
    const { assignments } = await this.ask('history', { subject });
    for (const { assignmentId } of assignments.filter(({ to }) => to === null).reverse())
      await this.ask('unassign', { assignmentId, reason: 'the play goes on' });
  }

  /** With neither tolerance nor grace: who has no licence is refused under `enforce` from the first day. */
  async chooses(mode: Mode, contact = ''): Promise<void> {
    await this.ask('settings-change', { mode, contact, tolerancePct: 0, minExtra: 0, graceDays: 0 });
  }

  /** What is recorded of a person or a device once it is as the play expects. */
  async finds(
    { kind, id }: Subject,
    fits: (rows: readonly EvidenceRow[]) => boolean,
    deadlineMs = 20_000,
  ): Promise<readonly EvidenceRow[]> {
    const deadline = Date.now() + deadlineMs;
    for (;;) {
      const { items } = await this.ask('evidence', { limit: 500 });
      const rows = items.filter(({ userId, deviceId }) => (kind === 'user' ? userId : deviceId) === id);
      if (fits(rows)) return rows;
      if (Date.now() > deadline) throw new Error(`the evidence of ${kind} ${id} is ${JSON.stringify(rows)}`);
      await delay(250);
    }
  }
}
