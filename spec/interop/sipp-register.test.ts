// SIPp registers, asks, writes, is written to, watches and sends requests with a fault: over UDP and TCP.
import { test } from 'node:test';
import { Sipp, type SippSettings, sippMissing } from '../cast/sipp.ts';
import { onEveryTopology } from '../cast/stage.ts';

const skip = sippMissing;

async function plays(settings: SippSettings): Promise<void> {
  await using sipp = await Sipp.start(settings);
  await sipp.succeeds();
}

onEveryTopology((stage) => {
  for (const transport of ['udp', 'tcp'] as const) {
    const server = () => stage().frontEnds.at(-1)!.sip(transport);

    test(`SIPp registers, renews with the same nonce and unregisters over ${transport}`, {
      skip,
    }, async () => {
      const person = await stage().hire('Bob');
      await plays({ scenario: 'register', server: server(), person });
    });

    test(`SIPp with a wrong password is challenged again over ${transport}`, { skip }, async () => {
      const person = await stage().hire('Bob');
      await plays({ scenario: 'register-refused', server: server(), person, password: 'not the password' });
    });

    test(`SIPp asks what the server can do over ${transport}`, { skip }, async () => {
      const person = await stage().hire('Bob');
      await plays({ scenario: 'options', server: server(), person });
    });

    test(`SIPp hears what is wrong with a request over ${transport}`, { skip }, async () => {
      const person = await stage().hire('Bob');
      await plays({ scenario: 'malformed', server: server(), person });
    });

    test(`SIPp writes and is written to over ${transport}`, { skip }, async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const browser = await stage().browser(alice);
      await plays({ scenario: 'message', server: server(), person: bob, peer: alice });
      const { conversationId } = await browser.hears('Hello from SIPp\r\n');

      await using phone = await Sipp.start({
        scenario: 'phone',
        server: server(),
        person: bob,
        outOfCall: 'written-to',
      });
      await phone.says('registered');
      await browser.send(conversationId, 'Hello from the browser');
      await phone.says('written to');
    });

    test(`SIPp watches a person come and go over ${transport}`, { skip }, async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      await using watcher = await Sipp.start({
        scenario: 'subscribe',
        server: server(),
        person: bob,
        peer: alice,
      });
      await watcher.says('watches');
      const browser = await stage().browser(alice);
      await watcher.says('seen');
      await browser.http.post('/api/v1/sign-out');
      await watcher.succeeds();
    });
  }
});
