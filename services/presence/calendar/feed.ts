// One attempt at a calendar feed: asked within bounds, read, and laid out over the coming two weeks.
import type { Clock } from '@parley/platform/clock';
import { fetchOutside, type OutsideFault } from '@parley/platform/net';
import { expandCalendar, readCalendar } from '@parley/protocol/icalendar';
import type { FreeBusy } from '../contract.ts';
import type { CalendarBlock } from './calendar-now.ts';
import type { CalendarProblem } from './status.ts';

const DAY_MS = 86_400_000;
const TIMEOUT_MS = 10_000;
const LIMIT_BYTES = 5 * 1024 * 1024;
const REDIRECTS = 3;
const AHEAD_MS = 14 * DAY_MS;
/** A meeting that has begun before midnight. */
const BACK_MS = DAY_MS;
const INSTANCES = 500;
const TEXT_LENGTH = 200;

export type FeedResult =
  | { readonly kind: 'read'; readonly etag: string; readonly blocks: CalendarBlock[] }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly problem: CalendarProblem };

const PROBLEMS: Readonly<Record<OutsideFault, CalendarProblem>> = {
  'bad-address': 'PRESENCE_CALENDAR_ADDRESS',
  private: 'PRESENCE_CALENDAR_PRIVATE',
  unreachable: 'PRESENCE_CALENDAR_UNREACHABLE',
  slow: 'PRESENCE_CALENDAR_SLOW',
  redirects: 'PRESENCE_CALENDAR_REDIRECTS',
  'too-large': 'PRESENCE_CALENDAR_TOO_LARGE',
};

export async function readFeed(
  { url, etag }: { readonly url: string; readonly etag: string },
  limits: { readonly clock: Clock; readonly allowPrivate: boolean; readonly signal: AbortSignal },
): Promise<FeedResult> {
  const answer = await fetchOutside(url, {
    ...limits,
    headers: { accept: 'text/calendar', ...(etag === '' ? {} : { 'if-none-match': etag }) },
    timeoutMs: TIMEOUT_MS,
    limitBytes: LIMIT_BYTES,
    redirects: REDIRECTS,
  });
  if (!answer.ok) return { kind: 'failed', problem: PROBLEMS[answer.fault] };
  if (answer.status === 304) return { kind: 'unchanged' };
  if (answer.status !== 200) return { kind: 'failed', problem: 'PRESENCE_CALENDAR_REFUSED' };
  const blocks = blocksOf(new TextDecoder().decode(answer.body), limits.clock.wallNow());
  if (blocks === undefined) return { kind: 'failed', problem: 'PRESENCE_CALENDAR_UNREADABLE' };
  return { kind: 'read', etag: (answer.headers['etag'] ?? '').slice(0, 500), blocks };
}

/** The times of the coming two weeks in which the person is not free; undefined where the text is no calendar. */
export function blocksOf(text: string, now: number): CalendarBlock[] | undefined {
  const read = readCalendar(text);
  if (!read.ok) return undefined;
  const window = { from: now - BACK_MS, to: now + AHEAD_MS, limit: INSTANCES };
  return expandCalendar(read.calendar, window).flatMap(({ start, end, event }) => {
    const kind = KINDS[event.busy];
    if (kind === undefined) return [];
    // What is private leaves the parser no further than this line.
    const { summary, place } = event.isPrivate ? { summary: '', place: '' } : event;
    return [{ start, end, kind, subject: shown(summary), place: shown(place) }];
  });
}

const KINDS: Readonly<Record<string, FreeBusy['kind'] | undefined>> = {
  busy: 'busy',
  tentative: 'tentative',
  outOfOffice: 'outOfOffice',
  elsewhere: 'elsewhere',
};

/** PostgreSQL cannot hold U+0000; half a pair of surrogates is no text. */
function shown(text: string): string {
  return text.replaceAll('\u0000', '').trim().slice(0, TEXT_LENGTH).toWellFormed();
}
