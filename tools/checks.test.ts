// Each checker fails on a bad example and passes a good one: a rule that cannot fail is none.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { command, errors, event } from '@parley/platform/contract';
import { Type } from 'typebox';
import { checkCitations } from './citations.ts';
import { checkConformance, conformanceMarkdown } from './conformance.ts';
import { contractReport } from './contracts.ts';
import { checkCycles } from './cycles.ts';
import { checkDependencies } from './dependencies.ts';
import { checkDocs } from './docs.ts';
import { checkLayers } from './layers.ts';
import { checkSizes } from './sizes.ts';
import type { Problem } from './source-tree.ts';
import { checkWords } from './words.ts';

const manifests = [
  ['protocol/package.json', '{"name":"@parley/protocol","exports":{"./sip":"./sip/index.ts"}}'],
  [
    'platform/package.json',
    '{"name":"@parley/platform","exports":{"./contract":"./bus/contract.ts","./store":"./store/index.ts","./store/testing":"./store/testing.ts","./web":"./web/index.ts"}}',
  ],
  [
    'services/package.json',
    '{"name":"@parley/services","exports":{"./*/contract":"./*/contract.ts","./*/service":"./*/service.ts","./licensing/rules/*":"./licensing/rules/*.ts"}}',
  ],
  ['clients/package.json', '{"name":"@parley/clients"}'],
  ['roles/package.json', '{"name":"@parley/roles"}'],
] as const;

function tree(...files: readonly (readonly [path: string, text: string])[]) {
  return [...manifests, ...files].map(([path, text]) => ({ path, text }));
}

function sentences(problems: readonly Problem[]): string {
  return problems.map(({ path, line, sentence }) => `${path}:${line ?? ''} ${sentence}`).join('\n');
}

/** Lines that begin like a statement, put together so that no checker takes this file for one. */
const imports = (specifier: string, names = '{ x }') => `${'imp'}ort ${names} from '${specifier}';\n`;
const rfc = (text: string) => `// ${'RF'}C ${text}\n`;

