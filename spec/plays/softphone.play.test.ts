// A stock softphone and a browser: bob's phone is baresip, over each transport.
import { test } from 'node:test';
import { Baresip, baresipMissing } from '../cast/baresip.ts';
import { onEveryTopology } from '../cast/stage.ts';

onEveryTopology((stage) => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    test(`baresip registers over ${transport}, is seen, sees, writes and is written to`, {
      skip: baresipMissing,
    }, async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const browser = await stage().browser(alice);
      await browser.command('contact.put', { contactIds: [bob.userId], change: {} });
      await using phone = await Baresip.start({
        address: bob.address,
        password: bob.devicePassword,
        server: stage().frontEnds.at(-1)!.sip(transport),
        contacts: [alice.address],
      });
      await phone.registered();
      await browser.sees(bob.userId, 'available');

      await phone.say('Hello from the desk');
      const { conversationId } = await browser.hears('Hello from the desk');
      await browser.send(conversationId, 'Hello from the browser');
      await phone.hears('Hello from the browser');

      await phone.showsPresence(alice.address, 'Online');
      await browser.command('presence.setState', { state: 'busy' });
      await phone.showsPresence(alice.address, 'Busy');

      await phone.quit();
      await browser.sees(bob.userId, 'offline', 2_000);
    });
  }
});
