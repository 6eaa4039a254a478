import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { configJsonSchema, defaultConfig, type Machine } from './config.ts';
import { type ConfigSources, loadConfig } from './config-load.ts';
import { nearest } from './nearest.ts';

const machine: Machine = { hostName: 'uc1', homeDirectory: '/home/alice', isRoot: false, environment: {} };

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'parley-config-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

async function load(t: TestContext, yaml: string | undefined, sources: ConfigSources = {}) {
  const workingDirectory = await folder(t);
  if (yaml !== undefined) await writeFile(join(workingDirectory, 'parley.yaml'), yaml);
  const result = await loadConfig({ machine, environment: {}, workingDirectory, ...sources });
  return { workingDirectory, result };
}

async function problemsOf(t: TestContext, yaml: string | undefined, sources: ConfigSources = {}) {
  const { result } = await load(t, yaml, sources);
  assert.equal(result.ok, false);
  return result.ok ? [] : result.problems;
}

test('nothing has to be configured', async (t) => {
  const { result } = await load(t, undefined);
  assert.ok(result.ok);
  assert.deepEqual(result.config, defaultConfig(machine));
  assert.equal(result.config.data, '/home/alice/.local/share/parley');
  assert.equal(defaultConfig({ ...machine, isRoot: true }).data, '/var/lib/parley');
  assert.equal(defaultConfig({ ...machine, hostName: 'not a name' }).hostName, 'localhost');
});

test('the command line beats variables, variables beat the file, the file beats the defaults', async (t) => {
  const yaml = 'domain: file.example\nhostName: file-host\nlimits: { drainS: 3 }\ndata: from-file\n';
  const { result, workingDirectory } = await load(t, yaml, {
    environment: { PARLEY_HOST_NAME: 'env-host', PARLEY_DATA: 'from-env', PARLEY_ROLES: 'director, edge' },
    options: { data: 'from-option' },
  });
  assert.ok(result.ok);
  assert.equal(result.config.domain, 'file.example');
  assert.equal(result.config.hostName, 'env-host');
  assert.equal(result.config.data, join(workingDirectory, 'from-option'));
  assert.deepEqual(result.config.roles, ['director', 'edge']);
  assert.equal(result.config.limits.drainS, 3);
  assert.equal(result.config.log.level, 'info');
  assert.equal(result.file, join(workingDirectory, 'parley.yaml'));
});

test('parley.yaml is found in the data directory when the working directory has none', async (t) => {
  const data = await folder(t);
  await writeFile(join(data, 'parley.yaml'), 'domain: data.example\n');
  const { result } = await load(t, undefined, { options: { data } });
  assert.ok(result.ok);
  assert.equal(result.config.domain, 'data.example');
});

test('a path in a file is relative to that file', async (t) => {
  const { result, workingDirectory } = await load(t, 'tls: { cert: tls/chain.pem, key: /etc/key.pem }\n');
  assert.ok(result.ok);
  assert.deepEqual(result.config.tls, { cert: join(workingDirectory, 'tls/chain.pem'), key: '/etc/key.pem' });
});

test('a listener is switched off by "off" or by its port, in the file or by a variable', async (t) => {
  const yaml = 'listen:\n  http: off\n  sip: { port: off }\n  sips: false\n  https:\n    port: 9443\n';
  const { result } = await load(t, yaml, {
    environment: { PARLEY_LISTEN_ADMIN: 'off', PARLEY_LISTEN_HTTPS_ADDRESS: '::' },
  });
  assert.ok(result.ok);
  const { http, https, sip, sips, admin } = result.config.listen;
  assert.deepEqual([http.port, sip.port, sips.port, admin.port], [null, null, null, null]);
  assert.deepEqual(https, { address: '::', port: 9443 });
});

test('an unknown key is refused with its line and the nearest known key', async (t) => {
  const problems = await problemsOf(
    t,
    '# ours\ndomian: example.com\nlisten:\n  http:\n    prot: 80\n  zebra: 1\n',
  );
  assert.deepEqual(
    problems.map(({ code, path, line, remedy }) => ({ code, path, line, remedy })),
    [
      { code: 'CONFIG_UNKNOWN_KEY', path: 'domian', line: 2, remedy: 'Did you mean "domain"?' },
      { code: 'CONFIG_UNKNOWN_KEY', path: 'listen.http.prot', line: 5, remedy: 'Did you mean "port"?' },
      {
        code: 'CONFIG_UNKNOWN_KEY',
        path: 'listen.zebra',
        line: 6,
        remedy: 'Known here: http, https, sip, sips, turn, turns, admin.',
      },
    ],
  );
});

test('a key named like an inherited property is unknown too', async (t) => {
  const [problem] = await problemsOf(t, 'constructor: 1\n');
  assert.equal(problem?.code, 'CONFIG_UNKNOWN_KEY');
});

