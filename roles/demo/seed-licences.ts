// Gives the demo organisation its licences: bought, assigned and used day by day as if then, so that trend, evidence and
// audit look lived in. Called by seed.ts.
import type { CommandContract, ReplyOf, RequestOf } from '@parley/platform/bus';
import { setDisabled } from '@parley/services/identity/contract';
import {
  type OperationName,
  type OperationReply,
  type OperationRequest,
  operationCommand,
  recordAccess,
} from '@parley/services/licensing/contract';
import { issueLicenceFile, issuerKey, newIssuerKey } from '@parley/services/licensing/licence-file';
import type { TSchema } from 'typebox';
import * as demo from './licences.ts';
import type { ShiftedClock } from './shifted-clock.ts';

const DAY_MS = 86_400_000;
const KEY = 'demo-issuer-1';

export interface LicenceSeed {
  readonly clock: ShiftedClock;
  readonly domain: string;
  readonly hostName: string;
  idOf(local: string): string;
  ask<Q extends TSchema, R extends TSchema>(
    contract: CommandContract<Q, R>,
    request: RequestOf<CommandContract<Q, R>>,
  ): Promise<ReplyOf<CommandContract<Q, R>>>;
}

export async function seedLicences({ clock, domain, hostName, idOf, ask }: LicenceSeed): Promise<void> {
  const now = clock.wallNow();
  try {
    for (let ago = demo.WINDOW_DAYS + 1; ago >= 0; ago--) {
      clock.behindMs = ago * DAY_MS;
      if (ago === demo.WINDOW_DAYS + 1) await begin();
      await buyOn(ago);
      await assignOn(ago);
      if (ago === demo.LEAVER_SINCE) await ask(setDisabled, { userId: idOf(demo.LEAVER), disabled: true });
      if (ago < demo.WINDOW_DAYS) await useOn(ago);
    }
  } finally {
    clock.behindMs = 0;
  }

  /** Settings, roles, the server, the agreement, and what was bought before the window. */
  async function begin(): Promise<void> {
    await operate('alice', 'settings-change', {
      mode: 'honor',
      graceDays: 30,
      currency: 'EUR',
      contact: `licences@${domain}`,
      prices: demo.prices,
    });
    await operate('alice', 'role-set', { userId: idOf('dave'), roles: ['manager'] });
    await operate('alice', 'role-set', { userId: idOf('carol'), roles: ['help-desk'] });
    await operate('alice', 'role-set', { userId: idOf('kristjan.pold'), roles: ['auditor'] });
    await operate('alice', 'role-set', { userId: idOf('beatriz.munoz'), roles: ['seller'] });
    await operate('alice', 'ose-put', {
      ...{ oseId: 'uc1', host: hostName, edition: 'standard', roles: ['front-end', 'web-components'] },
    });
    for (const { deviceId, name } of demo.COMMON_AREA) {
      await operate('alice', 'device-put', { deviceId, name, commonArea: true, licensable: true });
    }
    const { agreementId } = await operate('dave', 'agreement-put', {
      ...{ name: 'Framework 2025', customer: domain, program: 'Open', from: dayAt(-681), to: dayAt(665) },
    });
    for (const purchase of demo.purchases.filter(({ ago }) => ago > demo.WINDOW_DAYS)) {
      await buy(purchase, agreementId);
    }
    for (const { from, to, ...term } of demo.terms) {
      await operate('dave', 'sa-add', { ...term, from: dayAt(from), to: dayAt(to), agreementId });
    }
    await installFile();
  }

  async function buyOn(day: number): Promise<void> {
    for (const purchase of demo.purchases) if (purchase.ago === day) await buy(purchase, null);
  }

  function buy({ ago, ...bought }: (typeof demo.purchases)[number], agreementId: string | null) {
    const grant = { ...bought, source: 'purchase', from: dayAt(-ago), to: null, agreementId } as const;
    return operate('dave', 'grant-add', grant);
  }

  /** Five CALs for a project, charged by a sister company that signs its own files. */
  async function installFile(): Promise<void> {
    const { publicKey, privateKeyPem } = newIssuerKey(KEY);
    const key = issuerKey(KEY, privateKeyPem);
    const file =
      key.ok &&
      issueLicenceFile(
        {
          ...{
            v: 1,
            id: 'project-north',
            issuer: 'Example Group IT',
            customer: domain,
            seq: 1,
            graceDays: 30,
          },
          ...{ issuedAt: instantAt(-120), notBefore: instantAt(-120), notAfter: instantAt(200) },
          grants: [demo.FILE_GRANT],
        },
        key.value,
      );
    if (file === false || !file.ok) throw new Error('the licence file of the demo could not be signed');
    await operate('alice', 'key-pin', { kid: KEY, publicKey, name: 'Example Group IT' });
    await operate('alice', 'file-install', { text: file.value });
  }

  async function assignOn(day: number): Promise<void> {
    for (const step of demo.assignments.filter(({ ago }) => ago === day)) {
      const subjects =
        'people' in step
          ? step.people.map((local) => ({ kind: 'user' as const, id: idOf(local) }))
          : [{ kind: 'device' as const, id: step.device }];
      const items = subjects.map((subject) => ({ sku: step.assign, subject }));
      await operate(step.by, 'assign', { items, reason: 'set up' });
    }
  }

  async function useOn(ago: number): Promise<void> {
    const day = dayAt(-ago);
    const access = demo.accessOn(ago, new Date(`${day}T00:00:00Z`).getUTCDay());
    await ask(recordAccess, {
      batchId: `demo ${day}`,
      edges: access.map(({ local, device, level, count }) => ({
        ...{ userId: local === null ? null : idOf(local), deviceId: device.deviceId },
        ...{ level, firstDay: day, lastDay: day, count },
      })),
      deviceNames: Object.fromEntries(access.map(({ device }) => [device.deviceId, device.name])),
    });
  }

  function operate<N extends OperationName>(
    actor: string,
    name: N,
    request: OperationRequest<N>,
  ): Promise<OperationReply<N>> {
    // The type of a contract by its name is one that the compiler cannot follow through `ask`.
    return ask(operationCommand(name), { actor: idOf(actor), request } as never) as never;
  }

  function dayAt(fromToday: number): string {
    return new Date(now + fromToday * DAY_MS).toISOString().slice(0, 10);
  }

  function instantAt(fromToday: number): string {
    return `${dayAt(fromToday)}T00:00:00Z`;
  }
}
