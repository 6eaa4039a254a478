// What a licence file and a revocation list say, as schemas (licensing rule M9). Instants are half-open:
// [notBefore, notAfter). Version 1.
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { instantMs, isDay } from '../rules/day.ts';
import { Metric } from '../rules/model.ts';

const Name = Type.String({ minLength: 1, maxLength: 200 });
const Instant = Type.String({ maxLength: 40 });

export const FileGrant = Type.Object({
  sku: Type.String({ minLength: 1, maxLength: 100 }),
  metric: Metric,
  quantity: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
});

export const LicencePayload = Type.Object({
  v: Type.Literal(1),
  /** Stays the same when the licence is renewed or corrected; `seq` then goes up. */
  id: Name,
  issuer: Name,
  customer: Name,
  issuedAt: Instant,
  notBefore: Instant,
  /** Null for a licence that does not end. */
  notAfter: Type.Union([Instant, Type.Null()]),
  graceDays: Type.Integer({ minimum: 0, maximum: 3650 }),
  grants: Type.Array(FileGrant, { maxItems: 1000 }),
  maintenance: Type.Optional(
    Type.Object({ saTo: Type.Union([Type.String({ maxLength: 10 }), Type.Null()]) }),
  ),
  seq: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});
export type LicencePayload = Static<typeof LicencePayload>;

export const RevocationPayload = Type.Object({
  v: Type.Literal(1),
  issuer: Name,
  issuedAt: Instant,
  seq: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  revoked: Type.Array(Type.Object({ id: Name, at: Instant, reason: Type.String({ maxLength: 500 }) }), {
    maxItems: 100_000,
  }),
});
export type RevocationPayload = Static<typeof RevocationPayload>;

const licence = Compile(LicencePayload);
const revocation = Compile(RevocationPayload);

export function isLicencePayload(value: unknown): value is LicencePayload {
  if (!licence.Check(value)) return false;
  const { notBefore, notAfter, issuedAt, maintenance } = value;
  const from = instantMs(notBefore);
  const to = notAfter === null ? Number.POSITIVE_INFINITY : instantMs(notAfter);
  if (from === undefined || to === undefined || to <= from || instantMs(issuedAt) === undefined) return false;
  const saTo = maintenance?.saTo;
  return saTo === undefined || saTo === null || isDay(saTo);
}

export function isRevocationPayload(value: unknown): value is RevocationPayload {
  if (!revocation.Check(value)) return false;
  return [value.issuedAt, ...value.revoked.map(({ at }) => at)].every((at) => instantMs(at) !== undefined);
}
