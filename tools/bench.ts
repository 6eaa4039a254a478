// `npm run bench`: what the product costs on this machine. `npm run bench -- start memory browser sip` selects parts,
// `npm run bench -- sip --cpu-prof` writes profiles of Parley. Results are kept in spec/results; nothing fails on time.
import { measureBrowser } from '@parley/spec/load/browser.ts';
import { Figures } from '@parley/spec/load/figures.ts';
import { machineLine, thisMachine } from '@parley/spec/load/machine.ts';
import { measureMemory } from '@parley/spec/load/memory.ts';
import { foundOrganisation } from '@parley/spec/load/organisation.ts';
import { measureSip } from '@parley/spec/load/sip.ts';
import { measureStart } from '@parley/spec/load/start.ts';

const words = process.argv.slice(2);
const cpuProfile = words.includes('--cpu-prof');
const wanted = words.filter((word) => word !== '--cpu-prof');
const parts = {
  start: measureStart,
  memory: measureMemory,
  browser: measureBrowser,
  sip: (...given: Parameters<typeof measureStart>) => measureSip(...given, { cpuProfile }),
} as const;

const unknown = wanted.filter((word) => !Object.hasOwn(parts, word));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(' or ')}; known are ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}

const machine = thisMachine();
console.log(machineLine(machine));
const figures = new Figures(machine);
{
  await using organisation = await foundOrganisation();
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`measuring ${name} …`);
    // What was measured before is worth showing.
    await measure(figures, organisation).catch((error: unknown) => {
      console.error(`${name} could not be measured:`, error);
      process.exitCode = 1;
    });
  }
}
for (const line of figures.table()) console.log(line);
