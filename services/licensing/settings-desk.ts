// How this server keeps its licences: devices, servers, settings, roles, pinned keys, webhooks (licensing rules A2, M3, M5,
// M9, S2). Each decision is pure: the desk as it stands, the request, and the facts that follow or the reason why not.
import { randomBytes, randomUUID } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import type { Decision, Desk } from './books.ts';
import {
  licensingErrors,
  type OperationName,
  type OperationReply,
  type OperationRequest,
} from './contract.ts';
import { keyRing } from './licence-file/verify.ts';
import { skuOf } from './rules/catalogue.ts';
import type { Fact } from './rules/ledger.ts';
import type { LicenceRole, Settings } from './rules/model.ts';
import { dropSecret, putSecret } from './store.ts';

const { fault } = licensingErrors;
type Decided<N extends OperationName> = Outcome<Decision<OperationReply<N>>>;

export function putDevice(_desk: Desk, request: OperationRequest<'device-put'>): Decided<'device-put'> {
  return done({ facts: [{ name: 'device.put', body: request }], reply: {} });
}

export function removeDevice(
  { ledger }: Desk,
  { deviceId, reason }: OperationRequest<'device-remove'>,
): Decided<'device-remove'> {
  if (!ledger.devices.has(deviceId)) return fault('LICENCE_NOT_FOUND');
  return done({ facts: [{ name: 'device.removed', body: { deviceId, reason } }], reply: {} });
}

export function putOse(_desk: Desk, request: OperationRequest<'ose-put'>): Decided<'ose-put'> {
  return done({ facts: [{ name: 'ose.put', body: request }], reply: {}, rules: ['A2', 'S14'] });
}

export function removeOse(
  { ledger }: Desk,
  { oseId, reason }: OperationRequest<'ose-remove'>,
): Decided<'ose-remove'> {
  if (!ledger.oses.has(oseId)) return fault('LICENCE_NOT_FOUND');
  return done({ facts: [{ name: 'ose.removed', body: { oseId, reason } }], reply: {} });
}

export function changeSettings(
  { ledger }: Desk,
  request: OperationRequest<'settings-change'>,
): Decided<'settings-change'> {
  const stranger = request.prices?.find(({ sku }) => skuOf(sku) === undefined);
  if (stranger !== undefined)
    return fault('LICENCE_UNKNOWN_SKU', `The catalogue has no licence ${stranger.sku}.`);
  const unsold = request.prices?.find(({ packSize }) => packSize < 1);
  if (unsold !== undefined) return fault('LICENCE_BAD_PACK');
  const before: Readonly<Record<string, unknown>> = ledger.settings;
  const changed = Object.fromEntries(
    Object.entries(request).filter(
      ([field, value]) => JSON.stringify(before[field]) !== JSON.stringify(value),
    ),
  ) as Partial<Settings>;
  const reply = { ...ledger.settings, ...changed };
  if (Object.keys(changed).length === 0) return done({ facts: [], reply });
  return done({ facts: [{ name: 'settings.changed', body: changed }], reply, rules: ['M3', 'M6'] });
}

export function setRoles(
  { ledger }: Desk,
  { userId, roles }: OperationRequest<'role-set'>,
  isKnown: (userId: string) => boolean,
): Decided<'role-set'> {
  if (!isKnown(userId)) return fault('LICENCE_NOT_FOUND', 'There is no such person.');
  const before = new Set<LicenceRole>(ledger.roles.get(userId) ?? []);
  const after = new Set<LicenceRole>(roles);
  const facts: Fact[] = [
    ...[...before]
      .filter((role) => !after.has(role))
      .map((role) => ({ name: 'role.taken' as const, body: { userId, role } })),
    ...[...after]
      .filter((role) => !before.has(role))
      .map((role) => ({ name: 'role.given' as const, body: { userId, role } })),
  ];
  return done({ facts, reply: {} });
}

export function pinKey(_desk: Desk, request: OperationRequest<'key-pin'>): Decided<'key-pin'> {
  const ring = keyRing({ [request.kid]: request.publicKey });
  if (!ring.ok) return ring;
  return done({ facts: [{ name: 'key.pinned', body: request }], reply: {}, rules: ['M9'] });
}

export function removeKey(
  { ledger }: Desk,
  { kid, reason }: OperationRequest<'key-remove'>,
): Decided<'key-remove'> {
  if (!ledger.keys.has(kid)) return fault('LICENCE_NOT_FOUND');
  return done({ facts: [{ name: 'key.removed', body: { kid, reason } }], reply: {}, rules: ['M9'] });
}

const WEBHOOKS = 20;

/** The secret goes out once, with the reply, and never into the ledger. */
export function putWebhook(
  { ledger }: Desk,
  { url, events }: OperationRequest<'webhook-put'>,
): Decided<'webhook-put'> {
  const wrong = urlFault(url);
  if (wrong !== undefined) return wrong;
  const stranger = events.find((event) => !(happenings as readonly string[]).includes(event));
  if (stranger !== undefined)
    return fault(
      'LICENCE_UNKNOWN_KIND',
      `There is no event ${stranger}; there are ${happenings.join(', ')}.`,
    );
  if (ledger.webhooks.size >= WEBHOOKS)
    return fault('LICENCE_TOO_MUCH', `There are ${WEBHOOKS} addresses already.`);
  const webhookId = randomUUID();
  const secret = randomBytes(32).toString('base64url');
  return done({
    facts: [{ name: 'webhook.put', body: { webhookId, url, events } }],
    reply: { webhookId, secret },
    also: ({ db }) => putSecret(db, webhookId, secret),
  });
}

export function removeWebhook(
  { ledger }: Desk,
  { webhookId, reason }: OperationRequest<'webhook-remove'>,
): Decided<'webhook-remove'> {
  if (!ledger.webhooks.has(webhookId)) return fault('LICENCE_NOT_FOUND');
  return done({
    facts: [{ name: 'webhook.removed', body: { webhookId, reason } }],
    reply: {},
    also: ({ db }) => dropSecret(db, webhookId),
  });
}

/** What a webhook may be told of. */
export const happenings = [
  'over-limit',
  'grace-started',
  'grace-ended',
  'assurance-ending',
  'file-ending',
  'cap-reached',
] as const;
export type Happening = (typeof happenings)[number];

/** Addresses of one's own network are allowed: this server is self-hosted, and so is what it tells. */
function urlFault(url: string) {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) return fault('LICENCE_BAD_URL');
  if (parsed.username !== '' || parsed.password !== '')
    return fault('LICENCE_BAD_URL', 'The address holds a password; calls are signed instead.');
  return undefined;
}