describe('layers', () => {
  const bad = [
    ['platform/a.ts', imports('@parley/services/im/contract'), /platform must not import services/],
    ['protocol/a.ts', imports('../platform/bus/bus.ts'), /by its package name/],
    ['protocol/a.ts', imports('@parley/platform/contract'), /protocol must not import platform/],
    ['protocol/a.ts', imports('node:crypto'), /protocol imports nothing but itself/],
    ['protocol/a.ts', imports('typebox'), /protocol imports nothing but itself/],
    ['protocol/a.ts', 'const now = Date.now();\n', /protocol code is pure.*Date\.now/],
    ['protocol/a.ts', 'setTimeout(() => {}, 1);\n', /protocol code is pure.*setTimeout/],
    ['protocol/a.ts', 'const x = Math.random();\n', /protocol code is pure.*Math\.random/],
    ['services/im/service.ts', imports('../identity/store.ts'), /services talk over the bus/],
    ['services/im/contract.ts', imports('@parley/platform/store'), /read by browsers too/],
    ['services/im/contract.ts', imports('./message.ts'), /read by browsers too/],
    ['services/im/view.ts', imports('node:crypto'), /read by browsers too/],
    ['services/im/service.ts', imports('kysely'), /only store\.ts sees SQL/],
    ['services/im/service.ts', imports('@parley/protocol/sip'), /only sip\.ts sees SIP/],
    ['services/im/message.ts', imports('@parley/platform/web'), /only http\.ts or socket\.ts sees HTTP/],
    ['services/im/service.ts', imports('@parley/platform/store/testing'), /only for tests/],
    ['clients/kit/a.ts', imports('@parley/services/im/service'), /only the contract, the view and the rules/],
    ['services/licensing/rules/a.ts', imports('node:crypto'), /rules are read by browsers too/],
    ['services/licensing/rules/a.ts', imports('csv-parse'), /rules are read by browsers too/],
    ['services/licensing/rules/a.ts', imports('../store.ts'), /rules are read by browsers too/],
    ['services/licensing/rules/a.ts', imports('../../im/contract.ts'), /rules are read by browsers too/],
    ['services/licensing/rules/a/b.ts', imports('@parley/platform/store'), /rules are read by browsers too/],
    ['services/licensing/rules/a.ts', 'const now = Date.now();\n', /a rule is pure.*Date\.now/],
    ['services/licensing/contract.ts', imports('./store.ts'), /read by browsers too/],
    ['services/licensing/view.ts', imports('../routing/rules/a.ts'), /read by browsers too/],
    ['services/im/service.ts', imports('../licensing/rules/access.ts'), /services talk over the bus/],
    ['protocol/a.ts', imports('@parley/services/licensing/rules/a'), /protocol must not import services/],
    ['clients/kit/a.ts', imports('@parley/platform/contract'), /clients must not import platform/],
    ['clients/kit/a.ts', imports('node:fs'), /a browser has no node:fs/],
    [
      'services/im/service.ts',
      `const x = await ${'imp'}ort('@parley/roles/index.ts');\n`,
      /services must not import roles/,
    ],
  ] as const;
  for (const [path, text, expected] of bad) {
    test(`${path} fails with ${text.trim()}`, () => {
      assert.match(sentences(checkLayers(tree([path, text]), {})), expected);
    });
  }

  test('what the plan of a service allows passes', () => {
    const files = tree(
      [
        'services/im/contract.ts',
        imports('typebox') + imports('@parley/platform/contract') + imports('../identity/contract.ts'),
      ],
      ['services/im/store.ts', imports('kysely')],
      ['services/im/store-groups.ts', imports('kysely')],
      ['services/im/sip.ts', imports('@parley/protocol/sip') + imports('../proxy/station.ts')],
      ['services/im/service.ts', imports('../identity/view.ts') + imports('@parley/platform/store')],
      ['services/im/im.test.ts', imports('../identity/service.ts') + imports('kysely')],
      ['clients/kit/a.ts', imports('@parley/services/im/contract') + imports('react')],
      [
        'services/licensing/rules/a/b.ts',
        imports('../c.ts') +
          imports('../../catalogue/d.json') +
          imports('../../contract.ts') +
          imports('typebox'),
      ],
      [
        'services/licensing/rules/a.ts',
        imports('@parley/platform/contract') + imports('@parley/protocol/sip'),
      ],
      ['services/licensing/rules/a.test.ts', `${imports('node:test')}const now = Date.now();\n`],
      ['services/licensing/contract.ts', imports('./rules/a.ts')],
      ['services/licensing/service.ts', imports('./rules/a.ts')],
      ['clients/kit/b.ts', imports('@parley/services/licensing/rules/a/b')],
      ['protocol/a.test.ts', `${imports('node:test')}const now = Date.now();\n`],
      ['protocol/b.ts', '// setTimeout(…) is what the driver does, Date.now() too.\n'],
    );
    assert.equal(sentences(checkLayers(files, {})), '');
  });

  test('an exception with a reason passes, one that is not needed fails', () => {
    const files = tree(['services/im/service.ts', imports('kysely')]);
    assert.equal(sentences(checkLayers(files, { 'services/im/service.ts': { kysely: 'because' } })), '');
    assert.match(
      sentences(checkLayers(tree(), { 'services/im/x.ts': { kysely: 'because' } })),
      /not needed any more/,
    );
  });
});

describe('cycles', () => {
  test('a cycle fails and is shown', () => {
    const files = tree(
      ['platform/a.ts', imports('./b.ts')],
      ['platform/b.ts', imports('./c.ts')],
      ['platform/c.ts', imports('./a.ts')],
    );
    assert.match(
      sentences(checkCycles(files)),
      /platform\/a\.ts.*platform\/b\.ts → platform\/c\.ts → platform\/a\.ts/,
    );
  });

  test('a cycle by way of package names fails too', () => {
    const files = tree(
      ['services/im/service.ts', imports('@parley/services/identity/service')],
      ['services/identity/service.ts', imports('../im/service.ts')],
    );
    assert.match(sentences(checkCycles(files)), /imports itself/);
  });

  test('types inside one workspace may name each other', () => {
    const files = tree(
      ['platform/a.ts', imports('./b.ts', 'type { B }')],
      ['platform/b.ts', imports('./a.ts', '{ type A }')],
    );
    assert.equal(sentences(checkCycles(files)), '');
  });
});

