// SIPp calls SIPp: every kind of call that has scenarios for both sides, over UDP and TCP, through one front end or two.
import { test } from 'node:test';
import type { Destination } from '@parley/platform/net';
import { Sipp, sippMissing, together } from '../cast/sipp.ts';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';

const skip = sippMissing;

const CALLS = [
  { what: 'a call', caller: 'call', callee: 'answer' },
  {
    what: 'a call that is held by both sides and carries a digit',
    caller: 'held-call',
    callee: 'held-answer',
  },
  { what: 'a call that the caller gives up', caller: 'cancel', callee: 'cancelled' },
  { what: 'a call to somebody who is busy', caller: 'refused-call', callee: 'busy' },
  { what: 'early media', caller: 'early-media-call', callee: 'early-media-answer' },
  { what: 'a REFER and its NOTIFY', caller: 'transfer-call', callee: 'transfer-answer' },
] as const;

/** Another front end hears of a registration a moment after the phone does; until then it says 480. */
const HEARD_OF_MS = 10_000;

let lastCall = 0;
function nextCall(): string {
  return `call-${process.pid}-${++lastCall}`;
}

interface Ends {
  readonly caller: Person;
  readonly callee: Person;
  readonly target: Person;
}

async function ends(stage: Stage): Promise<Ends> {
  const hire = (name: string) => stage.hire(name);
  return { caller: await hire('Alice'), callee: await hire('Bob'), target: await hire('Carol') };
}

async function place(
  kind: { readonly caller: string; readonly callee: string },
  { caller, callee, target }: Ends,
  [from, to]: readonly [Destination, Destination],
): Promise<void> {
  const call = nextCall();
  const keys = { target: target.address.split('@')[0] ?? '' };
  await using phone = await Sipp.start({ scenario: kind.callee, server: to, person: callee, call });
  await phone.says('registered');
  const calling = { scenario: kind.caller, server: from, person: caller, peer: callee, call, keys };
  const deadline = Date.now() + HEARD_OF_MS;
  for (;;) {
    await using other = await Sipp.start(calling);
    try {
      return await together([phone, other], [phone.succeeds(), other.succeeds()]);
    } catch (error) {
      const isUnheardOf = /received 'SIP\/2\.0 480 /.test(String((error as Error).cause));
      if (!isUnheardOf || Date.now() > deadline) throw error;
    }
  }
}

onEveryTopology((stage) => {
  for (const transport of ['udp', 'tcp'] as const) {
    for (const kind of CALLS) {
      test(`${kind.what} over ${transport}`, { skip }, async () => {
        const first = stage().frontEnds[0]!.sip(transport);
        const last = stage().frontEnds.at(-1)!.sip(transport);
        await place(kind, await ends(stage()), [first, last]);
      });
    }
  }

  test('a call from UDP to TCP', { skip }, async () => {
    const [from, to] = [stage().frontEnds[0]!.sip('udp'), stage().frontEnds.at(-1)!.sip('tcp')];
    await place(CALLS[1], await ends(stage()), [from, to]);
  });

  test('calls of which many packets are lost', { skip }, async () => {
    const server = stage().frontEnds[0]!.sip('udp');
    const lossy = async (lostPercent: number) => {
      const { caller, callee } = await ends(stage());
      const both = { server, call: nextCall(), lostPercent };
      await using phone = await Sipp.start({ ...both, scenario: 'lossy-answer', person: callee });
      await phone.says('registered');
      await using other = await Sipp.start({ ...both, scenario: 'call', person: caller, peer: callee });
      await together([phone, other], [phone.says('hung up'), other.succeeds()]);
    };
    await Promise.all([lossy(5), lossy(8), lossy(10)]);
  });
});
