import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Command } from 'commander';
import type { Run } from './command.ts';
import { addLicenceCommands } from './licence.ts';
import { jsonHere, runHere } from './run-testing.ts';
import { runParley, temporaryFolder } from './spawn-testing.ts';

const CASES = join(import.meta.dirname, '..', '..', 'spec', 'licensing', 'cases.json');

const json = (args: readonly string[]) => jsonHere(['licence', ...args]);

async function folderWith(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return { at: (name: string) => join(folder, name) };
}

test('a case file passes with 0, and a failing case has a line of its own and ends with 1', async (t) => {
  const good = await json(['cases', CASES, '--only', 'ACC']);
  assert.deepEqual([good.exit, good.failed, good.passed > 20], [0, 0, true]);

  const wrong = { id: 'X-1', op: 'packs', given: { need: 1, prices: { 1: 5 } }, expect: { cost: 6 } };
  const nothing = { id: 'X-2', op: 'nonsense', given: {}, expect: {} };
  const files = await folderWith(t, {
    'cases.json': JSON.stringify({ cases: [wrong, nothing] }),
    'bad.json': '{"cases":[{"id":1}]}',
  });
  const failed = await runHere(['licence', 'cases', files.at('cases.json')]);
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /^FAIL X-1 \(printed\): cost should be 6, is 5$/m);
  assert.match(failed.stdout, /^FAIL X-2 \(printed\): there is no operation nonsense$/m);
  assert.match(failed.stdout, /^2 of 2 runs fail\.$/m);
  const bad = await json(['cases', files.at('bad.json')]);
  assert.deepEqual([bad.exit, bad.code], [3, 'LICENCE_BAD_CASES']);
});

test('a decision says yes with 0 and no with 1, with the rules that it rests on', async () => {
  const yes = await json(['check', '--feature', 'im', '--holds', 'parley-standard-cal']);
  assert.deepEqual([yes.exit, yes.result.allowed, yes.result.coveredBy], [0, true, 'user']);
  const alone = await runHere([
    ...['licence', 'check', '--feature', 'delegation', '--holds', 'parley-enterprise-cal', '--explain'],
  ]);
  assert.equal(alone.code, 1);
  assert.match(alone.stdout, /^Not allowed/);
  assert.match(alone.stdout, /A10: The Standard CAL is a prerequisite/);
  const all = await json(['check', '--holds', 'ecal-suite', '--server', 'ocs2007r2']);
  assert.deepEqual([all.result.allowedCount, all.result.deniedCount], [19, 0]);
  const outsider = ['--actor', 'external', '--auth', 'none', '--scenario', 'attend-conference'];
  const free = await json(['check', '--feature', 'web-conferencing', ...outsider]);
  assert.deepEqual([free.exit, free.result.calRequired], [0, false]);
});

test('the profile is chosen, and a doubtful answer says so', async () => {
  const held = ['--hold', 'ocs2007-enterprise-cal=40', '--sa', '2007-10-01..2010-09-30'];
  const printed = await json(['transition', ...held]);
  assert.deepEqual(printed.result.entitled, { 'ocs2007r2-standard-cal': 40 });
  const corrected = await json(['transition', ...held, '--profile', 'corrected']);
  assert.deepEqual(corrected.result.entitled, { 'ocs2007r2-enterprise-cal': 40 });
  assert.match((await runHere(['licence', 'transition', ...held])).stdout, /doubtful here/);
});

test('packs, quotes, topologies and true-ups are answered from options or from a file', async (t) => {
  const prices = ['1=4000', '5=19000', '10=36000', '50=165000'];
  const packs = await json(['packs', '--need', '63', ...prices.flatMap((each) => ['--price', each])]);
  assert.deepEqual([packs.result.cost, packs.result.packs], [213_000, { 1: 3, 10: 1, 50: 1 }]);

  const files = await folderWith(t, {
    'offer.json': JSON.stringify({
      lines: [{ product: 'ws2008r2-standard', quantity: 1 }],
      calPrices: { 1: 4000 },
    }),
  });
  const quote = await json(['quote', files.at('offer.json'), '--users', '23']);
  assert.deepEqual([quote.exit, quote.result.calsToBuy], [0, 18]);
  const servers = await json([
    ...[
      'servers',
      '--edition',
      'enterprise',
      '--ose',
      'a=front-end',
      '--ose',
      'b=edge,mediation',
      '--ose',
      'c=archiving',
    ],
  ]);
  assert.equal(servers.result.licences, 2);
  const figures = ['--owned', '100', '--peak', '100,120,111', '--unit-price', '10000'];
  assert.equal((await json(['true-up', ...figures])).result.cost, 200_000);
  // Standard input is that of a process.
  const ran = await runParley(['licence', 'evaluate', 'suite', '-', '--json'], { input: '{"suite":"ecal"}' });
  assert.equal(JSON.parse(ran.stdout).result.includesServerLicence, false);
});

