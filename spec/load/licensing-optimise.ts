// One large question to the optimiser in a process of its own, so that its peak memory is known: prints a line of JSON.
// Started by licensing.ts with the case as its argument.
import { operations } from '@parley/services/licensing/cases';

const given = JSON.parse(process.argv[2] ?? '{}') as Readonly<Record<string, unknown>>;
const start = performance.now();
const answer: unknown = await operations['optimise']?.(given, { profile: 'printed' });
const seconds = (performance.now() - start) / 1000;
const peakMib = process.resourceUsage().maxRSS / 1024;
const { cost, lowerBound, optimal } = answer as Readonly<Record<string, unknown>>;
console.log(JSON.stringify({ cost, lowerBound, optimal, seconds, peakMib }));
