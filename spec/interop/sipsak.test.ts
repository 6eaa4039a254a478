// sipsak, the administrator's tool: pings, signs a person in and out, writes, floods and sends damaged requests.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sipsak, sipsakMissing } from '../cast/sipsak.ts';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';

const skip = sipsakMissing;

/** sipsak drops the last digit of a port in an address, so the port is given apart from it. */
function at(stage: Stage, user: string, transport: 'udp' | 'tcp' = 'udp'): string[] {
  const { port } = stage.frontEnds.at(-1)!.sip(transport);
  return ['-s', `sip:${user}localhost`, '-r', String(port), '--transport', transport];
}

function as(stage: Stage, person: Person, password = person.devicePassword): string[] {
  const user = localPart(person);
  return [...at(stage, `${user}@`), '-u', user, '-a', password];
}

function localPart({ address }: Person): string {
  return address.split('@')[0] ?? '';
}

async function pings(stage: Stage, transport: 'udp' | 'tcp' = 'udp'): Promise<void> {
  const { code, text } = await sipsak('-v', ...at(stage, '', transport));
  assert.equal(code, 0, text);
  assert.match(text, /SIP\/2\.0 200 OK/);
}

onEveryTopology((stage) => {
  test('OPTIONS: the server answers over UDP and TCP, and monitoring is told that it is well', {
    skip,
  }, async () => {
    await pings(stage(), 'udp');
    await pings(stage(), 'tcp');
    const monitored = await sipsak('--nagios-code', '--hostname', '127.0.0.1', ...at(stage(), ''));
    assert.deepEqual(monitored, { code: 0, text: 'SIP ok' });
  });

  test('usrloc: sipsak signs a person in, asks for the contact and signs out', { skip }, async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    await browser.command('contact.put', { contactIds: [bob.userId], change: {} });
    const contact = `sip:${localPart(bob)}@127.0.0.1:5999`;
    const done = /All usrloc tests completed successful/;
    const added = await sipsak('-v', '-U', '-C', contact, '-x', '60', ...as(stage(), bob));
    assert.equal(added.code, 0, added.text);
    assert.match(added.text, done);
    await browser.sees(bob.userId, 'available');

    const asked = await sipsak('-vvv', '-U', '-C', 'empty', ...as(stage(), bob));
    assert.match(asked.text, new RegExp(`Contact: <${contact}>;expires=\\d+`));

    const removed = await sipsak('-v', '-U', '-C', '*', '-x', '0', ...as(stage(), bob));
    assert.match(removed.text, done);
    await browser.sees(bob.userId, 'offline');
  });

  test('usrloc with a wrong password fails', { skip }, async () => {
    const bob = await stage().hire('Bob');
    const refused = await sipsak('-v', '-U', '-x', '60', ...as(stage(), bob, 'not the password'));
    assert.notEqual(refused.code, 0);
    assert.match(refused.text, /authorization failed/);
  });

  // Debian's sipsak 0.9.8 ends with a memory fault in its own message mode, so the request comes from a file.
  test('shoot: a message that sipsak reads from a file arrives', { skip }, async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    const folder = await mkdtemp(join(tmpdir(), 'parley-sipsak-'));
    try {
      const file = join(folder, 'message.sip');
      await writeFile(file, messageOf(bob, alice, 'Hello from sipsak'));
      const { code, text } = await sipsak('-vv', '-f', file, '-L', ...as(stage(), bob));
      assert.equal(code, 0, text);
      assert.match(text, /SIP\/2\.0 202 Accepted/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await browser.hears('Hello from sipsak');
  });

  test('flood and damaged requests harm nobody else', { skip }, async () => {
    const bob = await stage().hire('Bob');
    const phone = stage().phone(bob);
    const flood = sipsak('-F', '-e', '400', ...at(stage(), ''));
    const damaged = Array.from({ length: 8 }, (_, index) =>
      sipsak('-R', '-t', String(10 + 5 * index), '--timer-t1=20', ...at(stage(), '')),
    );
    assert.equal((await (await phone).register()).status, 200);
    assert.equal((await flood).code, 0);
    await Promise.all(damaged);
    await pings(stage());
  });
});

function messageOf(from: Person, to: Person, text: string): string {
  return [
    `MESSAGE sip:${to.address} SIP/2.0`,
    `From: <sip:${from.address}>;tag=1`,
    `To: <sip:${to.address}>`,
    `Call-ID: ${localPart(from)}`,
    'CSeq: 1 MESSAGE',
    'Max-Forwards: 70',
    'User-Agent: sipsak 0.9.8',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n');
}