describe('sizes', () => {
  const long = 'x\n'.repeat(601);
  test('601 lines fail, 600 pass', () => {
    assert.match(sentences(checkSizes(tree(['platform/a.ts', long]), {})), /601 lines are more than 600/);
    assert.equal(sentences(checkSizes(tree(['platform/a.ts', long.slice(2)]), {})), '');
  });

  test('an exception needs a reason, a file and the need', () => {
    assert.equal(sentences(checkSizes(tree(['platform/a.ts', long]), { 'platform/a.ts': 'a table' })), '');
    assert.match(
      sentences(checkSizes(tree(['platform/a.ts', long]), { 'platform/a.ts': ' ' })),
      /without a reason/,
    );
    assert.match(
      sentences(checkSizes(tree(['platform/a.ts', 'x\n']), { 'platform/a.ts': 'a table' })),
      /not needed/,
    );
    assert.match(sentences(checkSizes(tree(), { 'platform/gone.ts': 'a table' })), /not there/);
  });
});

describe('dependencies', () => {
  const lock = (packages: object) => ['package-lock.json', JSON.stringify({ packages })] as const;
  const needs = (name: string) =>
    ['package.json', JSON.stringify({ name: 'parley', dependencies: { [name]: '1' } })] as const;

  test('a package without a sentence and a sentence without a package fail', () => {
    const files = tree(needs('left-pad'), lock({}), [
      'docs/dependencies.md',
      '- `right-pad`: Pads on the right.\n',
    ]);
    const problems = sentences(checkDependencies(files));
    assert.match(problems, /left-pad has no sentence/);
    assert.match(problems, /right-pad is in no package\.json/);
  });

  test('a sentence that is none fails, a whole one passes', () => {
    const page = (sentence: string) =>
      tree(needs('left-pad'), lock({}), ['docs/dependencies.md', `- \`left-pad\`: ${sentence}\n`]);
    assert.match(sentences(checkDependencies(page('padding'))), /write one whole sentence/);
    assert.equal(sentences(checkDependencies(page('Pads on the left.'))), '');
  });

  test('a script at install that nobody decided about fails', () => {
    const scripted = lock({ 'node_modules/fetcher': { hasInstallScript: true } });
    const root = (allowScripts: object) =>
      ['package.json', JSON.stringify({ name: 'parley', allowScripts })] as const;
    assert.match(sentences(checkDependencies(tree(root({}), scripted))), /fetcher runs a script/);
    assert.equal(sentences(checkDependencies(tree(root({ fetcher: false }), scripted))), '');
    assert.match(
      sentences(checkDependencies(tree(root({ fetcher: false }), lock({})))),
      /runs no script any more/,
    );
  });
});

describe('citations', () => {
  const undone = `// ${'TO'}DO: later\n`;
  const deviates = `// ${'DEVI'}ATES `;
  const compatible = `// ${'COM'}PAT`;
  const bad = [
    [rfc('3261: the registrar'), /names no section/],
    [rfc('3261 17.2.1'), /names no section/],
    [`// ${'RF'}C3261 §17.2.1\n`, /names no section/],
    [`// [${'MS'}-PRES] says so\n`, /names no section/],
    [undone, /do it, or open an issue/],
    [`${deviates}${'RF'}C 3261 §8.1: we do not.\n`, /because and why/],
    [`${deviates}: we do not, because.\n`, /because and why/],
    [`${compatible}(phones): a header less.\n`, /until and when/],
    [`${compatible}: a header less, until 2030.\n`, /until and when/],
  ] as const;
  for (const [text, expected] of bad) {
    test(`fails: ${text.trim()}`, () => {
      assert.match(sentences(checkCitations(tree(['platform/a.ts', text]))), expected);
    });
  }

  test('whole citations and tags pass, over several lines too; prose may name a document', () => {
    const text = [
      rfc('3261 §17.2.1'),
      rfc('8866 §5'),
      rfc('3711 §B.2'),
      '// [MS-PRES] 3.1.4.2\n',
      `${deviates}${'RF'}C 3261 §18.1.1: a large request stays on UDP,\n// because only the flow is known.\n`,
      `/**\n * ${'COM'}PAT(phones): one header\n * less, until they are gone.\n */\n`,
    ].join('');
    const files = tree(['platform/a.ts', text], ['docs/a.md', `${'RF'}C 3261 is long.\n`]);
    assert.equal(sentences(checkCitations(files)), '');
  });
});

