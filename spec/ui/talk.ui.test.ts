// The product's main job as people see it: a browser and a stock softphone, and two browsers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Baresip, baresipMissing } from '../cast/baresip.ts';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { onEveryTopology, type Person } from '../cast/stage.ts';

const chromium = chromiumForFile();

onEveryTopology((stage) => {
  test('alice in Chromium and bob in baresip see each other and talk; a second browser shows the same', {
    skip: chromiumMissing || baresipMissing,
  }, async (t) => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const { origin } = stage().web;
    const browser = await CommunicatorPage.signIn(await chromium().window(t, origin), alice);
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

    await browser.goesToList();
    await phone.say('are you there');
    await browser.showsUnread(1);
    const second = await CommunicatorPage.signIn(await chromium().window(t, origin), alice);
    await second.showsUnread(1);

    await phone.quit();
    await Promise.all([browser.sees('Bob', 'Offline', 2_000), second.sees('Bob', 'Offline', 2_000)]);

    for (const window of [browser, second]) {
      await window.opens('Bob');
      await window.hears('are you there');
      assert.deepEqual(await window.texts(), [
        'Grüße from the browser',
        'and from the desk',
        'are you there',
      ]);
    }
  });

  test('two browsers: who is typing, what is unread, and what was read in another window', {
    skip: chromiumMissing,
  }, async (t) => {
    const open = async (person: Person) =>
      CommunicatorPage.signIn(await chromium().window(t, stage().web.origin), person);
    const [carol, dave] = [await stage().hire('Carol'), await stage().hire('Dave')];
    const [her, him] = [await open(carol), await open(dave)];
    await her.adds(dave);
    await him.adds(carol);
    await her.sees('Dave', 'Available');

    await her.opens('Dave');
    await her.says('Lunch?');
    await him.showsUnread(1);
    await him.contact('Carol').getByRole('img', { name: '1 unread message', exact: true }).waitFor();
    const elsewhere = await open(dave);
    await elsewhere.showsUnread(1);
    await elsewhere.opens('Carol');
    await elsewhere.hears('Lunch?');
    await him.showsUnread(0);

    await her.anyComposer.fill('I would rather');
    await elsewhere.showsTyping('Carol');
    await elsewhere.says('At noon');
    await her.hears('At noon');
    await her.says('I would rather eat at one');
    await elsewhere.hears('I would rather eat at one');
    await elsewhere.page.getByText('Carol is typing').waitFor({ state: 'detached' });
    assert.deepEqual(await elsewhere.texts(), ['Lunch?', 'At noon', 'I would rather eat at one']);
    assert.deepEqual(await her.texts(), await elsewhere.texts());
  });
});
