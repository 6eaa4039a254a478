// What one may not read never leaves the server: somebody who was removed, somebody who came late and a stranger try every
// command that names a conversation, on every message, and not one word of what is not theirs comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readQuery } from '@parley/services/im/rules/search-query';
import { type CommandName, type CommandRequest, commands } from '@parley/services/web-access/contract';
import { DOMAIN, onEveryTopology, type Person } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

type Named = {
  [N in CommandName]: 'conversationId' extends keyof CommandRequest<N> ? N : never;
}[CommandName];

const TOMORROW_MS = 24 * 3_600_000;
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

interface Attempt<N extends CommandName> {
  readonly once?: (conversationId: string) => readonly CommandRequest<N>[];
  readonly each?: (conversationId: string, seq: number) => readonly CommandRequest<N>[];
}

/** Each command that names a conversation, as somebody may ask it: once, and about each message. */
const ATTEMPTS: { readonly [N in Named]: Attempt<N> } = {
  'im.send': { once: (conversationId) => [{ conversationId, text: 'let me in', clientId: 'let me in' }] },
  'im.history': {
    once: (conversationId) => [{ conversationId, limit: 200 }],
    each: (conversationId, seq) => [
      { conversationId, limit: 1, beforeSeq: seq + 1 },
      { conversationId, limit: 1, afterSeq: seq - 1 },
      { conversationId, limit: 1, afterRevision: seq - 1 },
    ],
  },
  'im.search': {
    once: (conversationId) =>
      ['from:me', 'from:alice', 'in:title', 'has:image', 'said', 'edited', 'picture', 'after:2000'].map(
        (typed) => ({
          conversationId,
          query: readQuery(typed, Date.UTC).query,
          limit: 50,
        }),
      ),
  },
  'im.edit': { each: (conversationId, seq) => [{ conversationId, seq, text: 'mine now' }] },
  'im.delete': { each: (conversationId, seq) => [{ conversationId, seq }] },
  'im.react': { each: (conversationId, seq) => [{ conversationId, seq, emoji: '👀', on: true }] },
  'im.schedule': {
    once: (conversationId) => [
      { conversationId, text: 'later', clientId: 'later', sendAt: Date.now() + TOMORROW_MS },
    ],
  },
  'im.read': { each: (conversationId, seq) => [{ conversationId, seq }] },
  'im.typing': { once: (conversationId) => [{ conversationId, typing: true }] },
  'im.conversation': { once: (conversationId) => [{ conversationId }] },
  'im.changeGroup': {
    once: (conversationId) => [
      { conversationId, change: { kind: 'lock', locked: true } },
      { conversationId, change: { kind: 'rename', title: '' } },
    ],
  },
  'im.receipts': { once: (conversationId) => [{ conversationId }] },
  'alert.dismiss': { each: (conversationId, seq) => [{ conversationId, seq }] },
};

/** The code of each refusal, or `ok`, by command. */
async function tryEverything(user: WebUser, conversationId: string, seqs: readonly number[]) {
  const outcomes = new Map<string, Set<string>>();
  for (const [name, { once, each }] of Object.entries(ATTEMPTS) as [Named, Attempt<CommandName>][])
    for (const request of [
      ...(once?.(conversationId) ?? []),
      ...seqs.flatMap((seq) => each?.(conversationId, seq) ?? []),
    ]) {
      const outcome = await user.command(name, request as never).then(
        () => 'ok',
        (error: Error) => error.message.split(':')[0] ?? '',
      );
      outcomes.set(name, (outcomes.get(name) ?? new Set()).add(outcome));
    }
  return (name: Named) => [...(outcomes.get(name) ?? [])].sort().join(' ');
}

const imagePath = (conversationId: string, imageId: string) =>
  `/api/v1/conversations/${conversationId}/images/${imageId}`;

async function sendImage(user: WebUser, conversationId: string, imageId: string): Promise<void> {
  const put = await user.http.raw('PUT', `${imagePath(conversationId, imageId)}?name=${imageId}.png`, {
    body: PIXEL,
    headers: { 'content-type': 'image/png' },
  });
  assert.equal(put.status, 200, put.text);
  const images = [{ imageId, alt: imageId }];
  await user.command('im.send', { conversationId, text: imageId, clientId: imageId, images });
}

/** All that the server has ever told this window, and that its pages may ask. */
function told(user: WebUser, words: readonly string[]): string[] {
  const all = JSON.stringify(user.frames.entries);
  return words.filter((word) => all.includes(word));
}

test('every command that names a conversation is tried', () => {
  const named = Object.entries(commands).filter(([, { request }]) => 'conversationId' in request.properties);
  assert.deepEqual(Object.keys(ATTEMPTS).sort(), named.map(([name]) => name).sort());
});

