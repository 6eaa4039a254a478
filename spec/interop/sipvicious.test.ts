// sipvicious, the attackers' tool, gets nothing useful, as it comes and under another name; others meanwhile register and write.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Attack, attack, sipviciousMissing } from '../cast/sipvicious.ts';
import { DOMAIN, onEveryTopology, type Person, type Stage } from '../cast/stage.ts';

const skip = sipviciousMissing;
/** The tool knows MD5 alone, so it has to pass for a phone of which this is known. */
const OLD_PHONE = 'baresip v1.0.0 (x86_64/linux)';
/** More than may be guessed at once. */
const GUESSES = 60;

function target(stage: Stage): string[] {
  return ['-p', String(stage.frontEnds[0]!.sip('udp').port), '127.0.0.1'];
}

function localPart({ address }: Person): string {
  return address.split('@')[0] ?? '';
}

/** Runs a tool that reads its words from a file. */
async function withWords(words: readonly string[], use: (file: string) => Attack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-words-'));
  try {
    const file = join(folder, 'words');
    await writeFile(file, `${words.join('\n')}\n`);
    return (await attack(use(file))).text;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is in an answer by chance or because it was in the request. */
function withoutChance(text: string, name: string): string {
  return text
    .replaceAll(name, 'NAME')
    .replace(/(branch=z9hG4bK-|tag=|Call-ID: |nonce=")[^;\\"]+/g, '$1')
    .replace(/127\.0\.0\.66:\d+|rport=\d+/g, 'attacker');
}

onEveryTopology((stage) => {
  test('svmap finds no server; under another name it learns no product and no version', {
    skip,
  }, async () => {
    const [asItComes, renamed, nameless] = await Promise.all([
      attack({ tool: 'svmap', args: target(stage()) }),
      attack({ tool: 'svmap', args: target(stage()), userAgent: 'Phone/1.0' }),
      attack({ tool: 'svmap', args: ['--enablecompact', ...target(stage())] }),
    ]);
    assert.match(asItComes.text, /found nothing/);
    for (const { text } of [renamed, nameless]) {
      assert.match(text, /\| 127\.0\.0\.1:\d+ +\| unknown +\|/);
      assert.doesNotMatch(text, /parley/i);
    }
  });

  test('svwar cannot tell who is there: by REGISTER, OPTIONS or INVITE, as it comes or under another name', {
    skip,
  }, async () => {
    const bob = localPart(await stage().hire('Bob'));
    await using phone = await stage().phone(await stage().hire('Carol'));
    const scan = (name: string, method: string, userAgent?: string) =>
      withWords([name], (file) => ({
        tool: 'svwar',
        args: ['--force', '-m', method, '-d', file, '--domain', DOMAIN, ...target(stage())],
        ...(userAgent === undefined ? {} : { userAgent }),
      }));
    const nobody = 'nobody-there1';
    const asItComes = scan(bob, 'REGISTER');
    const methods = ['REGISTER', 'OPTIONS', 'INVITE'];
    const answers = methods.flatMap((method) =>
      [bob, nobody].map((name) => scan(name, method, OLD_PHONE).then((text) => withoutChance(text, name))),
    );
    assert.equal((await phone.register()).status, 200, 'others go on');
    const texts = await Promise.all(answers);
    methods.forEach((method, index) => {
      const [existing, missing] = texts.slice(2 * index);
      assert.match(existing ?? '', /SIP\/2\.0 40[17] /, `${method} is answered at all`);
      assert.equal(existing, missing, `${method}: who exists is answered as who does not`);
    });
    for (const text of [await asItComes, ...texts]) assert.match(text, /found nothing/);
  });

  test('svcrack is stopped before it comes to the right password; others register and write', {
    skip,
  }, async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    const guesses = Array.from({ length: GUESSES }, (_, index) => `guess-${index}`);
    const crack = (words: readonly string[], userAgent?: string) =>
      withWords(words, (file) => ({
        tool: 'svcrack',
        args: [
          '-v',
          '--maximumtime',
          '2',
          '-u',
          localPart(bob),
          '-d',
          file,
          '--domain',
          DOMAIN,
          ...target(stage()),
        ],
        ...(userAgent === undefined ? {} : { userAgent }),
      }));
    const right = [bob.devicePassword];
    assert.ok((await crack(right, OLD_PHONE)).includes(bob.devicePassword), 'the tool works');
    const [asItComes, renamed] = [crack(right), crack([...guesses, ...right], OLD_PHONE)];
    await using phone = await stage().phone(bob);
    assert.equal((await phone.say(alice.address, 'I am here')).status, 202);
    await browser.hears('I am here');
    for (const text of [await asItComes, await renamed]) {
      assert.match(text, /found nothing/);
      assert.ok(!text.includes(bob.devicePassword));
    }
    assert.equal((await phone.register()).status, 200, 'the owner is not locked out');
  });
});
