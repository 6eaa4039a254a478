// What mixing costs for each participant and second, beside Janus. Ours is the mixer alone, with packets from memory; the peer's
// figure has the sockets in it, which take about a relayed packet each way.
import { loadOpus } from '@parley/platform/media/audio';
import { fixedPort } from '../cast/fixed-port.ts';
import { packetsOf, roomCost } from './audio.ts';
import { type Figures, median, spread } from './figures.ts';
import { Janus, janusVersion } from './janus.ts';
import type { BenchOptions } from './media.ts';
import { talk } from './rtp-load.ts';

const PEOPLE = 10;
const FULL = { runs: 3, forS: 5 };
const QUICK = { runs: 1, forS: 4 };
const RTP_HEADER_BYTES = 12;

const ROOMS = [
  {
    id: 'mix-g711',
    name: 'mixing, 10 in a room, G.711, all speak',
    codec: 'PCMU',
    theirs: 'pcmu',
    rate: 16_000,
    budgetMs: 3,
    reference: '2.5',
  },
  {
    id: 'mix-opus',
    name: 'mixing, 10 in a room, Opus, all speak',
    codec: 'opus',
    theirs: 'opus',
    rate: 48_000,
    budgetMs: 12,
    reference: '17.2',
  },
] as const;

export async function measureMixing(figures: Figures, { only, quick }: BenchOptions): Promise<void> {
  const version = janusVersion();
  if (version === undefined) console.log('media: without Janus (Debian: apt-get install janus)');
  await loadOpus();
  const size = quick ? QUICK : FULL;
  for (const room of ROOMS) {
    if (only.length > 0 && !only.some((word) => room.id.includes(word))) continue;
    const [ours, theirs]: [number[], number[]] = [[], []];
    roomCost(room.codec, room.rate, PEOPLE, PEOPLE);
    for (let run = 0; run < size.runs; run++) {
      ours.push(roomCost(room.codec, room.rate, PEOPLE, PEOPLE));
      if (version !== undefined) theirs.push(await ofJanus(room, size.forS));
    }
    const value = median(ours);
    const beside =
      theirs.length === 0
        ? `Janus: ${room.reference} elsewhere`
        : `Janus ${version}: ${median(theirs).toFixed(1)}, ${(value / median(theirs)).toFixed(2)} ×`;
    figures.add('media', {
      name: room.name,
      value,
      unit: 'ms CPU a participant and second',
      budget: room.budgetMs,
      note: `${spread(ours)}; ${beside}`,
    });
  }
}

async function ofJanus({ codec, theirs, rate }: (typeof ROOMS)[number], forS: number): Promise<number> {
  await using janus = await Janus.start();
  const phones: [number, number] = [await fixedPort(), await fixedPort()];
  const ports = await janus.room(PEOPLE, theirs, rate, phones[0]);
  const payloads = packetsOf(codec, 1, false).map((packet) => packet.subarray(RTP_HEADER_BYTES));
  const frames = codec === 'opus' ? { frames: { payloadType: 111, payloads } } : {};
  const told = await talk(janus.pid, { ports, phones, isOneWay: true, warmS: 1, forS, ...frames });
  if (told.received < (told.sent * 9) / 10)
    throw new Error(`Janus mixed ${told.received} of ${told.sent} packets`);
  return told.serverCpuMs / PEOPLE / told.elapsedS;
}