onEveryTopology((stage) => {
  test('who was removed, who came late and who was never in it', async () => {
    const cast = await Promise.all(
      ['Alice', 'Bob', 'Carol', 'Dave', 'Mallory'].map((name) => stage().hire(name)),
    );
    const [alice, bob, carol, dave, mallory] = cast as [Person, Person, Person, Person, Person];
    const hers = await stage().browser(alice);
    const his = await stage().browser(bob);
    const late = await stage().browser(carol);
    const stranger = await stage().browser(mallory);
    const phone = await stage().phone(bob, { frontEnd: 1 });
    const { conversationId } = await hers.command('im.startGroup', {
      participantIds: [bob.userId, dave.userId],
    });
    const hello = await hers.send(conversationId, 'hello all');
    const old = await hers.send(conversationId, 'said-before-carol');
    await sendImage(hers, conversationId, 'picture-before-carol');
    await phone.hears('said-before-carol');
    await his.hears('picture-before-carol');
    await his.command('im.send', { conversationId, text: 'and bob', clientId: 'and bob' });
    const waiting = await his.command('im.schedule', {
      conversationId,
      text: 'sent too late',
      clientId: 'too late',
      sendAt: Date.now() + TOMORROW_MS,
    });

    const change = { kind: 'remove', userId: bob.userId } as const;
    await hers.command('im.changeGroup', { conversationId, change });
    await hers.command('im.changeGroup', {
      conversationId,
      change: { kind: 'add', userIds: [carol.userId] },
    });
    await hers.command('im.changeGroup', {
      conversationId,
      change: { kind: 'rename', title: 'title-after-bob' },
    });
    await hers.send(conversationId, 'said-after-bob');
    await late.hears('said-after-bob');
    await hers.command('im.edit', { conversationId, seq: hello.seq, text: 'edited-after-bob' });
    await hers.command('im.react', { conversationId, seq: old.seq, emoji: '🦜', on: true });
    await sendImage(hers, conversationId, 'picture-after-bob');
    const { seq: last } = await hers.send(conversationId, 'end');

    const seqs = [1, hello.seq, old.seq, old.seq + 1, last - 4, last - 2, last, 100_000];
    const bobs = await tryEverything(his, conversationId, seqs);
    for (const name of ['im.send', 'im.edit', 'im.delete', 'im.react', 'im.changeGroup'] as const)
      assert.equal(bobs(name), 'IM_NOT_IN_GROUP', name);
    for (const name of ['im.typing', 'im.schedule', 'im.receipts'] as const)
      assert.equal(bobs(name), 'IM_NO_SUCH_CONVERSATION', name);
    await assert.rejects(
      his.command('im.sendScheduled', { scheduleId: waiting.scheduleId }),
      /IM_NOT_IN_GROUP/,
    );
    const { scheduled } = await his.command('im.scheduled', {});
    assert.deepEqual(
      scheduled.map(({ fault }) => fault?.code),
      ['IM_NOT_IN_GROUP'],
    );
    const group = `conversation-${conversationId}@${DOMAIN}`;
    assert.equal((await phone.say(group, 'from the phone')).status, 404);

    const carols = await tryEverything(late, conversationId, seqs);
    for (const name of ['im.edit', 'im.delete'] as const)
      assert.match(carols(name), /^IM_NOTICE_STAYS IM_NOT_YOURS IM_NO_SUCH_MESSAGE$/, name);
    assert.match(carols('im.react'), /^IM_NOTICE_STAYS IM_NO_SUCH_MESSAGE ok$/);

    const strangers = await tryEverything(stranger, conversationId, seqs);
    for (const name of Object.keys(ATTEMPTS) as Named[])
      if (name !== 'alert.dismiss') assert.equal(strangers(name), 'IM_NO_SUCH_CONVERSATION', name);

    for (const [user, imageId, status] of [
      [his, 'picture-before-carol', 200],
      [his, 'picture-after-bob', 404],
      [late, 'picture-before-carol', 404],
      [late, 'picture-after-bob', 200],
      [stranger, 'picture-before-carol', 404],
      [stranger, 'picture-after-bob', 404],
    ] as const)
      assert.equal((await user.http.raw('GET', imagePath(conversationId, imageId))).status, status, imageId);

    // Fresh windows, too: what a snapshot tells is no more than what the events told.
    const [hisNext, lateNext] = [await stage().browser(bob), await stage().browser(carol)];
    for (const user of [hisNext, lateNext]) await user.history(conversationId);
    const afterBob = ['said-after-bob', 'edited-after-bob', 'picture-after-bob', 'title-after-bob', '🦜'];
    for (const user of [his, hisNext]) assert.deepEqual(told(user, [...afterBob, carol.userId]), []);
    for (const user of [late, lateNext])
      assert.deepEqual(
        told(user, ['said-before-carol', 'picture-before-carol', 'edited-after-bob', '🦜']),
        [],
      );
    assert.deepEqual(
      told(stranger, [...afterBob, 'hello all', 'said-before-carol', 'picture-before-carol']),
      [],
    );
    assert.deepEqual(
      phone.received.filter((text) => text.includes('after-bob')),
      [],
    );
    const page = await hisNext.history(conversationId);
    assert.deepEqual(
      page
        .map(({ seq, text, deletedAt }) => [seq, deletedAt === undefined ? text : 'taken back'])
        .slice(1, 4),
      [
        [hello.seq, 'taken back'],
        [old.seq, 'said-before-carol'],
        [old.seq + 1, 'picture-before-carol'],
      ],
    );
  });
});
