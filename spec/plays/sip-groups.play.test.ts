// People at phones and at browsers hold one conversation: the same history, the same presence, word of what became of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildCpim, IMDN_NAMESPACE, imdnHeaders, readMessageBody } from '@parley/protocol/im';
import { buildPidf, buildResourceLists, parseListNotification, parsePidf } from '@parley/protocol/presence';
import type { SipRequest } from '@parley/protocol/sip';
import type { Phone } from '../cast/phone.ts';
import { DOMAIN, onEveryTopology } from '../cast/stage.ts';

/** What a phone knows of people by the lists that it was sent: open, closed. */
function listed(phone: Phone): Map<string, string> {
  const known = new Map<string, string>();
  for (const { method, headers, body } of phone.requests.entries) {
    if (method !== 'NOTIFY') continue;
    const parsed = parseListNotification(headers.get('Content-Type') ?? '', body);
    if (!parsed.ok) continue;
    for (const { text } of parsed.documents) {
      const document = parsePidf(text);
      if (document.ok)
        known.set(
          document.pidf.entity.slice(4),
          [document.pidf.tuples[0]?.basic, ...document.pidf.activities].join(' '),
        );
    }
  }
  return known;
}

const messages = (phone: Phone): readonly SipRequest[] =>
  phone.requests.entries.filter(({ method }) => method === 'MESSAGE');

onEveryTopology((stage) => {
  test('two browsers and two phones hold one group conversation', async () => {
    const [alice, bob, carol, dave] = await Promise.all(
      ['Alice', 'Bob', 'Carol', 'Dave'].map((name) => stage().hire(name)),
    );
    const [first, second] = [await stage().browser(alice!), await stage().browser(carol!)];
    const desk = await stage().phone(bob!);
    const mobile = await stage().phone(dave!, { frontEnd: 1, transport: 'udp' });

    const conversationId = await first.conversationWith(bob!.userId, carol!.userId, dave!.userId);
    await first.send(conversationId, 'Lunch?');
    await Promise.all([desk.hears('Lunch?'), mobile.hears('Lunch?'), second.hears('Lunch?')]);
    const group = `conversation-${conversationId}@${DOMAIN}`;
    assert.match(messages(desk)[0]?.headers.get('From') ?? '', new RegExp(`Alice.*<sip:${group}>`));

    assert.equal((await desk.say(group, 'At one')).status, 202);
    await Promise.all([first.hears('At one'), second.hears('At one'), mobile.hears('At one')]);
    assert.equal((await mobile.say(group, 'I bring the cake')).status, 202);
    await Promise.all([first.hears('I bring the cake'), desk.hears('I bring the cake')]);

    const history = (await second.history(conversationId)).map(({ senderId, text }) => [senderId, text]);
    assert.deepEqual(history, [
      [alice!.userId, 'Lunch?'],
      [bob!.userId, 'At one'],
      [dave!.userId, 'I bring the cake'],
    ]);
    // Nobody hears what they said themselves.
    assert.deepEqual(desk.received, ['Lunch?', 'I bring the cake']);

    const mallory = await stage().phone(await stage().hire('Mallory'));
    assert.equal((await mallory.say(group, 'Me too')).status, 404);
  });

  test('a phone watches the people of its list, wherever they are, with what they do', async () => {
    const [alice, bob, carol] = [
      await stage().hire('Alice'),
      await stage().hire('Bob'),
      await stage().hire('Carol'),
    ];
    const browser = await stage().browser(alice);
    const desk = await stage().phone(bob);
    const other = await stage().phone(carol, { frontEnd: 1 });
    const list = buildResourceLists([alice, carol].map(({ address }) => ({ uri: `sip:${address}` })));
    const answer = await desk.watchList(`rls@${DOMAIN}`, list);
    assert.equal(answer.status, 200);
    const sees = (address: string, state: string) =>
      desk.requests.until(`${address} to be ${state}`, () => listed(desk).get(address) === state);
    await sees(alice.address, 'open');
    await sees(carol.address, 'open');
    await browser.command('presence.setState', { state: 'busy' });
    await sees(alice.address, 'open busy');
    const talking = buildPidf({
      entity: `sip:${carol.address}`,
      tuples: [{ id: 'desk', basic: 'open' }],
      activities: ['on-the-phone'],
    });
    const published = await other.request(
      'PUBLISH',
      `sip:${carol.address}`,
      carol.address,
      [
        ['Event', 'presence'],
        ['Expires', '600'],
        ['Content-Type', 'application/pidf+xml'],
      ],
      Buffer.from(talking),
    );
    assert.equal(published.status, 200);
    await desk.requests.until('carol to be busy', () => listed(desk).get(carol.address)?.includes('busy'));
    await other.unregister();
    await sees(carol.address, 'closed');
  });

  test('a phone hears that its message arrived in a browser and was read, and shows what it read', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    const desk = await stage().phone(bob, { frontEnd: 1 });
    const body = buildCpim(
      {
        from: { uri: `sip:${bob.address}` },
        to: [{ uri: `sip:${alice.address}` }],
        extensions: imdnHeaders({ messageId: 'asked', wanted: ['positive-delivery', 'display'] }),
        contentHeaders: new Map([['content-type', 'text/plain']]),
        content: Buffer.from('Did you get it?'),
      },
      { imdn: IMDN_NAMESPACE },
    );
    const sent = await desk.request(
      'MESSAGE',
      `sip:${alice.address}`,
      alice.address,
      [['Content-Type', 'message/cpim']],
      body,
    );
    assert.equal(sent.status, 202);
    const { conversationId, seq } = await browser.hears('Did you get it?');
    const word = (status: string) =>
      desk.requests.until(`word that it was ${status}`, () =>
        messages(desk).some((request) => {
          const read = readMessageBody(request.headers.get('Content-Type'), request.body);
          return read.kind === 'disposition' && read.imdn.outcome.status === status;
        }),
      );
    await word('delivered');
    await browser.command('im.read', { conversationId, seq });
    await word('displayed');
    await browser.send(conversationId, 'Yes');
    await desk.requests.until('the answer', () =>
      messages(desk).some((request) => {
        const read = readMessageBody(request.headers.get('Content-Type'), request.body);
        return (
          read.kind === 'text' && read.text === 'Yes' && read.request?.messageId === `${conversationId}.2`
        );
      }),
    );
  });
});
