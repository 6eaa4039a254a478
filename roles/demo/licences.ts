// The licences of the demo organisation: what was bought, who holds what, and ninety days of access with the rhythm of an
// office: own computers, terminals in shifts, phones in common areas. Pure and the same every time. Used by seed-licences.ts.
import type { OperationReply, OperationRequest } from '@parley/services/licensing/contract';
import { organisation } from './organisation.ts';

export const WINDOW_DAYS = 90;
/** Came two weeks ago and hold nothing yet. */
export const NEWCOMERS: readonly string[] = ['matteo.ricci', 'noemie.girard'];
export const NEWCOMERS_SINCE = 12;
/** Left five days ago and still holds a CAL. */
export const LEAVER = 'samuel.adeyemi';
export const LEAVER_SINCE = 5;

export interface DemoDevice {
  readonly deviceId: string;
  readonly name: string;
}

/** Phones without a person. Nobody has bought a CAL for the kitchen. */
export const COMMON_AREA: readonly DemoDevice[] = [
  { deviceId: 'lobby-phone', name: 'Lobby phone' },
  { deviceId: 'kitchen-phone', name: 'Kitchen phone' },
];

/** Terminals, each with those who take turns at it. */
const SHARED: readonly (DemoDevice & { readonly people: readonly string[] })[] = [
  ...[1, 2, 3].map((number) => ({
    deviceId: `support-desk-${number}`,
    name: `Support desk ${number}`,
    people: [
      'joao.conceicao',
      'ines.goncalves',
      'francois.lefevre',
      'omer.celik',
      'malgorzata.zak',
      'ruben.simoes',
    ],
  })),
  { deviceId: 'reception', name: 'Reception desk', people: ['petra.haussler', 'oluwaseun.bello'] },
  { deviceId: 'loading-bay', name: 'Loading bay terminal', people: ['andres.pena', 'oluwaseun.bello'] },
];
const SHIFT_WORKERS = new Set(SHARED.flatMap(({ people }) => people));

/** Who telephones and holds meetings through the server: the Enterprise CAL. */
const VOICE: ReadonlySet<string> = new Set([
  ...organisation.filter(({ department }) => department === 'Sales').map(({ local }) => local),
  ...['carol', 'dave', 'victoria.sorensen', 'rajesh.iyer', 'fatima.el.amrani', 'priya.raman'],
]);
/** Began to hold meetings without the CAL for it. */
const VOICE_WITHOUT_CAL: ReadonlySet<string> = new Set(['bob', 'muge.sahin']);
/** Have a mobile besides their computer. */
const TRAVELLING = new Set(['Sales', 'Management', 'Legal']);

type Step = {
  /** Days before today. */
  readonly ago: number;
  readonly by: 'alice' | 'carol' | 'dave';
} & (
  | { readonly assign: string; readonly people: readonly string[] }
  | { readonly assign: string; readonly device: string }
);

/** The evening shift, since three weeks ago: without CALs of their own. Those of their terminals would do. */
export const WITHOUT: readonly string[] = ['francois.lefevre', 'omer.celik', 'malgorzata.zak', 'andres.pena'];
export const WITHOUT_SINCE = 24;
const holders = organisation
  .map(({ local }) => local)
  .filter((local) => !NEWCOMERS.includes(local) && !WITHOUT.includes(local));
const FIRST = 40;

/** Who was given what, and when. */
export const assignments: readonly Step[] = [
  { ago: 91, by: 'alice', assign: 'parley-standard-cal', people: holders.slice(0, FIRST) },
  { ago: 91, by: 'alice', assign: 'parley-enterprise-cal', people: [...VOICE].slice(0, 10) },
  { ago: 66, by: 'carol', assign: 'parley-standard-cal', people: holders.slice(FIRST) },
  { ago: 48, by: 'carol', assign: 'parley-standard-cal', device: 'lobby-phone' },
  { ago: 48, by: 'carol', assign: 'parley-enterprise-cal', device: 'lobby-phone' },
  { ago: 27, by: 'carol', assign: 'parley-enterprise-cal', people: [...VOICE].slice(10) },
];

type Purchase = Pick<OperationRequest<'grant-add'>, 'sku' | 'metric' | 'quantity' | 'proof' | 'unitPrice'> & {
  readonly ago: number;
};

export const purchases: readonly Purchase[] = [
  bought(430, 'parley-server', 'server', 1, 69_900, 'Invoice 2025-0912'),
  bought(430, 'parley-standard-cal', 'user', 40, 3600, 'Invoice 2025-0912'),
  bought(430, 'parley-enterprise-cal', 'user', 15, 10_500, 'Invoice 2025-0912'),
  bought(200, 'parley-standard-cal', 'device', 1, 3600, 'Invoice 2026-0418'),
  bought(200, 'parley-enterprise-cal', 'device', 1, 9900, 'Invoice 2026-0418'),
  bought(70, 'parley-standard-cal', 'device', 1, 4000, 'Invoice 2026-1107'),
  bought(70, 'parley-enterprise-cal', 'device', 1, 11_000, 'Invoice 2026-1107'),
];

function bought(
  ago: number,
  sku: string,
  metric: Purchase['metric'],
  quantity: number,
  unitPrice: number,
  proof: string,
): Purchase {
  return { ago, sku, metric, quantity, unitPrice, proof };
}

