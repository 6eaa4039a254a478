// `npm run bench`: what the product costs on this machine. `npm run bench -- start memory browser sip licensing` selects parts,
// `npm run bench -- sip --cpu-prof` writes profiles of Parley. Results are kept in spec/results; nothing fails on time.
import { measureBrowser } from '@parley/spec/load/browser.ts';
import { Figures } from '@parley/spec/load/figures.ts';
import { measureLicensing } from '@parley/spec/load/licensing.ts';
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
/** These need no organisation to work on. */
const alone = { licensing: measureLicensing } as const;
const known = [...Object.keys(alone), ...Object.keys(parts)];

const unknown = wanted.filter((word) => !known.includes(word));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(' or ')}; known are ${known.join(', ')}.`);
  process.exit(2);
}

const machine = thisMachine();
console.log(machineLine(machine));
const figures = new Figures(machine);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);

/** What was measured before is worth showing. */
async function attempt(name: string, measure: () => Promise<void>): Promise<void> {
  console.log(`measuring ${name} …`);
  await measure().catch((error: unknown) => {
    console.error(`${name} could not be measured:`, error);
    process.exitCode = 1;
  });
}

for (const [name, measure] of Object.entries(alone))
  if (isWanted(name)) await attempt(name, () => measure(figures));
if (Object.keys(parts).some(isWanted)) {
  await using organisation = await foundOrganisation();
  for (const [name, measure] of Object.entries(parts))
    if (isWanted(name)) await attempt(name, () => measure(figures, organisation));
}
for (const line of figures.table()) console.log(line);
