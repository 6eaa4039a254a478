// Messages after they were sent: edited, deleted, reacted to; with images; and those that are sent later. In both editions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '@parley/services/im/contract';
import { onEveryTopology, standardEdition } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

/** The last change of that message that this window heard of. */
function changeOf(user: WebUser, seq: number): Message | undefined {
  const frame = user.frames.entries.findLast(
    (one) => one.type === 'event' && one.data.type === 'changed' && one.data.message.seq === seq,
  );
  return frame?.type === 'event' && frame.data.type === 'changed' ? frame.data.message : undefined;
}

function sees(user: WebUser, seq: number, fits: (message: Message) => boolean): Promise<Message> {
  return user.until(`a change of message ${seq}`, () => {
    const message = changeOf(user, seq);
    return message !== undefined && fits(message) && message;
  });
}

/** A PNG of one pixel, with as many bytes behind it as are asked for. */
function png(bytes = 0): Buffer<ArrayBuffer> {
  const pixel =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  return Buffer.concat([Buffer.from(pixel, 'base64'), Buffer.alloc(bytes, 7)]);
}

const imagePath = (conversationId: string, imageId: string) =>
  `/api/v1/conversations/${conversationId}/images/${imageId}`;

function putImage(
  user: WebUser,
  conversationId: string,
  imageId: string,
  body: Buffer<ArrayBuffer>,
  type = 'image/png',
) {
  return user.http.raw('PUT', `${imagePath(conversationId, imageId)}?name=plan.png`, {
    body,
    headers: { 'content-type': type },
  });
}

onEveryTopology((stage) => {
  test('an edit, a reaction and a deletion reach every window, and who was away finds them', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const [one, two] = [await stage().browser(alice), await stage().browser(bob)];
    const conversationId = await one.conversationWith(bob.userId);
    for (const text of ['helo', 'second', 'third']) await one.send(conversationId, text);
    await two.hears('third');
    await one.command('im.edit', { conversationId, seq: 1, text: 'hello' });
    const edited = await sees(two, 1, ({ text }) => text === 'hello');
    assert.ok(edited.editedAt !== undefined && edited.revision === 1);
    await two.command('im.react', { conversationId, seq: 1, emoji: '👍', on: true });
    await sees(one, 1, ({ reactions }) => reactions?.[0]?.userIds[0] === bob.userId);
    two.drop();
    await one.command('im.delete', { conversationId, seq: 2 });
    await assert.rejects(
      one.command('im.react', { conversationId, seq: 2, emoji: '👍', on: true }),
      /IM_MESSAGE_DELETED/,
    );

    const back = await stage().browser(bob);
    const listed = back.snapshot?.conversations.find((one) => one.conversationId === conversationId);
    assert.equal(listed?.revision, 3);
    const changed = await back.command('im.history', { conversationId, afterRevision: 2, limit: 10 });
    assert.deepEqual(
      changed.messages.map(({ seq, text, deletedAt }) => [seq, text, deletedAt !== undefined]),
      [[2, '', true]],
    );
    await assert.rejects(back.command('im.edit', { conversationId, seq: 1, text: 'x' }), /IM_NOT_YOURS/);
    await assert.rejects(back.command('im.delete', { conversationId, seq: 3 }), /IM_NOT_YOURS/);
  });

  test('a phone hears the subject and the importance, and never what was deleted before it came', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const one = await stage().browser(alice);
    const conversationId = await one.conversationWith(bob.userId);
    const gone = await one.send(conversationId, 'never mind');
    await one.command('im.delete', { conversationId, seq: gone.seq });
    await one.command('im.send', {
      conversationId,
      text: 'come at once',
      clientId: 'urgent',
      importance: 'high',
      subject: 'Fire drill',
    });
    const phone = await stage().phone(bob);
    await phone.hears('come at once');
    assert.deepEqual(phone.received, ['come at once']);
    const [request] = phone.requests.entries.filter(({ method }) => method === 'MESSAGE');
    assert.deepEqual(
      [request?.headers.get('Subject'), request?.headers.get('Priority')],
      ['Fire drill', 'urgent'],
    );
  });

  test('an image of several pieces is put, sent, seen by who is there and by nobody else, and goes with its message', async () => {
    const [alice, bob, eve] = [
      await stage().hire('Alice'),
      await stage().hire('Bob'),
      await stage().hire('Eve'),
    ];
    const [one, two, other] = [
      await stage().browser(alice),
      await stage().browser(bob),
      await stage().browser(eve),
    ];
    const conversationId = await one.conversationWith(bob.userId);
    const bytes = png(1_300_000);
    const imageId = 'an-image-of-the-plan';
    const put = await putImage(one, conversationId, imageId, bytes);
    assert.equal(put.status, 200, put.text);
    const images = [{ imageId, alt: 'the plan' }];
    await assert.rejects(
      two.command('im.send', { conversationId, text: '', clientId: 'stolen', images }),
      /IM_NO_SUCH_IMAGE/,
    );
    const sent = await one.command('im.send', { conversationId, text: '', clientId: 'with-image', images });
    assert.deepEqual(sent.images, [{ imageId, name: 'plan.png', alt: 'the plan', width: 1, height: 1 }]);

    const phone = await stage().phone(bob);
    const line = `plan.png: https://localhost/c/${conversationId}`;
    await phone.hears(line);

    const got = await two.http.raw('GET', imagePath(conversationId, imageId));
    assert.deepEqual([got.status, got.headers.get('content-type')], [200, 'image/png']);
    assert.match(got.headers.get('cache-control') ?? '', /private/);
    assert.ok(bytes.equals(got.bytes));
    const etag = got.headers.get('etag') ?? '';
    const again = await two.http.raw('GET', imagePath(conversationId, imageId), {
      headers: { 'if-none-match': etag },
    });
    assert.equal(again.status, 304);
    assert.equal((await other.http.raw('GET', imagePath(conversationId, imageId))).status, 404);

    await one.command('im.delete', { conversationId, seq: sent.seq });
    assert.equal((await two.http.raw('GET', imagePath(conversationId, imageId))).status, 404);
  });

  test('what is no image, too large, or for a conversation of others is refused', async () => {
    const [alice, bob, eve] = [
      await stage().hire('Alice'),
      await stage().hire('Bob'),
      await stage().hire('Eve'),
    ];
    const [one, other] = [await stage().browser(alice), await stage().browser(eve)];
    const conversationId = await one.conversationWith(bob.userId);
    const script = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    const huge = png();
    huge.writeUInt32BE(20_000, 16);
    huge.writeUInt32BE(20_000, 20);
    const answers = [
      await putImage(one, conversationId, 'a-script-as-an-image', script),
      await putImage(one, conversationId, 'a-script-by-its-name', script, 'image/svg+xml'),
      await putImage(one, conversationId, 'a-decompression-bomb', huge),
      await putImage(one, conversationId, 'a-file-of-many-bytes', png(10 * 1024 * 1024)),
      await putImage(other, conversationId, 'an-image-of-a-stranger', png()),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [415, 415, 413, 413, 404],
    );
  });

  test('a scheduled message is sent at its time, once, and its author’s windows are told', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const [one, two] = [await stage().browser(alice), await stage().browser(bob)];
    const elsewhere = await stage().browser(alice);
    const conversationId = await one.conversationWith(bob.userId);
    const sendAt = Date.now() + 1_500;
    const later = { conversationId, text: 'good morning', clientId: 'later-1', sendAt };
    const { scheduleId } = await one.command('im.schedule', later);
    const { scheduled } = await elsewhere.command('im.scheduled', {});
    assert.deepEqual(
      scheduled.map(({ text }) => text),
      ['good morning'],
    );
    const heard = await two.hears('good morning');
    assert.ok(heard.sentAt >= sendAt, 'not before its time');
    await elsewhere.until('that it was sent', () =>
      elsewhere.frames.entries.some(
        (frame) =>
          frame.type === 'event' &&
          frame.data.type === 'scheduled' &&
          frame.data.scheduleId === scheduleId &&
          frame.data.scheduled === null,
      ),
    );
    assert.equal((await one.history(conversationId)).length, 1);
    await assert.rejects(one.command('im.unschedule', { scheduleId }), /IM_NO_SUCH_SCHEDULE/);

    const kept = await one.command('im.schedule', {
      ...later,
      clientId: 'later-2',
      sendAt: Date.now() + 3_600_000,
    });
    await one.command('im.reschedule', { scheduleId: kept.scheduleId, sendAt: kept.sendAt, text: 'changed' });
    assert.equal((await one.command('im.sendScheduled', { scheduleId: kept.scheduleId })).text, 'changed');
    await two.hears('changed');
  });
});

