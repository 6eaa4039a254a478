// Losing an acknowledged message is the worst bug there is: processes are killed during a stream of messages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { natsServerMissing } from '@parley/platform/bus/testing';
import {
  enterpriseEdition,
  type Person,
  type Stage,
  standardEdition,
  standardEditionWithOwnPostgres,
} from '../cast/stage.ts';
import { WebUser } from '../cast/web-user.ts';

const STREAM = 120;

/** Sends `m0`, `m1` … one after the other; a send without an answer is repeated with its client id, as the client does. */
async function sendStream(
  stage: Stage,
  sender: Person,
  recipientId: string,
  disaster: (sent: number) => Promise<void> | undefined,
) {
  let browser = await stage.browser(sender);
  const conversation = await browser.conversationWith(recipientId);
  const acknowledged: string[] = [];
  for (let index = 0; index < STREAM; index++) {
    const text = `m${index}`;
    const happening = disaster(index);
    for (let tries = 1; ; tries++) {
      try {
        if (!browser.isConnected) {
          await happening;
          browser = await WebUser.signIn(stage.web.origin, sender.address, sender.password);
        }
        acknowledged.push((await browser.send(conversation, text, text)).text);
        break;
      } catch (error) {
        if (tries === 20) throw error;
        await happening;
        // As the client does: a little later each time.
        await delay(100 * tries);
      }
    }
    await happening;
  }
  const history = await browser.history(conversation);
  await browser[Symbol.asyncDispose]();
  return { acknowledged, history };
}

async function assertNothingLost(stage: Stage, disaster: (sent: number) => Promise<void> | undefined) {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const { acknowledged, history } = await sendStream(stage, alice, bob.userId, disaster);
  const expected = Array.from({ length: STREAM }, (_, index) => `m${index}`);
  assert.deepEqual(acknowledged, expected);
  assert.deepEqual(
    history.map(({ text }) => text),
    expected,
    'every acknowledged message is there once and in order',
  );
  assert.deepEqual(
    history.map(({ seq }) => seq),
    expected.map((_, index) => index + 1),
  );

  const phone = await stage.phone(bob, { frontEnd: stage.frontEnds.length - 1 });
  await phone.hears(`m${STREAM - 1}`, 60_000);
  assert.deepEqual(phone.received, expected, 'who was away has every message once and in order');
}

test('one process is killed and started again during a stream of messages: nothing acknowledged is lost', async () => {
  await using stage = await standardEdition();
  const [member] = stage.members;
  await assertNothingLost(stage, (sent) => {
    if (sent !== 40 && sent !== 80) return undefined;
    return member!.kill().then(() => member!.start());
  });
});

test('one of two front ends is killed during a stream of messages: nothing acknowledged is lost', {
  skip: natsServerMissing,
}, async () => {
  await using stage = await enterpriseEdition();
  await assertNothingLost(stage, (sent) => (sent === 50 ? stage.frontEnds[0]!.kill() : undefined));
});

test('PostgreSQL is killed during a stream of messages: nothing acknowledged is lost', async () => {
  await using stage = await standardEditionWithOwnPostgres();
  const [member] = stage.members;
  await assertNothingLost(stage, (sent) => (sent === 30 || sent === 90 ? member!.killPostgres() : undefined));
});

test('a phone that stayed registered through a kill is given what it had not taken, with no new message to wake it', async () => {
  await using stage = await standardEdition();
  const [member] = stage.members;
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const phone = await stage.phone(bob, { transport: 'udp' });
  phone.answer = ({ method }) => (method === 'MESSAGE' ? 503 : 200);
  const browser = await stage.browser(alice);
  await browser.send(await browser.conversationWith(bob.userId), 'are you there?');
  await phone.hears('are you there?');
  await member!.kill();
  phone.answer = () => 200;
  await member!.start();
  await phone.requests.until('the message again', () => phone.received.length >= 2);
});

test('who went away while the server was away is not Available when it is back', async () => {
  await using stage = await standardEdition();
  const [member] = stage.members;
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const before = await stage.browser(alice);
  await before.command('contact.put', { contactIds: [bob.userId], change: {} });
  const phone = await stage.phone(bob);
  await before.sees(bob.userId, 'available');
  await member!.kill();
  await phone[Symbol.asyncDispose]();
  await member!.start();
  const after = await stage.browser(alice);
  await after.sees(bob.userId, 'offline');
});
