// A laptop that was closed for a day, and clocks that are wrong: every word is there once, in the order in which it was said.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { SilentWire } from '../cast/silent-wire.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';

const chromium = chromiumForFile();
let stage: Stage;
before(async () => {
  if (!chromiumMissing) stage = await standardEdition({ keepsPort: true });
});
after(() => stage?.[Symbol.asyncDispose]());
const skip = chromiumMissing;
/** Chromium's own words about a connection that is lost. */
const expected = [/ERR_|WebSocket connection to/];
const DAY_MS = 86_400_000;

/** Runs in the page: goes up through the whole chat; gives the texts from the first to the last as they stand there. */
const READ_ALL = `(async () => {
  const log = document.querySelector('[role=log]');
  const texts = [];
  for (let still = 0; still < 5; ) {
    const shown = [...log.querySelectorAll('article p[dir=auto]')].map((text) => text.textContent);
    const known = texts.length === 0 ? -1 : shown.indexOf(texts[0]);
    texts.unshift(...(known < 0 ? shown : shown.slice(0, known)));
    const top = log.scrollTop;
    log.scrollTop = top - log.clientHeight / 2;
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    still = top === 0 && log.scrollTop === 0 && log.querySelector('[role=progressbar]') === null ? still + 1 : 0;
  }
  return texts;
})()`;
const readAll = (page: Page) => page.evaluate<string[]>(READ_ALL);

test('bob’s laptop sleeps for a day, the server starts anew meanwhile: he wakes to every message once, and what was edited', {
  skip,
}, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const writer = await stage.browser(alice);
  const conversationId = await writer.conversationWith(bob.userId);
  const texts = ['Good nigt'];
  const { seq } = await writer.send(conversationId, texts[0]!);
  await using wire = await SilentWire.to(stage.web.origin);
  const page = await chromium().window(t, wire.origin, { expected });
  await page.clock.install();
  const desk = await CommunicatorPage.signIn(page, bob);
  await page.goto(`/c/${conversationId}`);
  await desk.hears('Good nigt');

  wire.unplug();
  await page.clock.pauseAt(new Date(Date.now() + 60_000));
  const sendMany = async (from: number, to: number) => {
    for (let nth = from; nth < to; nth++) {
      texts.push(`number ${nth}`);
      await writer.send(conversationId, `number ${nth}`);
    }
  };
  await sendMany(0, 70);
  await stage.web.stop();
  await stage.web.start();
  await writer.connect();
  await sendMany(70, 140);
  await writer.command('im.edit', { conversationId, seq, text: 'Good night' });
  texts[0] = 'Good night';

  wire.plugIn();
  await page.clock.fastForward(DAY_MS);
  await page.clock.resume();
  await desk.hears('number 139');
  await desk.says('Good morning');
  await desk.hasSent('Good morning');
  texts.push('Good morning');
  assert.deepEqual(await readAll(page), texts);
  await writer.hears('Good morning');
  assert.deepEqual(
    (await writer.history(conversationId)).map(({ text }) => text),
    texts,
  );
});

test('of two windows one is a day behind and one a day ahead: both show what was said in one order, and states by the server', {
  skip,
}, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const open = async (person: typeof alice, aheadMs: number) => {
    const page = await chromium().window(t, stage.web.origin);
    await page.clock.install({ time: Date.now() + aheadMs });
    return CommunicatorPage.signIn(page, person);
  };
  const [her, him] = [await open(alice, -DAY_MS), await open(bob, DAY_MS)];
  await her.adds(bob);
  await him.adds(alice);
  await her.opens('Bob');
  await him.opens('Alice');
  const said: string[] = [];
  for (const [nth, [one, other]] of [
    [her, him],
    [him, her],
    [him, her],
    [her, him],
  ].entries() as Iterable<[number, [CommunicatorPage, CommunicatorPage]]>) {
    const text = `words ${nth}`;
    said.push(text);
    await one.says(text);
    await other.hears(text);
  }
  for (const desk of [her, him]) {
    await desk.hasSent(desk === her ? 'words 3' : 'words 2');
    assert.deepEqual(await desk.texts(), said);
  }
  await him.choosesState('Busy', '30 minutes');
  await her.sees('Bob', 'Busy');
  await him.showsOwnState('Busy');
  await her.anyComposer.pressSequentially('and');
  await him.showsTyping('Alice');
  await her.page.reload();
  await her.hears('words 3');
  assert.deepEqual(await her.texts(), said);
});
