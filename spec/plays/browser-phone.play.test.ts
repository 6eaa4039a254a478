// Phones in web pages of another maker (RFC 7118 §8): JsSIP in Chromium over WSS registers, writes and calls.
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { BrowserPhone, PHONE_FLAGS, PhoneSite } from '../cast/browser-phone.ts';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { onEveryTopology, type Stage } from '../cast/stage.ts';

const browser = chromiumForFile(PHONE_FLAGS);
const site = await PhoneSite.open();
after(() => site[Symbol.asyncDispose]());
const skip = chromiumMissing;

/** People with a phone in a page each, on one front end after the other. */
async function phones(t: TestContext, stage: Stage, ...names: string[]): Promise<BrowserPhone[]> {
  return await Promise.all(
    names.map(async (name, index) => {
      const person = await stage.hire(name);
      const url = stage.frontEnds[index % stage.frontEnds.length]!.sipOverWebSocket;
      return await BrowserPhone.open(t, browser(), { site, person, url });
    }),
  );
}

/** Alice calls Bob, who answers: both hear each other. */
async function call(alice: BrowserPhone, bob: BrowserPhone): Promise<void> {
  await alice.call(bob.person);
  await bob.tells('rings', alice.person.address);
  await alice.tells('progress');
  await bob.answer();
  await Promise.all([alice.tells('confirmed'), bob.tells('confirmed')]);
  await Promise.all([alice.hears(), bob.hears()]);
}

onEveryTopology(
  (stage) => {
    test('a phone in a page registers, writes to a browser and a desk phone, and is written to', {
      skip,
    }, async (t) => {
      const [alice] = await phones(t, stage(), 'Alice');
      const [bob, carol] = [await stage().hire('Bob'), await stage().hire('Carol')];
      const his = await stage().browser(bob);
      const desk = await stage().phone(carol, { frontEnd: 1 });

      assert.equal(await alice!.write(bob, 'Hello from a page'), 202);
      const { conversationId } = await his.hears('Hello from a page');
      await his.send(conversationId, 'Hello from Communicator');
      await alice!.tells('message', 'Hello from Communicator');

      assert.equal(await alice!.write(carol, 'Hello, desk'), 202);
      await desk.hears('Hello, desk');
      await desk.say(alice!.person.address, 'Hello, page');
      await alice!.tells('message', 'Hello, page');
    });

    test('a call rings, is answered, sounds both ways, is held, taken back, and hung up', {
      skip,
    }, async (t) => {
      const [alice, bob] = (await phones(t, stage(), 'Alice', 'Bob')) as [BrowserPhone, BrowserPhone];
      await call(alice, bob);
      await bob.hold();
      await alice.tells('hold', 'remote');
      await bob.resume();
      await alice.tells('unhold', 'remote');
      await Promise.all([alice.hears(), bob.hears()]);
      await bob.hangUp();
      await alice.tells('ended', 'Terminated by remote');

      await call(bob, alice);
      await bob.hangUp();
      await alice.tells('ended', 'Terminated by remote');
    });

    test('who calls thinks better of it, and the other phone stops ringing', { skip }, async (t) => {
      const [alice, bob] = (await phones(t, stage(), 'Alice', 'Bob')) as [BrowserPhone, BrowserPhone];
      await alice.call(bob.person);
      await bob.tells('rings');
      await alice.tells('progress');
      await alice.hangUp();
      await bob.tells('failed', 'Canceled');
      await alice.tells('failed', 'Canceled');
    });

    test('a call that is declined tells who called', { skip }, async (t) => {
      const [alice, bob] = (await phones(t, stage(), 'Alice', 'Bob')) as [BrowserPhone, BrowserPhone];
      await alice.call(bob.person);
      await bob.tells('rings');
      await bob.reject();
      await alice.tells('failed', 'Rejected');
    });

    test('a page that is loaded again hangs up, is the same phone, and can be called', {
      skip,
    }, async (t) => {
      const [alice, bob] = (await phones(t, stage(), 'Alice', 'Bob')) as [BrowserPhone, BrowserPhone];
      await call(alice, bob);
      await alice.signIn();
      await bob.tells('ended', 'Terminated by remote');
      await call(bob, alice);
      await alice.hangUp();
      await bob.tells('ended', 'Terminated by remote');
    });
  },
  { hasHttps: true, settings: { sip: { origins: [site.origin] } } },
);
