import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULTS } from '../policy/contract.ts';
import type { Binding } from '../registrar/contract.ts';
import type { Message } from './contract.ts';
import { createConversations } from './conversations.ts';
import { createPassing, type Passing } from './passing.ts';
import type { WireOutcome } from './phone-lines.ts';
import { everybodyIsThere, type PostOffice, postOffice } from './testing.ts';

const DESK = { bindingId: 'desk' } as Binding;

interface Told {
  readonly message: Message;
  readonly to: readonly string[];
}

/** Bob has the phones; windows answer through `hears`. */
function passingAt(
  { own, clock }: PostOffice,
  {
    phone,
    hears = () => {},
  }: {
    readonly phone?: () => Promise<WireOutcome>;
    readonly hears?: (passing: Passing, told: Told) => void;
  },
) {
  const conversations = createConversations(own, clock, false);
  const told: Told[] = [];
  const passing = createPassing({
    linkPolicyOf: () => DEFAULTS,
    clock,
    gate: { check: () => ({ allowed: true, coveredBy: null }) },
    reach: everybodyIsThere,
    conversations,
    bindingsOf: (userId) => (userId === 'bob' && phone !== undefined ? [DESK] : []),
    send: async () => (phone === undefined ? 'failed' : await phone()),
    tell: async (message, _participantIds, to) => {
      told.push({ message, to });
      hears(passing, { message, to });
    },
  });
  async function send(text: string, clientId = text) {
    const { conversationId } = await conversations.open('alice', ['bob']);
    return passing.send({ senderId: 'alice', conversationId, text, clientId });
  }
  return { told, send, conversations, passing };
}

async function rowsOf({ own }: PostOffice): Promise<number> {
  const kept = await Promise.all([
    own.db.selectFrom('messages').select('seq').execute(),
    own.db.selectFrom('conversations').select('last_seq').execute(),
    own.db.selectFrom('participants').select('place').execute(),
    own.db.selectFrom('deliveries').select('until').execute(),
  ]);
  return kept.flat().length;
}

test('a message that a phone takes is told to every window and answered, and no row is written', async () => {
  await using office = await postOffice();
  const { send, told } = passingAt(office, { phone: async () => 'delivered' });
  const sent = await send('hello');
  assert.deepEqual(sent.ok && [sent.value.text, sent.value.seq], ['hello', 0]);
  assert.deepEqual(
    told.map(({ to }) => [...to].sort()),
    [['alice', 'bob']],
  );
  assert.equal(await rowsOf(office), 0);
});

test('a message that only a window takes is answered, and shown to its sender after that', async () => {
  await using office = await postOffice();
  const { send, told } = passingAt(office, {
    hears: (passing, { message, to }) => {
      if (to.includes('bob')) passing.taken(message.messageId);
    },
  });
  assert.ok((await send('hello')).ok);
  assert.deepEqual(
    told.map(({ to }) => to),
    [['bob'], ['alice']],
  );
  assert.equal(await rowsOf(office), 0);
});

test('where nobody is there the sender hears so and sees nothing as said; it may be sent again', async () => {
  await using office = await postOffice();
  const { send, told } = passingAt(office, { phone: async () => 'refused' });
  const sending = send('hello');
  while (told.length === 0) await new Promise(setImmediate);
  office.clock.advance(1_000);
  const sent = await sending;
  assert.equal(sent.ok ? 'ok' : sent.fault.code, 'IM_NOBODY_THERE');
  assert.deepEqual(
    told.map(({ to }) => to),
    [['bob']],
  );
  assert.equal(await rowsOf(office), 0);
});

test('a message that is repeated with its client id goes out once', async () => {
  await using office = await postOffice();
  let taken = 0;
  const { send } = passingAt(office, {
    phone: async () => {
      taken += 1;
      return 'delivered';
    },
  });
  assert.deepEqual(await send('hello', 'c1'), await send('hello', 'c1'));
  assert.equal(taken, 1);
});

test('another node learns of a conversation from its people, and from nobody else', async () => {
  await using office = await postOffice();
  const here = passingAt(office, { phone: async () => 'delivered' });
  const { conversationId } = await here.conversations.open('alice', ['bob']);
  const there = passingAt(office, { phone: async () => 'delivered' });
  const say = async (senderId: string, participantIds: readonly string[]) => {
    there.conversations.learn(conversationId, participantIds);
    const sent = await there.passing.send({ senderId, conversationId, text: 'hi', clientId: senderId });
    return sent.ok ? 'sent' : sent.fault.code;
  };
  assert.equal(await say('eve', ['alice', 'bob', 'eve']), 'IM_NO_SUCH_CONVERSATION');
  assert.equal(await say('eve', ['alice', 'bob']), 'IM_NO_SUCH_CONVERSATION');
  assert.equal(await say('alice', ['bob', 'alice']), 'sent');
});
