// linphone registers, writes, is written to, watches, calls and is called: over UDP, TCP and TLS; and with baresip.
import { test } from 'node:test';
import { Linphone, linphoneMissing } from '../cast/linphone.ts';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';

const skip = linphoneMissing;
type Transport = 'udp' | 'tcp' | 'tls';

function phoneOf(
  stage: Stage,
  person: Person,
  transport: Transport,
  { frontEnd = 0, contacts = [] }: { frontEnd?: number; contacts?: readonly string[] } = {},
): Promise<Linphone> {
  const server = stage.frontEnds.at(frontEnd)!.sip(transport);
  return Linphone.start({ address: person.address, password: person.devicePassword, server, contacts });
}

onEveryTopology((stage) => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    test(`linphone is seen, sees, writes and is written to over ${transport}`, { skip }, async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const browser = await stage().browser(alice);
      await browser.command('contact.put', { contactIds: [bob.userId], change: {} });
      await using phone = await phoneOf(stage(), bob, transport, { contacts: [alice.address] });
      await phone.registered();
      await browser.sees(bob.userId, 'available');

      phone.say(alice.address, 'Hello from linphone');
      const { conversationId } = await browser.hears('Hello from linphone');
      await browser.send(conversationId, 'Hello from the browser');
      await phone.hears('Hello from the browser');

      await browser.command('presence.setState', { state: 'busy' });
      await phone.showsPresence(alice.address, 'Busy');
      await phone.quit();
      await browser.sees(bob.userId, 'offline');
    });

    test(`linphone calls linphone over ${transport}: it rings, is answered and hung up`, {
      skip,
    }, async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      await using callee = await phoneOf(stage(), bob, transport, { frontEnd: -1 });
      await callee.registered();
      await using caller = await phoneOf(stage(), alice, transport);
      await caller.registered();
      caller.call(bob.address);
      await callee.rings();
      await caller.callIs('OutgoingRinging');
      callee.answer();
      await Promise.all([caller.callIs('StreamsRunning'), callee.callIs('StreamsRunning')]);
      callee.type('terminate');
      await Promise.all([caller.callIs('End'), callee.callIs('End')]);
    });
  }

  test('linphone gives up a call that rings, and refuses one', { skip }, async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    await using callee = await phoneOf(stage(), bob, 'tcp', { frontEnd: -1 });
    await callee.registered();
    await using caller = await phoneOf(stage(), alice, 'tcp');
    await caller.registered();
    caller.call(bob.address);
    await callee.rings();
    await caller.callIs('OutgoingRinging');
    caller.type('terminate');
    await Promise.all([caller.callIs('End'), callee.callIs('End')]);
    callee.call(alice.address);
    await caller.rings();
    caller.type('terminate');
    await callee.shows('ended (Call declined)');
  });
});