test('bad YAML is refused with line and column', async (t) => {
  const [problem] = await problemsOf(t, 'domain: example.com\nlisten:\n  http: { port: 80\n');
  assert.equal(problem?.code, 'CONFIG_BAD_YAML');
  assert.equal(problem?.line, 4);
  const [duplicate] = await problemsOf(t, 'domain: a.example\ndomain: b.example\n');
  assert.deepEqual([duplicate?.code, duplicate?.line], ['CONFIG_DUPLICATE_KEY', 2]);
});

test('a value of the wrong kind names its path, what it is and what would be right', async (t) => {
  const problems = await problemsOf(
    t,
    'domain: "not a domain"\nlisten: { sip: { port: 70000 }, http: 8080 }\nlog: { level: loud }\nroles: standard-edition\nstore: mysql://u:secret@db/x\n',
  );
  assert.ok(problems.every(({ code }) => code === 'CONFIG_BAD_VALUE'));
  const byPath = new Map(problems.map((problem) => [problem.path, problem]));
  assert.equal(byPath.get('domain')?.remedy, 'Give a domain such as example.com.');
  assert.equal(byPath.get('listen.sip.port')?.remedy, 'Give a whole number from 0 to 65535 or off.');
  assert.equal(byPath.get('listen.sip.port')?.sentence, 'listen.sip.port is 70000, which cannot be used.');
  assert.equal(byPath.get('listen.http')?.remedy, 'Give a section with address and port, or off.');
  assert.equal(byPath.get('log.level')?.remedy, 'Give debug or info or warn or error or silent.');
  assert.equal(byPath.get('roles')?.line, 4);
  assert.doesNotMatch(byPath.get('store')?.sentence ?? '', /secret/);
});

test('a mistyped variable is refused, one that nobody mistyped is only mentioned', async (t) => {
  const [problem] = await problemsOf(t, undefined, { environment: { PARLEY_DOMIAN: 'a.example' } });
  assert.equal(problem?.remedy, 'Did you mean PARLEY_DOMAIN?');
  const { result } = await load(t, undefined, { environment: { PARLEY_PORT_8080_TCP_ADDR: '10.0.0.1' } });
  assert.ok(result.ok);
  assert.equal(result.warnings[0]?.path, 'PARLEY_PORT_8080_TCP_ADDR');
});

test('a bad variable is named in the problem', async (t) => {
  const [problem] = await problemsOf(t, undefined, { environment: { PARLEY_LISTEN_HTTP_PORT: 'eighty' } });
  assert.deepEqual([problem?.source, problem?.path], ['PARLEY_LISTEN_HTTP_PORT', 'listen.http.port']);
});

test('a certificate without its key is refused', async (t) => {
  const [problem] = await problemsOf(t, 'tls: { cert: chain.pem }\n');
  assert.deepEqual([problem?.code, problem?.path], ['CONFIG_TLS_INCOMPLETE', 'tls.key']);
});

test('a named file must exist and be readable', async (t) => {
  const [missing] = await problemsOf(t, undefined, { file: 'nowhere.yaml' });
  assert.equal(missing?.code, 'CONFIG_NO_FILE');
  const directory = await folder(t);
  await mkdir(join(directory, 'a-directory'));
  const [unreadable] = await problemsOf(t, undefined, { file: join(directory, 'a-directory') });
  assert.equal(unreadable?.code, 'CONFIG_UNREADABLE');
});

test('an empty file and empty sections change nothing', async (t) => {
  for (const yaml of ['', '# nothing\n', 'listen:\n', 'listen:\n  # all defaults\nlog:\n']) {
    const { result } = await load(t, yaml);
    assert.ok(result.ok, yaml);
    assert.deepEqual(result.config, defaultConfig(machine));
  }
});

test('an alias bomb is refused', async (t) => {
  const bomb =
    'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n';
  const problems = await problemsOf(t, bomb);
  assert.ok(problems.length > 0);
});

test('the published schema allows what the loader allows', () => {
  const schema = JSON.parse(JSON.stringify(configJsonSchema()));
  assert.equal(schema.required, undefined);
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(schema.properties.listen.properties.http.anyOf[1], { enum: ['off', false, null] });
  assert.equal(schema.properties.listen.properties.http.anyOf[0].properties.port.default, 8080);
  assert.equal(schema.properties.hostName.default, undefined);
  assert.doesNotMatch(JSON.stringify(schema), /x-(off|path|expected)/);
});

test('the nearest word is found through swaps, and a far one is not offered', () => {
  assert.equal(nearest('hsotName', ['hostName', 'domain']), 'hostName');
  assert.equal(nearest('zebra', ['http', 'https', 'sip']), undefined);
});
