// A call of the books in words: who, how long, and how it ended. Pure.
import type { TFunction } from 'i18next';
import { isolated } from '../../kit/call-rules/step-text.ts';
import type { CallSide, ListedCall } from './calls-api.ts';

type Times = Pick<ListedCall, 'answeredAt' | 'endedAt'>;

/** Of a person: as others in the call see them, for the books know ids. */
export function nameOf(sides: readonly CallSide[], userId: string): string {
  for (const { other, via } of sides) {
    if (other.userId === userId) return other.name;
    if (via?.by.userId === userId) return via.by.name;
  }
  return '';
}

/** `Alice → Bob`: who called and who was called first; others by their number. */
export function peopleOf(sides: readonly CallSide[], t: TFunction): string {
  const names = new Map<string, string>();
  const out = sides.find(({ direction }) => direction === 'out');
  if (out !== undefined) names.set(out.userId, nameOf(sides, out.userId));
  for (const { userId } of sides) if (!names.has(userId)) names.set(userId, nameOf(sides, userId));
  for (const { other } of sides)
    if (!names.has(other.userId ?? other.address)) names.set(other.userId ?? other.address, other.name);
  const known = [...names.values()].filter((name) => name !== '');
  const [from = '', to = '', ...others] = known;
  const both =
    to === '' ? isolated(from) : t('callRecords.between', { from: isolated(from), to: isolated(to) });
  return others.length === 0 ? both : `${both} ${t('callRecords.more', { count: others.length })}`;
}

export function callDuration({ answeredAt, endedAt }: Times): string {
  if (answeredAt === null) return '–';
  return clockOf((endedAt ?? Date.now()) - answeredAt);
}

/** `1:02:03`, `2:03`. */
export function clockOf(lastedMs: number): string {
  const seconds = Math.max(0, Math.round(lastedMs / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Of the side that was in it to the last. */
export function endWord(call: Times & { readonly sides: readonly CallSide[] }, t: TFunction): string {
  if (call.endedAt === null) return t('callRecords.running');
  const last = call.sides.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0];
  return last?.end === undefined ? '' : endOf(last.end.reason, t);
}

export function endOf(reason: NonNullable<CallSide['end']>['reason'], t: TFunction): string {
  return t(`callRecords.ends.${reason}`);
}
