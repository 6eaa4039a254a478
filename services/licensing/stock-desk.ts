// What is owned: agreements, purchases, Software Assurance (licensing rules A25, B5, S11, M11). Each decision is pure:
// the desk as it stands, the request, and the facts that follow or the reason why not.
import { randomUUID } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import type { Decision, Desk } from './books.ts';
import {
  licensingErrors,
  type OperationName,
  type OperationReply,
  type OperationRequest,
} from './contract.ts';
import { skuOf } from './rules/catalogue.ts';
import { isDay } from './rules/day.ts';
import type { Agreement, Grant, SaTerm } from './rules/model.ts';

const { fault } = licensingErrors;
type Decided<N extends OperationName> = Outcome<Decision<OperationReply<N>>>;

export function putAgreement(
  { ledger, today }: Desk,
  request: OperationRequest<'agreement-put'>,
): Decided<'agreement-put'> {
  const { agreementId = randomUUID() } = request;
  const before = ledger.agreements.get(agreementId);
  if (request.agreementId !== undefined && before === undefined) return fault('LICENCE_NOT_FOUND');
  const unnamed = { agreementId, name: '', customer: '', program: '', from: today, to: null };
  const agreement: Agreement = { ...(before ?? unnamed), ...request, agreementId };
  if (agreement.name.trim() === '') return fault('LICENCE_NAME_MISSING', 'An agreement needs a name.');
  const wrong = termFault(agreement);
  if (wrong !== undefined) return wrong;
  return done({
    facts: [{ name: 'agreement.put', body: agreement }],
    reply: { agreementId },
    rules: ['M11'],
  });
}

export function removeAgreement(
  { ledger }: Desk,
  { agreementId, reason }: OperationRequest<'agreement-remove'>,
): Decided<'agreement-remove'> {
  if (!ledger.agreements.has(agreementId)) return fault('LICENCE_NOT_FOUND');
  const isUsed = [...ledger.grants.values(), ...ledger.saTerms.values()].some(
    (each) => each.agreementId === agreementId,
  );
  if (isUsed)
    return fault(
      'LICENCE_IN_USE',
      'Purchases or Software Assurance belong to this agreement; remove them first.',
    );
  return done({ facts: [{ name: 'agreement.removed', body: { agreementId, reason } }], reply: {} });
}

export function addGrant(desk: Desk, request: OperationRequest<'grant-add'>): Decided<'grant-add'> {
  const grant = grantFrom(desk, request);
  if (!grant.ok) return grant;
  const { grantId } = grant.value;
  return done({
    facts: [{ name: 'grant.put', body: grant.value }],
    reply: { grantId },
    rules: ['B5', 'M11'],
  });
}

/** Checked against catalogue and agreements, under its own id. Imports ask too. */
export function grantFrom({ ledger }: Desk, request: OperationRequest<'grant-add'>): Outcome<Grant> {
  const sku = skuOf(request.sku);
  if (sku === undefined) return fault('LICENCE_UNKNOWN_SKU', `The catalogue has no licence ${request.sku}.`);
  if (!sku.metrics.includes(request.metric))
    return fault('LICENCE_METRIC_MISMATCH', `${sku.name} is sold per ${sku.metrics.join(' or ')}.`);
  const wrong = termFault(request) ?? agreementFault(ledger.agreements, request.agreementId);
  if (wrong !== undefined) return wrong;
  if (request.source === 'licence-file') return fault('LICENCE_OF_A_FILE');
  return done({ ...request, grantId: randomUUID(), sku: sku.id });
}

export function removeGrant(
  { ledger }: Desk,
  { grantId, reason }: OperationRequest<'grant-remove'>,
): Decided<'grant-remove'> {
  const grant = ledger.grants.get(grantId);
  if (grant === undefined) return fault('LICENCE_NOT_FOUND');
  if (grant.source === 'licence-file') return fault('LICENCE_OF_A_FILE');
  return done({ facts: [{ name: 'grant.removed', body: { grantId, reason } }], reply: {} });
}

export function addSa({ ledger }: Desk, request: OperationRequest<'sa-add'>): Decided<'sa-add'> {
  const sku = skuOf(request.sku);
  if (sku === undefined) return fault('LICENCE_UNKNOWN_SKU', `The catalogue has no licence ${request.sku}.`);
  const wrong = termFault(request) ?? agreementFault(ledger.agreements, request.agreementId);
  if (wrong !== undefined) return wrong;
  const overlapping = [...ledger.saTerms.values()].find(
    (term) =>
      term.sku === sku.id &&
      term.agreementId === request.agreementId &&
      term.from <= request.to &&
      request.from <= term.to,
  );
  if (overlapping !== undefined) {
    const sentence = `This term overlaps the one from ${overlapping.from} to ${overlapping.to} of the same licences.`;
    return fault('LICENCE_OVERLAPPING_TERMS', sentence);
  }
  const term: SaTerm = { ...request, saTermId: randomUUID(), sku: sku.id };
  return done({
    facts: [{ name: 'sa.put', body: term }],
    reply: { saTermId: term.saTermId },
    rules: ['A25', 'S11'],
  });
}

export function removeSa(
  { ledger }: Desk,
  { saTermId, reason }: OperationRequest<'sa-remove'>,
): Decided<'sa-remove'> {
  if (!ledger.saTerms.has(saTermId)) return fault('LICENCE_NOT_FOUND');
  return done({ facts: [{ name: 'sa.removed', body: { saTermId, reason } }], reply: {} });
}

type Refused = ReturnType<typeof fault>;

export function termFault({ from, to }: { from: string; to: string | null }): Refused | undefined {
  const wrong = [from, ...(to === null ? [] : [to])].find((day) => !isDay(day));
  if (wrong !== undefined) return fault('LICENCE_BAD_DATE', `${wrong} is not a day of the calendar.`);
  if (to !== null && to < from)
    return fault('LICENCE_BAD_DATE', `The end (${to}) is before the start (${from}).`);
  return undefined;
}

function agreementFault(known: ReadonlyMap<string, unknown>, id: string | null): Refused | undefined {
  if (id === null || known.has(id)) return undefined;
  return fault('LICENCE_NOT_FOUND', 'There is no such agreement.');
}