test('the cheapest mix of a file of pairs is found, and a bad row stops it with its line', async (t) => {
  const files = await folderWith(t, {
    'pairs.csv': '\uFEFFuser;device\r\n"Smith, J";d1\r\nu2;d1\r\nu3;d1\r\n;lobby\r\n',
    'joint.csv': 'user,device,level\nu1,d1,standard\nu1,d2,enterprise\nu2,d2,enterprise\nu3,d2,standard\n',
    'bad.csv': 'user,device\nu1,d1\n,\nu2,"d\n',
  });
  const single = ['--user-price', '100', '--device-price', '100'];
  const mix = await json(['optimise', '--edges', files.at('pairs.csv'), ...single]);
  assert.deepEqual([mix.exit, mix.result.cost, mix.result.counts.device], [0, 200, 2]);
  const enterprise = ['--user-enterprise-price', '60', '--device-enterprise-price', '60'];
  const joint = await json([
    ...[
      'optimise',
      '--edges',
      files.at('joint.csv'),
      '--user-price',
      '30',
      '--device-price',
      '30',
      ...enterprise,
    ],
  ]);
  assert.deepEqual([joint.result.cost, joint.result.optimal], [120, true]);
  const bad = await json(['optimise', '--edges', files.at('bad.csv'), ...single]);
  assert.deepEqual([bad.exit, bad.code], [3, 'CLI_BAD_ROWS']);
  assert.equal(bad.rejected.at(-1).line, 4);
});

test('what Software Assurance and older licences give, and what a change does, is answered', async (t) => {
  const term = '2006-01-01..2009-12-31';
  const terms = ['--lcs-cal', term, '--lcs-server', term, '--ocs-cal', '2008-09-01..2009-12-31'];
  assert.equal((await json(['grandfather', ...terms])).result.right, true);
  assert.deepEqual((await json(['grandfather', '--lcs-cal', term])).result.right, false);
  const releases = ['--release', '2007R2=2009-02-01', '--release', '2010=2010-12-01'];
  const rights = await json(['version-rights', '2007', '--sa', '2007-10-01..2010-09-30', ...releases]);
  assert.equal(rights.result.maxVersion, '2007R2');
  const into = async (on: string) =>
    (await json(['renew-sa', 'ocs2007-standard-cal', '--as-of', on])).result.renewsInto;
  assert.deepEqual(
    [await into('2008-06-30'), await into('2009-06-30')],
    ['ocs2007-standard-cal', 'ocs2007r2-standard-cal'],
  );
  const step = ['step-up', 'ocs2007r2-standard-server', 'ocs2007r2-enterprise-server'];
  assert.deepEqual([(await json(step)).exit, (await json([...step, '--sa'])).exit], [1, 0]);
  const client = ['client', 'communicator2007r2', '--holds'];
  const held = async (sku: string) => (await json([...client, sku])).exit;
  const change = { identities: { voice: 8 } };
  const estate = { identities: { imOnly: 10, voice: 5 }, held: { 'ocs2007r2-standard-cal': 15 }, prices: {} };
  const files = await folderWith(t, { 'change.json': JSON.stringify({ ...estate, change }) });
  assert.equal((await json(['simulate', files.at('change.json')])).result.changes[0].required, 3);
  assert.deepEqual([await held('office-pro-plus-2007'), await held('office-standard-2007')], [0, 1]);
});

test('every command of `parley licence` explains itself with examples and answers in JSON', () => {
  const program = new Command('parley');
  addLicenceCommands(program, (() => async () => undefined) as Run);
  const leaves = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  const all = leaves(program);
  assert.ok(all.length > 60, `${all.length} commands`);
  for (const command of all) {
    const texts: string[] = [];
    command.configureOutput({ writeOut: (text) => void texts.push(text) }).outputHelp();
    const help = texts.join('');
    const names: string[] = [];
    for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
    assert.match(help, new RegExp(`Examples:\\n.*${names.join(' ')}`), names.join(' '));
    assert.match(help, /--json/, names.join(' '));
    assert.ok(command.description().length > 10, names.join(' '));
  }
});

