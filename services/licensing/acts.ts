// Every operation that changes something, by name: the table that service.ts serves. Each is one commit of the books, save
// what takes longer than a transaction may.
import { randomUUID } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import { assignAll, reassignOne, unassignOne } from './assignment-desk.ts';
import type { Asker, Decision, Desk } from './books.ts';
import {
  licensingErrors,
  type OperationName,
  type OperationReply,
  type OperationRequest,
  type operations,
} from './contract.ts';
import * as files from './file-desk.ts';
import { importCsv } from './import-desk.ts';
import { trueUpReport } from './position-report.ts';
import type { Ports } from './reads.ts';
import type { Subject } from './rules/model.ts';
import * as settings from './settings-desk.ts';
import * as stock from './stock-desk.ts';
import * as rows from './store.ts';

type ActName = {
  [N in OperationName]: (typeof operations)[N]['kind'] extends 'act' ? N : never;
}[OperationName];
export type Acts = {
  readonly [N in ActName]: (
    request: OperationRequest<N>,
    asker: Asker,
  ) => Promise<Outcome<OperationReply<N>>>;
};

export function acts(ports: Ports): Acts {
  const { own, books, who, optimiser } = ports;

  /** A decision of one desk, committed. */
  const by =
    <N extends ActName>(
      decide: (desk: Desk, request: OperationRequest<N>) => Outcome<Decision<OperationReply<N>>>,
    ) =>
    (request: OperationRequest<N>, asker: Asker): Promise<Outcome<OperationReply<N>>> =>
      books.commit(asker, (desk) => decide(desk, request));

  /** The same, after the people whom it names were looked up. */
  const knowing =
    <N extends ActName>(
      subjectsOf: (request: OperationRequest<N>) => readonly Subject[],
      decide: (desk: Desk, request: OperationRequest<N>) => Outcome<Decision<OperationReply<N>>>,
    ) =>
    async (request: OperationRequest<N>, asker: Asker): Promise<Outcome<OperationReply<N>>> => {
      const people = subjectsOf(request).filter(({ kind }) => kind === 'user');
      await who.learn(people.map(({ id }) => id));
      return by<N>(decide)(request, asker);
    };

  return {
    'agreement-put': by<'agreement-put'>(stock.putAgreement),
    'agreement-remove': by<'agreement-remove'>(stock.removeAgreement),
    'grant-add': by<'grant-add'>(stock.addGrant),
    'grant-remove': by<'grant-remove'>(stock.removeGrant),
    'sa-add': by<'sa-add'>(stock.addSa),
    'sa-remove': by<'sa-remove'>(stock.removeSa),
    assign: knowing<'assign'>(
      ({ items }) => items.map(({ subject }) => subject),
      (desk, request) => assignAll(desk, request, who),
    ),
    unassign: by<'unassign'>(unassignOne),
    reassign: knowing<'reassign'>(
      ({ to }) => [to],
      (desk, request) => reassignOne(desk, request, who),
    ),
    'device-put': by<'device-put'>(settings.putDevice),
    'device-remove': by<'device-remove'>(settings.removeDevice),
    'ose-put': by<'ose-put'>(settings.putOse),
    'ose-remove': by<'ose-remove'>(settings.removeOse),
    'settings-change': by<'settings-change'>(settings.changeSettings),
    'role-set': knowing<'role-set'>(
      ({ userId }) => [{ kind: 'user', id: userId }],
      (desk, request) => settings.setRoles(desk, request, (userId) => who.isKnown(userId)),
    ),
    'file-install': by<'file-install'>(files.installFile),
    'file-remove': by<'file-remove'>(files.removeFile),
    'key-pin': by<'key-pin'>(settings.pinKey),
    'key-remove': by<'key-remove'>(settings.removeKey),
    'webhook-put': by<'webhook-put'>(settings.putWebhook),
    'webhook-remove': by<'webhook-remove'>(settings.removeWebhook),
    async 'true-up-close'({ from, to }, asker) {
      const points = await rows.positions(own.db, from, to);
      return books.commit(asker, ({ ledger }) => {
        const report = trueUpReport({ from, to, form: 'annual' }, points, ledger.settings);
        if (!report.ok) return report;
        const overlapping = [...ledger.trueUps.values()].find((each) => each.from <= to && from <= each.to);
        if (overlapping !== undefined)
          return licensingErrors.fault(
            'LICENCE_OVERLAPPING_TERMS',
            `The period from ${overlapping.from} to ${overlapping.to} is closed already.`,
          );
        const lines = report.value.lines.map(({ sku, owned, peaks, add }) => ({
          sku,
          owned,
          peak: peaks[0]?.peak ?? 0,
          add,
        }));
        const trueUpId = randomUUID();
        return done({
          facts: [{ name: 'true-up.closed', body: { trueUpId, from, to, lines } }],
          reply: { trueUpId },
          rules: ['S13'],
        });
      });
    },
    import: (request, asker) => importCsv(ports, request, asker),
    'optimise-start': (request, asker) => optimiser.start(request, asker),
    'optimise-cancel': (request) => optimiser.cancel(request),
    'optimise-apply': (request, asker) => optimiser.apply(request, asker),
  };
}
