// What is left of a registration when the server is killed or stopped (docs/decisions/0011-refreshes-are-written-behind.md).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Phone } from '../cast/phone.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';

/** What the server says, where it listens now, is left of the one binding of the phone’s person. */
async function leftS(stage: Stage, { settings }: Phone): Promise<number> {
  await using asking = await Phone.on({ ...settings, server: stage.members[0]!.sip('udp') });
  const { address } = settings;
  const answer = await asking.request('REGISTER', `sip:${address.split('@')[1]}`, address, []);
  assert.equal(answer.status, 200);
  const contacts = answer.headers.getAll('Contact');
  assert.equal(contacts.length, 1);
  return Number(/;expires=(\d+)/.exec(contacts[0]!)?.[1]);
}

async function registeredPhone(stage: Stage): Promise<Phone> {
  const phone = await stage.phone(await stage.hire('Bob'), { transport: 'udp' });
  assert.equal((await phone.register(1000)).status, 200);
  return phone;
}

test('a phone that was told 200 is registered after a kill in the next moment', async () => {
  await using stage = await standardEdition();
  const [member] = stage.members;
  const phone = await stage.phone(await stage.hire('Bob'), { transport: 'udp' });
  await member!.kill();
  await member!.start();
  assert.ok((await leftS(stage, phone)) > 500, 'it registered for 600 seconds');
});

test('a refresh that a kill overtakes leaves the binding with the time that it had', async () => {
  await using stage = await standardEdition();
  const [member] = stage.members;
  const phone = await registeredPhone(stage);
  assert.equal((await phone.register(3000)).status, 200);
  await member!.kill();
  await member!.start();
  assert.ok((await leftS(stage, phone)) > 500);
});

test('an orderly stop keeps what the last refresh said', async () => {
  await using stage = await standardEdition();
  const [member] = stage.members;
  const phone = await registeredPhone(stage);
  assert.equal((await phone.register(3000)).status, 200);
  await member!.stop();
  await member!.start();
  assert.ok((await leftS(stage, phone)) > 2900);
});
