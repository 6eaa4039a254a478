// SIPp over IPv6 against a server that listens on nothing else.

import { networkInterfaces } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { Sipp, sippMissing } from '../cast/sipp.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((some) =>
  some?.some(({ address }) => address === '::1'),
);
const skip = hasIpv6 ? sippMissing : 'this machine has no ::1';

describe('IPv6', { skip }, () => {
  let stage: Stage;
  before(async () => {
    const off = { port: null };
    const web = { address: '127.0.0.1', port: 0 };
    const sip = { address: '::1', port: 0 };
    stage = await standardEdition({
      settings: { listen: { http: web, https: off, sip, sips: off, turn: off, turns: off, admin: web } },
    });
  });
  after(() => stage?.[Symbol.asyncDispose]());

  for (const transport of ['udp', 'tcp'] as const) {
    test(`SIPp registers and unregisters over ${transport}`, async () => {
      const server = stage.members[0]!.sip(transport);
      await using sipp = await Sipp.start({ scenario: 'register', server, person: await stage.hire('Bob') });
      await sipp.succeeds();
    });

    test(`a call over ${transport} is held by both sides and carries a digit`, async () => {
      const server = stage.members[0]!.sip(transport);
      const [caller, callee] = [await stage.hire('Alice'), await stage.hire('Bob')];
      const call = `ipv6-${process.pid}-${transport}`;
      await using phone = await Sipp.start({ scenario: 'held-answer', server, person: callee, call });
      await phone.says('registered');
      await using other = await Sipp.start({
        scenario: 'held-call',
        server,
        person: caller,
        peer: callee,
        call,
      });
      await Promise.all([phone.succeeds(), other.succeeds()]);
    });
  }
});