/** What the licence file of the sister company grants. */
export const FILE_GRANT = { sku: 'parley-standard-cal', metric: 'user', quantity: 5 } as const;

/** Terms of Software Assurance, in days from today; the first ends soon. */
export const terms = [
  { sku: 'parley-server', quantity: 1, from: -681, to: 49 },
  { sku: 'parley-standard-cal', quantity: 40, from: -430, to: 665 },
  { sku: 'parley-enterprise-cal', quantity: 15, from: -430, to: 665 },
] as const;

const PRICES: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  'parley-standard-cal:user': { 1: 4000, 5: 19_000, 10: 36_000, 50: 165_000 },
  'parley-standard-cal:device': { 1: 4000, 5: 19_000, 10: 36_000, 50: 165_000 },
  'parley-enterprise-cal:user': { 1: 11_000, 5: 52_500, 10: 100_000, 50: 475_000 },
  'parley-enterprise-cal:device': { 1: 11_000, 5: 52_500, 10: 100_000, 50: 475_000 },
  'parley-server:server': { 1: 69_900 },
};

export const prices: OperationReply<'settings'>['prices'] = Object.entries(PRICES).flatMap(([key, packs]) => {
  const [sku = '', metric] = key.split(':');
  return Object.entries(packs).map(([packSize, price]) => ({
    ...{ sku, metric: metric as 'user' | 'device' | 'server', packSize: Number(packSize), price },
  }));
});

export interface DemoAccess {
  readonly local: string | null;
  readonly device: DemoDevice;
  readonly level: 'standard' | 'enterprise';
  readonly count: number;
}

/** Who used what on a day. @param weekday 0 is Sunday. */
export function accessOn(ago: number, weekday: number): DemoAccess[] {
  const isWeekend = weekday === 0 || weekday === 6;
  return [
    ...organisation
      .filter(({ local }) => !SHIFT_WORKERS.has(local) && isEmployed(local, ago))
      .flatMap((person) => officeDay(person, ago, isWeekend)),
    ...SHARED.flatMap((terminal) => shifts(terminal, ago, weekday)),
    ...(isWeekend ? [] : COMMON_AREA.map((device) => call(null, device, ago))),
  ];
}

function isEmployed(local: string, ago: number): boolean {
  if (NEWCOMERS.includes(local)) return ago <= NEWCOMERS_SINCE;
  if (WITHOUT.includes(local)) return ago <= WITHOUT_SINCE;
  return local !== LEAVER || ago > LEAVER_SINCE;
}

function officeDay(
  { local, name, department }: (typeof organisation)[number],
  ago: number,
  isWeekend: boolean,
): DemoAccess[] {
  const week = Math.floor(ago / 7);
  // Everybody has one week of holiday in thirteen, and is ill or on the road now and then.
  const isAway = week === chance(local, 'holiday', 13) || chance(local, `away ${ago}`, 100) < 7;
  const isOnMobileOnly = isWeekend && TRAVELLING.has(department) && chance(local, `weekend ${ago}`, 100) < 15;
  if (isAway || (isWeekend && !isOnMobileOnly)) return [];
  const computer = { deviceId: `computer-${local}`, name: `Computer of ${name}` };
  const mobile = { deviceId: `mobile-${local}`, name: `Mobile of ${name}` };
  const isTravelling = TRAVELLING.has(department) && chance(local, `road ${ago}`, 100) < 60;
  const devices = [...(isWeekend ? [] : [computer]), ...(isTravelling || isWeekend ? [mobile] : [])];
  const talks =
    VOICE.has(local) || (VOICE_WITHOUT_CAL.has(local) && ago < 20)
      ? chance(local, `talk ${ago}`, 100) < 70
      : false;
  return devices.flatMap((device) => [
    { local, device, level: 'standard' as const, count: 4 + chance(local, `${device.deviceId} ${ago}`, 40) },
    ...(talks
      ? [{ local, device, level: 'enterprise' as const, count: 1 + chance(local, `calls ${ago}`, 9) }]
      : []),
  ]);
}

/** Two shifts on weekdays, one on Saturday; who sits where changes every day. */
function shifts(
  { people: all, ...device }: (typeof SHARED)[number],
  ago: number,
  weekday: number,
): DemoAccess[] {
  const people = all.filter((local) => isEmployed(local, ago));
  const shiftsToday = weekday === 0 ? 0 : weekday === 6 ? 1 : 2;
  return Array.from({ length: shiftsToday }, (_, shift) => {
    const local =
      people[(chance(device.deviceId, `shift ${ago}`, people.length) + shift) % people.length] ?? null;
    return {
      local,
      device,
      level: 'standard' as const,
      count: 10 + chance(device.deviceId, `busy ${ago}`, 50),
    };
  });
}

function call(local: null, device: DemoDevice, ago: number): DemoAccess {
  return { local, device, level: 'enterprise', count: 1 + chance(device.deviceId, `calls ${ago}`, 6) };
}

/** 0 to below `bound`, the same for the same words: FNV-1a. */
function chance(who: string, what: string, bound: number): number {
  let hash = 0x811c9dc5;
  for (const letter of `${who} ${what}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 0) % bound;
}
