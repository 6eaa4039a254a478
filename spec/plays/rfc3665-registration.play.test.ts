// RFC 3665 §2 against Parley: how a phone registers, looks at what is registered, and leaves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contactExpiresS, parseContact, type SipResponse } from '@parley/protocol/sip';
import { SipPeople } from '../cast/sip-people.ts';
import { onEveryTopology } from '../cast/stage.ts';

/** The URIs that a 200 lists. */
function listed(response: SipResponse): string[] {
  assert.equal(response.status, 200);
  const contacts = parseContact(response.headers) ?? [];
  assert(Array.isArray(contacts));
  return contacts.map(({ uri }) => uri).toSorted();
}

onEveryTopology((stage) => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    test(`2.1: a new phone is challenged over ${transport} and registers`, async () => {
      await using people = new SipPeople(stage());
      const bob = await people.unregistered(await stage().hire('Bob'), { transport });
      const response = await bob.register(300);
      assert.deepEqual(listed(response), [bob.contact]);
      await bob.ladder.is(['→ REGISTER', '← 401 REGISTER', '→ REGISTER', '← 200 REGISTER']);
      const contacts = parseContact(response.headers);
      const [contact] = Array.isArray(contacts) ? contacts : [];
      assert.equal(contact && contactExpiresS(contact), 300);
      const [first, second] = bob.ladder.messages.filter(({ direction }) => direction === 'out');
      assert.equal(first?.message.headers.get('Call-ID'), second?.message.headers.get('Call-ID'));
      assert.equal(second?.message.headers.get('CSeq'), '2 REGISTER');
    });
  }

  test('2.2: a second contact is added to the list', async () => {
    await using people = new SipPeople(stage());
    const bob = await people.phoneOf('Bob');
    const other = 'sip:bob@127.0.0.1:5999';
    assert.deepEqual(
      listed(await bob.register(300, [`<${other}>;expires=300`])),
      [bob.contact, other].toSorted(),
    );
  });

  test('2.3: a REGISTER without Contact asks for the list and changes nothing', async () => {
    await using people = new SipPeople(stage());
    const bob = await people.phoneOf('Bob');
    assert.deepEqual(listed(await bob.register(0, [])), [bob.contact]);
    assert.deepEqual(listed(await bob.register(0, [])), [bob.contact]);
  });

  test('2.4: Contact: * with Expires: 0 takes all of it away', async () => {
    await using people = new SipPeople(stage());
    const bob = await people.phoneOf('Bob');
    assert.deepEqual(listed(await bob.register(0, ['*'], [['Expires', '0']])), []);
  });

  test('2.5: a wrong password is challenged again, and the phone does not try it twice', async () => {
    await using people = new SipPeople(stage());
    const person = await stage().hire('Bob');
    const bob = await people.unregistered({ ...person, devicePassword: 'not the password' });
    assert.equal((await bob.register()).status, 401);
    await bob.ladder.is(['→ REGISTER', '← 401 REGISTER', '→ REGISTER', '← 401 REGISTER']);
  });
});
