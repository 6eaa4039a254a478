// All checkers over one reading of the tree: `node tools/checks.ts`. Part of ok.ts.
import { checkCitations } from './citations.ts';
import { loadContracts } from './contracts.ts';
import { checkCycles } from './cycles.ts';
import { checkDependencies } from './dependencies.ts';
import { checkDocs } from './docs.ts';
import { checkLayers } from './layers.ts';
import { checkSizes } from './sizes.ts';
import { readTree, report } from './source-tree.ts';
import { checkWords } from './words.ts';

const files = readTree();
const contracts = await loadContracts(files);
const results = {
  layers: checkLayers(files),
  cycles: checkCycles(files),
  sizes: checkSizes(files),
  dependencies: checkDependencies(files),
  citations: checkCitations(files),
  words: checkWords(files),
  docs: checkDocs(files, contracts),
};
for (const [name, problems] of Object.entries(results)) {
  process.stdout.write(report(name, problems));
  if (problems.length > 0) process.exitCode = 1;
}
