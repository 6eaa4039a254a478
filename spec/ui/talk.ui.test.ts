// The product's main job as people see it: a browser and a stock softphone, and two browsers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Baresip, baresipMissing } from '../cast/baresip.ts';
import { Chromium, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { onEveryTopology } from '../cast/stage.ts';

let chromium: Chromium;
before(async () => {
  if (!chromiumMissing) chromium = await Chromium.start();
});
after(() => chromium?.[Symbol.asyncDispose]());

onEveryTopology((stage) => {
  test('alice in Chromium and bob in baresip see each other and talk both ways; a second browser has the same', {
    skip: chromiumMissing || baresipMissing,
  }, async (t) => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const { origin } = stage().web;
    const browser = await CommunicatorPage.signIn(await chromium.window(t, origin), alice);
    await browser.adds(bob);
    await browser.sees('Bob', 'Offline');
    await using phone = await Baresip.start({
      address: bob.address,
      password: bob.devicePassword,
      server: stage().frontEnds.at(-1)!.sip('udp'),
      contacts: [alice.address],
    });
    await phone.registered();
    await browser.sees('Bob', 'Available');
    await phone.showsPresence(alice.address, 'Online');

    await browser.opens('Bob');
    await browser.says('Grüße from the browser');
    await phone.hears('Grüße from the browser');
    await browser.hasSent('Grüße from the browser');
    await phone.say('and from the desk');
    await browser.hears('and from the desk');

    await phone.quit();
    await browser.sees('Bob', 'Offline', 2_000);

    const second = await CommunicatorPage.signIn(await chromium.window(t, origin), alice);
    await second.showsUnread(0);
    await second.opens('Bob');
    await second.hears('and from the desk');
    assert.deepEqual(await second.texts(), ['Grüße from the browser', 'and from the desk']);
  });
});