test('bad usage ends with 2, what the rules cannot work with ends with 3 and its code', async () => {
  for (const args of [
    ['packs', '--need', '-1', '--price', '1=4000'],
    ['packs', '--need', '1', '--price', '1=0.5'],
    ['transition', '--hold', 'ocs2007-standard-cal=1', '--sa', '2009-02-30..2010-01-01'],
    ['check', '--feature', 'im', '--server', 'nonsense'],
    ['check', '--feature', 'im', '--profile', 'other'],
    ['quote'],
    ['remote-desktop'],
  ]) {
    assert.equal((await json(args)).exit, 2, args.join(' '));
  }
  const unknown = await json(['transition', '--hold', 'nonsense=4']);
  assert.deepEqual([unknown.exit, unknown.code], [3, 'LICENCE_UNKNOWN_SKU']);
  assert.equal((await json(['check', '--feature', 'nonsense'])).code, 'LICENCE_UNKNOWN_FEATURE');
  assert.equal((await json(['evaluate', 'nonsense', CASES])).code, 'CLI_NO_SUCH_OPERATION');
  assert.equal((await json(['rules', 'Z99'])).code, 'CLI_NO_SUCH_RULE');
});

test('every rule has its statement and source, and the catalogue names its version', async () => {
  const rule = await json(['rules', 'a10']);
  assert.match(rule.rule.statement, /prerequisite/);
  assert.ok(rule.rule.source.document !== '' && rule.rule.source.heading !== '');
  assert.equal((await json(['rules', 'D4'])).discrepancy.corrected, 'ocs2007r2-enterprise-cal');
  const found = await json(['catalogue', 'parley']);
  assert.ok(found.skus.some(({ id }: { id: string }) => id === 'parley-enterprise-cal'));
  assert.match(found.catalogueHash, /^[0-9a-f]{64}$/);
});

test('a licence file is issued, verified, renewed and revoked offline; a forged one is refused', async (t) => {
  const files = await folderWith(t, {});
  const key = files.at('key.pem');
  const made = await json(['file', 'keygen', 'our-key', '--out', key]);
  assert.equal((await json(['file', 'keygen', 'our-key', '--out', key])).code, 'CLI_NOT_WRITTEN');
  const pin = ['--pin', `our-key=${made.publicKey}`];
  const term = ['--from', '2026-01-01', '--to', '2027-01-01'];
  const names = ['--issuer', 'Example IT', '--customer', 'Sales', '--id', 'sales'];
  const file = files.at('sales.licence');
  const signing = ['file', 'sign', '--key', key, ...names, ...term, '--grant', 'parley-standard-cal:user=20'];
  const signed = await json([...signing, '--out', file]);
  assert.equal(signed.exit, 0);

  const on = async (path: string, day: string, more: readonly string[] = []) => {
    const { exit, state } = await json(['file', 'verify', path, ...pin, '--as-of', day, ...more]);
    return [exit, state];
  };
  assert.deepEqual(await on(file, '2026-06-01'), [0, 'active']);
  assert.deepEqual(await on(file, '2027-01-20'), [0, 'grace']);
  assert.deepEqual(await on(file, '2027-06-01'), [1, 'expired']);

  const renewed = files.at('renewed.licence');
  await json(['file', 'renew', file, '--key', key, '--to', '2028-01-01', '--out', renewed]);
  assert.deepEqual(await on(renewed, '2027-06-01'), [0, 'active']);
  const list = files.at('revoked.txt');
  await json(['file', 'revoke', 'sales', '--key', key, '--issuer', 'Example IT', '--out', list]);
  assert.deepEqual(await on(renewed, '2099-01-01', ['--revocations', list]), [1, 'revoked']);

  const enc = Buffer.from(signed.file.replace(/-----.*-----|\s/g, ''), 'base64').toString();
  const forged = { ...JSON.parse(enc), enc: Buffer.from('{"v":1}').toString('base64') };
  await writeFile(files.at('forged'), JSON.stringify(forged));
  const refused = await json(['file', 'verify', files.at('forged'), ...pin]);
  assert.deepEqual([refused.exit, refused.code], [3, 'LICENCE_BAD_SIGNATURE']);
});
