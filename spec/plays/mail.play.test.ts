// What was written to somebody who is nowhere comes to them by mail, once, and one click ends it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connectTo } from '@parley/platform/store/testing';
import { defaultSettings } from '@parley/services/alerts/contract';
import { openMailServer } from '@parley/services/alerts/testing-mail';
import { onEveryTopology, standardEdition } from '../cast/stage.ts';

const server = await openMailServer();
after(() => server[Symbol.asyncDispose]());
const settings = {
  mail: {
    smtp: { host: '127.0.0.1', port: server.port, security: 'none' },
    domain: 'mail.test',
  },
};

function lettersTo(address: string) {
  const [name] = address.split('@');
  return server.received.filter(({ envelope }) => envelope.to[0] === `${name}@mail.test`);
}

async function letterTo(address: string) {
  for (;;) {
    const [letter] = lettersTo(address);
    if (letter !== undefined) return letter;
    await server.nth(server.received.length + 1);
  }
}

onEveryTopology(
  (stage) => {
    test('bob goes away; one mail brings him what alice wrote, and its link ends the mail without signing in', async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const window = await stage().browser(bob);
      const mail = { ...defaultSettings.mail, afterMinutes: 0, shows: 'text' as const };
      await window.command('alert.putSettings', { settings: { ...defaultSettings, mail } });
      const offer = (await window.command('alert.settings', {})).mail;
      assert.equal(offer?.address, `${bob.address.split('@')[0]}@mail.test`);
      // He is away while his window stays open.
      await window.command('presence.setState', { state: 'away' });
      await window.sees(bob.userId, 'away');
      const desk = await stage().browser(alice);
      const conversationId = await desk.conversationWith(bob.userId);
      await desk.send(conversationId, 'the <meeting> is at nine');

      const letter = await letterTo(bob.address);
      assert.equal(letter.mail.subject, 'An unread message from Alice');
      assert.ok(letter.mail.text?.includes('the <meeting> is at nine'));
      assert.ok(letter.mail.html?.includes('the &lt;meeting&gt; is at nine'));
      assert.ok(letter.mail.text?.includes(`/c/${conversationId}`));
      await desk.send(conversationId, 'and the room is blue');
      await window.hears('and the room is blue');
      assert.equal(lettersTo(bob.address).length, 1, 'the next one has its time');

      const [, link = ''] = /<(.+)>/.exec(letter.header('list-unsubscribe') ?? '') ?? [];
      const { pathname, search } = new URL(link);
      const stop = new URL(`${pathname}${search}`, stage().web.origin);
      const page = await fetch(stop);
      assert.equal(page.status, 200);
      assert.match(await page.text(), /Send no more mail/);
      const before = (await window.command('alert.settings', {})).settings.mail;
      assert.equal(before.afterMinutes, 0, 'looking at the page ends nothing');
      // RFC 8058 §3.2: the body is this pair, and there is no cookie.
      const clicked = await fetch(stop, {
        method: 'POST',
        body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
      });
      assert.equal(clicked.status, 200);
      // The front end of his window hears of it in a moment.
      const isOver = async () =>
        (await window.command('alert.settings', {})).settings.mail.afterMinutes === null;
      while (!(await isOver()));
      const forged = await fetch(`${stop.href.slice(0, -3)}AAA`, { method: 'POST', body: new FormData() });
      assert.equal(forged.status, 404);
    });
  },
  { settings },
);

test('the server is killed after its letter was taken and before it heard so: the same letter goes once more, and no third time', async () => {
  await using mailServer = await openMailServer();
  const smtp = { ...settings.mail.smtp, port: mailServer.port };
  await using stage = await standardEdition({ settings: { mail: { ...settings.mail, smtp } } });
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const window = await stage.browser(bob);
  const mail = { ...defaultSettings.mail, afterMinutes: 0, shows: 'text' as const };
  await window.command('alert.putSettings', { settings: { ...defaultSettings, mail } });
  await window.command('presence.setState', { state: 'away' });
  await window.sees(bob.userId, 'away');
  mailServer.is('holds');
  const desk = await stage.browser(alice);
  await desk.send(await desk.conversationWith(bob.userId), 'the meeting is at nine');
  const first = await mailServer.nth(1);
  await stage.web.kill();
  mailServer.is('takes');
  // The lease of the process that died is over.
  await using database = await connectTo(stage.database);
  await database.query('update alerts.digests set due_at = 0', []);
  await stage.web.start();
  const second = await mailServer.nth(2);
  assert.equal(second.mail.messageId, first.mail.messageId);
  assert.equal(second.mail.text, first.mail.text);
  const left = async () => (await database.query('select user_id from alerts.digests', [])).length;
  while ((await left()) > 0);
  assert.equal(mailServer.received.length, 2);
});
