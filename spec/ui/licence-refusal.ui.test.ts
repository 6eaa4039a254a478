// What a person without a licence sees: why, whom to ask, all that was said before; and how it goes away by itself.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { LicenceDesk, personOf, STANDARD } from '../cast/licence-desk.ts';
import { axeFindings, sidewaysFindings } from '../cast/looking.ts';
import { onEveryTopology } from '../cast/stage.ts';

const chromium = chromiumForFile();
/** A change of rights is on an open page within ten seconds. */
const LIVE_MS = 10_000;

onEveryTopology((stage) => {
  let desk: LicenceDesk;
  before(async () => {
    desk = new LicenceDesk(stage().administrator);
    await desk.buys(STANDARD, 'user', 20);
  });

  test('alice has no licence: the page says why and whom to ask; it goes away when one is assigned, without a reload', {
    skip: chromiumMissing,
  }, async (t) => {
    await desk.chooses('honor');
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    await desk.assigns(STANDARD, personOf(bob));
    const { origin } = stage().web;
    const her = await CommunicatorPage.signIn(await chromium().window(t, origin), alice);
    const him = await CommunicatorPage.signIn(await chromium().window(t, origin), bob);
    await her.adds(bob);
    await him.adds(alice);
    await her.sees('Bob', 'Available');
    await her.opens('Bob');
    await her.says('before');
    await her.hasSent('before');
    await him.showsUnread(1);

    await desk.chooses('enforce', 'Carol, extension 12');
    const banner = her.page.getByRole('status').filter({
      hasText: her.say('You have no licence for {{list}}.', { list: 'messages and presence' }),
    });
    await banner.waitFor({ timeout: LIVE_MS });
    await banner.getByText('Carol, extension 12').waitFor();
    await her.anyComposer.waitFor({ state: 'detached' });
    await her.page.getByText(her.say('You can read here, but not write.'), { exact: true }).waitFor();
    await her.hears('before');
    assert.deepEqual(await axeFindings(her.page), []);
    await her.page.setViewportSize({ width: 320, height: 640 });
    assert.deepEqual(await axeFindings(her.page), []);
    assert.deepEqual(await sidewaysFindings(her.page), []);
    await her.page.setViewportSize({ width: 1280, height: 720 });

    await him.opens('Alice');
    await him.says('You can hear me all the same');
    await him.hasSent('You can hear me all the same');
    await her.hears('You can hear me all the same');

    await desk.assigns(STANDARD, personOf(alice));
    await banner.waitFor({ state: 'detached', timeout: LIVE_MS });
    await her.sees('Bob', 'Available', LIVE_MS);
    await her.says('And now I can answer');
    await her.hasSent('And now I can answer');
    await him.hears('And now I can answer');
    assert.deepEqual(await her.texts(), ['before', 'You can hear me all the same', 'And now I can answer']);
    assert.equal(await him.page.getByText(/licence/).count(), 0, 'who holds a licence notices nothing');
  });

  test('under warn alice hears once that a licence is missing, and works on', {
    skip: chromiumMissing,
  }, async (t) => {
    await desk.chooses('warn', 'Carol, extension 12');
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const her = await CommunicatorPage.signIn(await chromium().window(t, stage().web.origin), alice);
    const warning = her.page.getByRole('status').filter({
      hasText: her.say('A licence is missing for {{list}}.', { list: 'messages and presence' }),
    });
    await warning.waitFor();
    assert.deepEqual(await axeFindings(her.page), []);
    await warning.getByRole('button', { name: her.say('All right') }).click();
    await warning.waitFor({ state: 'detached' });
    await her.adds(bob);
    await her.opens('Bob');
    await her.says('Hello');
    await her.hasSent('Hello');
  });
});
