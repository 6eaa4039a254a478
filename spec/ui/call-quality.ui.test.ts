// The books of calls in the console: an administrator finds the bad call, sees whose leg it was and in which direction, as lines
// and as a table; the person who was called reads their own side of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { StreamReport } from '@parley/services/quality/contract';
import type { Page } from 'playwright-core';
import { CallPage } from '../cast/call-page.ts';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { ConsolePage } from '../cast/console-page.ts';
import { axeFindings, sidewaysFindings } from '../cast/looking.ts';
import { ADMINISTRATOR, type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { WindowCalls } from '../cast/window-calls.ts';
import { wordsOf } from '../cast/words.ts';

const chromium = chromiumForFile();
const skip = chromiumMissing;
const say = wordsOf('en');
let stage: Stage;
let alice: Person;
let bob: Person;

before(async () => {
  if (chromiumMissing) return;
  stage = await standardEdition();
  [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const [hers, his] = [
    new WindowCalls(await stage.browser(alice)),
    new WindowCalls(await stage.browser(bob)),
  ];
  await talk(hers, his, bob, () => 0);
  await talk(hers, his, bob, (at) => (at > 3 && at < 8 ? 60 : 1));
});
after(() => stage?.[Symbol.asyncDispose]());

const INTERVALS = 10;
const INTERVAL_MS = 5_000;

/** A call whose window tells of the last minute. @param lostOf 500 packets, by the place of the interval. */
async function talk(
  hers: WindowCalls,
  his: WindowCalls,
  { userId }: Person,
  lostOf: (interval: number) => number,
): Promise<void> {
  const out = await hers.place({ userId });
  const { side } = await his.rings();
  await his.answer(side);
  await hers.sees(out.sideId, 'the call', ({ state }) => state === 'connected');
  const begun = Date.now() - INTERVALS * INTERVAL_MS;
  for (let interval = 0; interval < INTERVALS; interval += 1) {
    const streams: StreamReport[] = [audio('received', lostOf(interval)), audio('sent', 0)];
    await his.window.command('call.quality', {
      sideId: side.sideId,
      recordId: side.recordId,
      from: begun + interval * INTERVAL_MS,
      until: begun + (interval + 1) * INTERVAL_MS,
      streams,
      path: { via: 'relay', transport: 'tls', local: '192.0.2.7', remote: '198.51.100.4' },
      device: 'Chrome 150 · Jabra Evolve 40',
    });
  }
  await hers.hangUp(out);
  await his.sees(side.sideId, 'the end', ({ state }) => state === 'ended');
}

function audio(way: StreamReport['way'], lost: number): StreamReport {
  const mos = lost > 30 ? 2.6 : 4.3;
  return { kind: 'audio', way, codec: 'opus', packets: 500 - lost, lost, jitterMs: 6, roundTripMs: 42, mos };
}

async function looksRight(page: Page): Promise<void> {
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(await sidewaysFindings(page), []);
}

test('the bad call is found, and whose ear it was', { skip }, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const desk = await ConsolePage.signIn(page, ADMINISTRATOR);
  await desk.goesTo('Calls');
  const rows = page.getByRole('row').filter({ hasText: 'Alice' });
  await rows.nth(1).waitFor();
  await page.getByText(say('Only bad ones')).click();
  await page.getByText('12 % lost').waitFor();
  assert.equal(await rows.count(), 1);
  await looksRight(page);
  await rows.getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: /Alice.* and .*Bob/ }).waitFor();
  const leg = page.getByRole('article').filter({ hasText: 'Jabra Evolve 40' });
  await leg.getByRole('heading', { name: /Bob/ }).waitFor();
  await leg.getByText('through the TURN relay, TLS').waitFor();
  await leg.getByRole('img', { name: 'Score over time: at worst 2.6' }).waitFor();
  const sound = leg.getByRole('region', { name: 'Sound received' });
  await sound.getByText(say('Show as a table')).click();
  await sound.getByRole('cell', { name: '12 %' }).first().waitFor();
  await looksRight(page);
  await page.setViewportSize({ width: 320, height: 640 });
  assert.deepEqual(await sidewaysFindings(page), []);
});

test('bob reads of his own side of it in the history', { skip }, async (t) => {
  const desk = await CallPage.signIn(await chromium().window(t, stage.web.origin), bob);
  await desk.page.getByRole('tab', { name: /^Calls/ }).click();
  await desk.page
    .getByRole('button', { name: say('Details of the call with {{name}}', { name: 'Alice' }) })
    .first()
    .click();
  const dialog = desk.page.getByRole('dialog');
  await dialog.getByText('words were lost').waitFor();
  await dialog.getByText(say('What your rules did with it')).waitFor();
});
