// `npm run bench`: what the product costs here. `npm run bench -- start memory browser sip presence im licensing media calls audio search`
// selects parts; `-- sip --quick --only call --data FOLDER --cpu-prof` makes them short. Kept in spec/results; nothing fails on time.
import { parseArgs } from 'node:util';
import { measureAudio } from '@parley/spec/load/audio.ts';
import { measureBrowser } from '@parley/spec/load/browser.ts';
import { measureCalls } from '@parley/spec/load/calls.ts';
import { Figures } from '@parley/spec/load/figures.ts';
import { measureIm } from '@parley/spec/load/im.ts';
import { measureLicensing } from '@parley/spec/load/licensing.ts';
import { machineLine, thisMachine } from '@parley/spec/load/machine.ts';
import { measureMedia } from '@parley/spec/load/media.ts';
import { measureMemory } from '@parley/spec/load/memory.ts';
import { foundOrganisation } from '@parley/spec/load/organisation.ts';
import { measurePresence } from '@parley/spec/load/presence.ts';
import { measureSearch } from '@parley/spec/load/search.ts';
import { measureSip } from '@parley/spec/load/sip.ts';
import { measureStart } from '@parley/spec/load/start.ts';

const { values, positionals: wanted } = parseArgs({
  options: {
    /** One short round of SIP, presence, messages, media and calls, without overload and memory of SIP. */
    quick: { type: 'boolean', default: false },
    /** Profiles of Parley in spec/results, one for each workload of SIP and media, and one each for presence and messages. */
    'cpu-prof': { type: 'boolean', default: false },
    /** Workloads, by parts of their names: register-udp, message, call, overload, memory; sign-in, star, circles, notify, lag; relay,
     * srtp, fan-out, mix; held, set-up. */
    only: { type: 'string', multiple: true, default: [] },
    /** How large the organisation is in which is searched. */
    people: { type: 'string', default: '100000' },
    messages: { type: 'string', default: '1000000' },
    /** Where the people and their data stay between runs. */
    data: { type: 'string' },
  },
  allowPositionals: true,
});
const options = { quick: values.quick, cpuProfile: values['cpu-prof'], only: values.only };
const parts = {
  start: measureStart,
  memory: measureMemory,
  browser: measureBrowser,
  sip: (...given: Parameters<typeof measureStart>) => measureSip(...given, options),
  presence: (...given: Parameters<typeof measureStart>) => measurePresence(...given, options),
  im: (...given: Parameters<typeof measureStart>) => measureIm(...given, options),
} as const;
/** These need no organisation to work on. */
const alone = {
  audio: measureAudio,
  licensing: measureLicensing,
  calls: (figures: Figures) => measureCalls(figures, options),
  media: (figures: Figures) => measureMedia(figures, options),
  search: (figures: Figures) =>
    measureSearch(figures, {
      people: Number(values.people),
      messages: Number(values.messages),
      folder: values.data,
    }),
} as const;
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
  await using organisation = await foundOrganisation({ contacts: isWanted('browser'), folder: values.data });
  for (const [name, measure] of Object.entries(parts))
    if (isWanted(name)) await attempt(name, () => measure(figures, organisation));
}
for (const line of figures.table()) console.log(line);
