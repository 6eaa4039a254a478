// Calls as a file for a spreadsheet (RFC 4180 §2): a line for each, the times in UTC. Pure.
import type { CallSide } from '../calls/contract.ts';
import type { ListedCall } from './http.ts';

const HEAD = [
  'record',
  'started',
  'answered',
  'ended',
  'seconds',
  'from',
  'to',
  'devices',
  'end',
  'worst_mos',
  'loss_percent',
  'stars',
];

export function csvOfCalls(calls: readonly ListedCall[]): string {
  const lines = calls.map(({ recordId, startedAt, answeredAt, endedAt, sides, ...quality }) => {
    const out = sides.find(({ direction }) => direction === 'out');
    const callees = sides.filter((side) => side.direction === 'in');
    return [
      recordId,
      moment(startedAt),
      moment(answeredAt),
      moment(endedAt),
      answeredAt === null || endedAt === null ? '0' : String(Math.round((endedAt - answeredAt) / 1000)),
      callees[0]?.other.address ?? '',
      [...new Set(out === undefined ? [] : [out.other.address])].join(' '),
      [...new Set(sides.flatMap(({ device }) => (device === null ? [] : [device.name])))].join('; '),
      endOf(sides),
      quality.worstMos === null ? '' : quality.worstMos.toFixed(2),
      quality.mostLost === null ? '' : (quality.mostLost * 100).toFixed(1),
      quality.stars === null ? '' : String(quality.stars),
    ];
  });
  return [HEAD, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** Of the side that was in it to the last. */
function endOf(sides: readonly CallSide[]): string {
  const last = sides.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0];
  return last?.end?.reason ?? '';
}

function moment(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString();
}

/** What begins like a formula is none: a spreadsheet would run it. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