describe('words', () => {
  const bad = [
    ['platform/Bus.ts', '', /not in kebab-case/],
    ['platform/sip_server.ts', '', /not in kebab-case/],
    ['platform/utils.ts', '', /says nothing/],
    ['platform/call-manager.ts', '', /says nothing/],
    ['platform/common/bus.ts', '', /says nothing/],
    ['platform/a.ts', `open('/${'tmp'}/x')\n`, /path of one machine/],
  ] as const;
  for (const [path, text, expected] of bad) {
    test(`${path} ${text.trim()} fails`, () =>
      assert.match(sentences(checkWords(tree([path, text]))), expected));
  }

  test('ordinary names pass', () => {
    const names = [
      'README.md',
      '.ci/run',
      'platform/bus/nats-wire.test.ts',
      'services/im/migrations/0001-im.ts',
      'tsconfig.base.json',
    ];
    assert.equal(sentences(checkWords(tree(...names.map((name) => [name, ''] as const)))), '');
  });
});

describe('docs', () => {
  const conformance = JSON.stringify([
    {
      document: `${'RF'}C 3261`,
      title: 'SIP',
      sections: [
        { section: '17.2.1', title: 'INVITE', status: 'done', since: '0.1', test: 'protocol/a.test.ts' },
      ],
    },
  ]);
  const contracts = {
    im: { sent: event('im.message.sent', Type.Object({ text: Type.String({ maxLength: 9 }) })) },
  };
  const good = () =>
    tree(
      ['docs/conformance.json', conformance],
      ['docs/conformance.md', conformanceMarkdown(JSON.parse(conformance))],
      ['docs/contracts.txt', contractReport(contracts)],
      ['protocol/a.test.ts', ''],
    );

  test('pages that are up to date pass', () => assert.equal(sentences(checkDocs(good(), contracts)), ''));

  test('a link that leads nowhere fails, to a file or to a heading', () => {
    const files = [
      ...good(),
      { path: 'docs/a.md', text: '# One\n[x](gone.md) [y](b.md#two) [z](#one) [w](https://example.com)\n' },
      { path: 'docs/b.md', text: '# One\n' },
    ];
    const problems = sentences(checkDocs(files, contracts));
    assert.match(problems, /docs\/a\.md:2 the link to gone\.md leads nowhere/);
    assert.match(problems, /has no heading #two/);
    assert.equal(problems.split('\n').length, 2);
  });

  test('a page that code cites has to be there', () => {
    const cites = (page: string) => [...good(), { path: 'platform/a.ts', text: `// See ${page}.\n` }];
    assert.match(
      sentences(checkDocs(cites('docs/decisions/0099-gone.md'), contracts)),
      /0099-gone\.md is not there/,
    );
    assert.equal(sentences(checkDocs(cites('docs/conformance.md'), contracts)), '');
  });

  test('a change of a contract or of the conformance table makes the pages stale', () => {
    const { im } = contracts;
    const wider = {
      im: { ...im, send: command('im.send', { request: Type.Object({}), reply: Type.Null() }) },
    };
    assert.match(sentences(checkDocs(good(), wider)), /contracts\.txt.*not up to date/);
    const changed = good().map((file) =>
      file.path === 'docs/conformance.json'
        ? { ...file, text: conformance.replace('done', 'partial') }
        : file,
    );
    assert.match(sentences(checkDocs(changed, contracts)), /conformance\.md.*not up to date/);
  });

  const wrong = [
    [{ test: 'protocol/gone.test.ts' }, /is not there/],
    [{ test: undefined }, /names no test/],
    [{ status: 'nearly' }, /the status is/],
    [{ section: 'seventeen' }, /not the number of a section/],
    [{ since: undefined }, /since which version/],
  ] as const;
  for (const [change, expected] of wrong) {
    test(`a row of the conformance table with ${JSON.stringify(change)} fails`, () => {
      const [document] = JSON.parse(conformance) as [{ sections: object[] }];
      const text = JSON.stringify([{ ...document, sections: [{ ...document.sections[0], ...change }] }]);
      const files = tree(['docs/conformance.json', text], ['protocol/a.test.ts', '']);
      assert.match(sentences(checkConformance(files)), expected);
    });
  }
});

test('the contract report shows subjects, schemas and codes', () => {
  const { table } = errors({ IM_EMPTY: { http: 400, sip: 400, sentence: 'Empty.' } });
  const send = command('im.send', {
    request: Type.Object({
      text: Type.String({ maxLength: 9 }),
      to: Type.Optional(Type.Array(Type.String())),
    }),
    reply: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })]),
  });
  const text = contractReport({ im: { send, imErrors: { table } } });
  assert.match(
    text,
    /command {2}im\.send \{ text: string\(…9\), to\?: \[string\] \}\n {9}→ null \| integer\(1…\)/,
  );
  assert.match(text, /error {4}IM_EMPTY http 400 sip 400/);
});
