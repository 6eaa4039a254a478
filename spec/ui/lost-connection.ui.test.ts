// The server dies while somebody writes: the page says so, keeps every word, and each message arrives exactly once.
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { WebUser } from '../cast/web-user.ts';

const chromium = chromiumForFile();
let stage: Stage;
before(async () => {
  if (!chromiumMissing) stage = await standardEdition({ keepsPort: true });
});
after(() => stage?.[Symbol.asyncDispose]());
const skip = chromiumMissing;
/** Chromium's own words about a server that is not there. */
const expected = [/ERR_CONNECTION_|ERR_EMPTY_RESPONSE|WebSocket connection to/];

async function aliceWithBob(t: TestContext) {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const desk = await CommunicatorPage.signIn(
    await chromium().window(t, stage.web.origin, { expected }),
    alice,
  );
  await desk.adds(bob);
  await desk.opens('Bob');
  return { bob, desk };
}

/** What bob finds when he signs in, by the server's own account. */
async function historyOf(person: Person): Promise<string[]> {
  await using user = await WebUser.signIn(stage.web.origin, person.address, person.password);
  const [conversation] = user.snapshot?.conversations ?? [];
  return (await user.history(conversation?.conversationId ?? '')).map(({ text }) => text);
}

test('killed while alice types: the page tells it, keeps what she writes, and sends it once after the restart', {
  skip,
}, async (t) => {
  const { bob, desk } = await aliceWithBob(t);
  await desk.says('before');
  await desk.hasSent('before');
  await desk.anyComposer.pressSequentially('half of a ');

  await stage.web.kill();
  await desk.page
    .getByRole('status')
    .filter({ hasText: /^Offline since \d/ })
    .waitFor();
  await desk.page.getByText('Not connected', { exact: true }).waitFor();
  await desk.anyComposer.pressSequentially('sentence');
  await desk.anyComposer.press('Enter');
  await desk.says('and one more');
  for (const text of ['half of a sentence', 'and one more']) {
    await desk.message(text).getByText('Waiting for the connection').waitFor();
  }
  await desk.page.getByRole('status').filter({ hasText: '2 messages are waiting.' }).waitFor();

  await stage.web.start();
  // The page tries by itself, too: it may be back before the hand is at the button.
  await Promise.any([
    desk.button('Try now').click(),
    desk.page.getByText(/^Offline since/).waitFor({ state: 'detached' }),
  ]);
  await desk.showsOwnState('Available');
  await desk.page.getByText(/^Offline since/).waitFor({ state: 'detached' });
  await desk.page.getByText('Waiting for the connection').first().waitFor({ state: 'detached' });
  const texts = ['before', 'half of a sentence', 'and one more'];
  await desk.hasSent('and one more');
  assert.deepEqual(await desk.texts(), texts);
  assert.deepEqual(await historyOf(bob), texts);
});

test('a message sent in the very moment of the kill arrives once', { skip }, async (t) => {
  const { bob, desk } = await aliceWithBob(t);
  await desk.says('before');
  await desk.hasSent('before');
  await Promise.all([desk.says('in that moment'), stage.web.kill()]);
  await desk.hears('in that moment');
  await stage.web.start();
  await desk.hasSent('in that moment');
  assert.deepEqual(await desk.texts(), ['before', 'in that moment']);
  assert.deepEqual(await historyOf(bob), ['before', 'in that moment']);
});

test('a reload without a server shows what this device has kept; what is written waits and is sent once, in order', {
  skip,
}, async (t) => {
  const { bob, desk } = await aliceWithBob(t);
  const { page } = desk;
  await desk.says('said before');
  await desk.hasSent('said before');
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  await isKept(desk, 'said before');
  await stage.web.kill();
  await desk.says('written without a server');
  await desk.message('written without a server').getByText('Waiting for the connection').waitFor();
  await page.reload();
  await desk.hears('said before');
  await page
    .getByRole('status')
    .filter({ hasText: /What you see was kept on this device/ })
    .waitFor();
  await desk.contact('Bob').waitFor();
  await desk.says('and another one');
  await desk.message('and another one').getByText('Waiting for the connection').waitFor();
  await desk.anyComposer.pressSequentially('a draft');
  await page.reload();
  await desk.message('and another one').getByText('Waiting for the connection').waitFor();

  await stage.web.start();
  await Promise.any([
    desk.button('Try now').click(),
    page.getByText(/^Offline since/).waitFor({ state: 'detached' }),
  ]);
  const texts = ['said before', 'written without a server', 'and another one'];
  await desk.hasSent('and another one');
  assert.deepEqual(await desk.texts(), texts);
  assert.equal(await desk.anyComposer.inputValue(), 'a draft');
  assert.deepEqual(await historyOf(bob), texts);
});

test('who signs out takes along what this device has kept', { skip }, async (t) => {
  const { desk } = await aliceWithBob(t);
  const { page } = desk;
  await desk.says('not for the next one');
  await desk.hasSent('not for the next one');
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  await isKept(desk, 'not for the next one');
  await desk.signsOut();
  await desk.passwordBox.waitFor();
  await stage.web.kill();
  await page.reload();
  await page.getByRole('heading', { name: 'Parley is not answering' }).waitFor();
  await page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
  await stage.web.start();
  await desk.button('Try now').click();
  await desk.passwordBox.waitFor();
});

test('the page opens without a server even when only the service worker has kept it', { skip }, async (t) => {
  const { bob, desk } = await aliceWithBob(t);
  const { page } = desk;
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  const developer = await page.context().newCDPSession(page);
  await developer.send('Network.clearBrowserCache');
  await stage.web.kill();
  await page.reload();
  await page
    .getByRole('heading', { name: 'Parley is not answering' })
    .or(page.getByRole('status').filter({ hasText: /^Offline since/ }))
    .first()
    .waitFor();
  await stage.web.start();
  await desk.button('Try now').click();
  await desk.composer(bob.name).waitFor();
});

/** Waits until this device's own copy holds a message. */
async function isKept({ page }: CommunicatorPage, text: string): Promise<void> {
  const kept = `new Promise((resolve) => {
    const opening = indexedDB.open('parley');
    opening.onsuccess = () => {
      const database = opening.result;
      const asked = database.transaction('copies').objectStore('copies').get('last');
      asked.onsuccess = () => {
        database.close();
        resolve(JSON.stringify(asked.result ?? ''));
      };
    };
  })`;
  while (!String(await page.evaluate(kept)).includes(JSON.stringify(text)));
}
