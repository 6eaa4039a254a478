// `npm run fuzz`: tries every `*.fuzz.ts` for 60 seconds each (`-- --seconds 600 --seed 7 parser` chooses otherwise).
// Inputs that break a target go to spec/corpora/crashes and are seeds from then on: they stay until it is mended.
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzzTarget } from './fuzz-target.ts';
import { readTree, root } from './source-tree.ts';

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
  allowPositionals: true,
});
const seconds = Number(values.seconds);
const randomSeed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed);
if (!(seconds > 0) || !Number.isInteger(randomSeed)) {
  process.stderr.write('--seconds takes a number above 0, --seed a whole number.\n');
  process.exit(2);
}
const targets = readTree()
  .map(({ path }) => path)
  .filter((path) => path.endsWith('.fuzz.ts'))
  .filter((path) => positionals.length === 0 || positionals.some((word) => path.includes(word)));
if (targets.length === 0) {
  process.stderr.write(`No fuzz target has ${positionals.join(' or ')} in its path.\n`);
  process.exit(2);
}

for (const path of targets) {
  const name = path.replace(/\.fuzz\.ts$/, '').replaceAll('/', '-');
  const crashFolder = join(root, 'spec', 'corpora', 'crashes', name);
  const { tried, failures } = await fuzzTarget({
    root,
    path,
    forMs: seconds * 1000,
    randomSeed,
    crashFolder,
  });
  const verdict = failures.length === 0 ? 'ok    ' : 'FAILED';
  process.stdout.write(`${verdict} ${path}: ${tried} inputs in ${seconds} s, seed ${randomSeed}\n`);
  for (const { file, error } of failures) {
    process.stdout.write(`  ${relative(root, file)}\n${error.replace(/^/gm, '    ')}\n`);
    process.exitCode = 1;
  }
}