onEveryTopology(
  (stage) => {
    test('a server that keeps nothing says so in words: no edits, no reactions, no images, nothing later', async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const one = await stage().browser(alice);
      const conversationId = await one.conversationWith(bob.userId);
      const which = { conversationId, seq: 1 };
      const later = { conversationId, text: 'x', clientId: 'x', sendAt: Date.now() + 60_000 };
      for (const refused of [
        () => one.command('im.edit', { ...which, text: 'x' }),
        () => one.command('im.delete', which),
        () => one.command('im.react', { ...which, emoji: '👍', on: true }),
        () => one.command('im.schedule', later),
      ])
        await assert.rejects(refused, /IM_NOTHING_KEPT: This server keeps no messages/);
      assert.equal((await putImage(one, conversationId, 'an-image-for-nothing', png())).status, 409);
      assert.equal(one.snapshot?.editableForMs, undefined);
    });
  },
  { settings: { messages: { keep: 'never' } } },
);

test('scheduled messages survive the kill of their server, and each is there once', async () => {
  await using stage = await standardEdition();
  const [member] = stage.members;
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const one = await stage.browser(alice);
  const conversationId = await one.conversationWith(bob.userId);
  const texts = Array.from({ length: 40 }, (_, index) => `later ${index}`);
  // Due while the server is killed, in the middle of the sending or just before it.
  const sendAt = Date.now() + 2_500;
  for (const text of texts)
    await one.command('im.schedule', { conversationId, text, clientId: text, sendAt });
  await one.hears(texts[3]!);
  await member!.kill();
  await member!.start();
  const back = await stage.browser(alice);
  // What the killed process had claimed waits until its claim has run out.
  const first = await back.command('im.scheduled', {});
  await back.until(
    'that all were sent',
    () => {
      const gone = back.frames.entries.flatMap((frame) =>
        frame.type === 'event' && frame.data.type === 'scheduled' && frame.data.scheduled === null
          ? [frame.data.scheduleId]
          : [],
      );
      return first.scheduled.every(({ scheduleId }) => gone.includes(scheduleId));
    },
    60_000,
  );
  assert.deepEqual((await back.history(conversationId)).map(({ text }) => text).toSorted(), texts.toSorted());
});
