// The walls: imports point down only, and each kind of file of a service sees one outside world.
// Fails the build (npm run ok). Exceptions are listed with their reason in layer-exceptions.json.

import { type Import, importsOf, resolveImport, type Workspaces, workspacesOf } from './imports.ts';
import exceptions from './layer-exceptions.json' with { type: 'json' };
import { isCode, isTest, lineAt, type Problem, runAsProgram, type SourceFile } from './source-tree.ts';

const may: Readonly<Record<string, readonly string[]>> = {
  protocol: ['protocol'],
  platform: ['platform', 'protocol'],
  services: ['services', 'platform', 'protocol'],
  roles: ['roles', 'services', 'platform', 'protocol'],
  clients: ['clients', 'services', 'protocol'],
  spec: ['spec', 'clients', 'roles', 'services', 'platform', 'protocol'],
  tools: ['tools', 'spec', 'clients', 'roles', 'services', 'platform', 'protocol'],
};

/** Reads time, chance or the process: protocol code takes all of that as an argument. */
const impure =
  /\b(?:Date\.now|performance\.now|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|process\.\w+|Buffer\.\w+|new Date\(\))/g;

/** What a service sees of the outside world, and the files that may look: `store.ts`, and `store-images.ts` beside it. */
const wires = [
  { world: 'SIP', modules: /^@parley\/protocol\/sip$/, files: ['sip.ts'], services: ['proxy'] },
  {
    world: 'HTTP',
    modules: /^(fastify|ws|node:https?|@fastify\/.*|@parley\/platform\/web)$/,
    files: ['http.ts', 'socket.ts'],
    services: [],
  },
  { world: 'SQL', modules: /^(kysely|pg)$/, files: ['store.ts'], services: [] },
] as const;

/** The named exceptions to the bus between services. */
const besideTheBus: Readonly<Record<string, string>> = {
  'services/proxy/station.ts': 'functions that are hung on the proxy in a fixed order',
  'services/proxy/agent-flow.ts':
    'the user agent of a process, which hangs on its proxy: docs/decisions/0023-who-carries-a-call.md',
  'services/licensing/gate.ts':
    'one view of the licences and one recorder of access for a whole process: docs/decisions/0008-licence-gate.md',
};

export function checkLayers(
  files: readonly SourceFile[],
  allowed: Readonly<Record<string, Readonly<Record<string, string>>>> = exceptions,
): Problem[] {
  const workspaces = workspacesOf(files);
  const problems: Problem[] = [];
  const used = new Set<string>();
  for (const file of files) {
    if (!isCode(file.path) || may[zoneOf(file.path)] === undefined) continue;
    if ((zoneOf(file.path) === 'protocol' || isRule(file.path)) && !isTest(file.path))
      problems.push(...impurities(file));
    for (const imported of importsOf(file)) {
      const sentence = offence(file.path, imported, workspaces);
      if (sentence === undefined) continue;
      if (allowed[file.path]?.[imported.specifier] === undefined) {
        problems.push({ path: file.path, line: imported.line, sentence });
      }
      used.add(`${file.path} ${imported.specifier}`);
    }
  }
  for (const [path, specifiers] of Object.entries(allowed)) {
    for (const specifier of Object.keys(specifiers)) {
      if (used.has(`${path} ${specifier}`)) continue;
      problems.push({
        path,
        sentence: `the exception for ${specifier} in layer-exceptions.json is not needed any more`,
      });
    }
  }
  return problems;
}

function zoneOf(path: string): string {
  return path.split('/', 1)[0] as string;
}

function impurities({ path, text }: SourceFile): Problem[] {
  const code = text.replace(/\/\/.*$|\/\*[\s\S]*?\*\//gm, (comment) => comment.replace(/[^\n]/g, ' '));
  return Array.from(code.matchAll(impure), (match) => ({
    path,
    line: lineAt(code, match.index),
    sentence: `${isRule(path) ? 'a rule' : 'protocol code'} is pure: take what ${match[0]} gives as an argument`,
  }));
}

/** @returns what is wrong with this import, or undefined. */
function offence(path: string, imported: Import, workspaces: Workspaces): string | undefined {
  const { specifier } = imported;
  const target = resolveImport(path, specifier, workspaces);
  const zone = zoneOf(path);
  if (target === undefined) return foreign(path, zone, specifier);
  const targetZone = zoneOf(target);
  if (targetZone !== zone && specifier.startsWith('.') && !isTest(path)) {
    return `import another workspace by its package name, not ${specifier}`;
  }
  // The start of the product builds the clients once.
  if (zone === 'roles' && target === 'clients/build.ts') return undefined;
  if (!may[zone]?.includes(targetZone))
    return `${zone} must not import ${targetZone} (${specifier}): imports point down only`;
  if (zone === 'clients' && targetZone === 'services' && !isPlan(target) && !isRule(target)) {
    return `clients see only the contract, the view and the rules of a service, not ${specifier}`;
  }
  if (zone !== 'tools' && !isTest(path) && isTest(target)) return `${specifier} is only for tests`;
  return zone === 'services' ? serviceOffence(path, specifier, target) : undefined;
}

function foreign(path: string, zone: string, specifier: string): string | undefined {
  if (isTest(path)) return undefined;
  if (zone === 'protocol') return `protocol imports nothing but itself, not ${specifier}`;
  const isBuildScript = /^clients\/[^/]+$/.test(path);
  if (zone === 'clients' && specifier.startsWith('node:') && !isBuildScript)
    return `a browser has no ${specifier}`;
  if (path === 'platform/bus/contract.ts' && specifier !== 'typebox') {
    return `browsers read this file too: no ${specifier}`;
  }
  return zone === 'services' ? serviceOffence(path, specifier, undefined) : undefined;
}

/** The contract and the view of a service: what everybody may import. */
function isPlan(path: string): boolean {
  return /^services\/[^/]+\/(contract|view)\.ts$/.test(path);
}

/** Rules that the server, the command line and browsers share: pure, and readable by all of them. */
function isRule(path: string): boolean {
  return /^services\/[^/]+\/rules\/.+\.ts$/.test(path);
}

/** What code that browsers read too may import from outside of its service. */
const readableAnywhere = /^(typebox|@parley\/platform\/contract|@parley\/protocol\/.*)$/;

function ruleOffence(specifier: string, service: string, target: string | undefined): string | undefined {
  if (readableAnywhere.test(specifier)) return undefined;
  const own = /^services\/([^/]+)\/(?:rules\/.+\.ts|(?:contract|view)\.ts|catalogue\/[^/]+\.json)$/;
  if (own.exec(target ?? '')?.[1] === service) return undefined;
  return `rules are read by browsers too: they import one another, the contract, view and catalogue of their service, typebox, @parley/platform/contract and protocol, not ${specifier}`;
}

function serviceOffence(path: string, specifier: string, target: string | undefined): string | undefined {
  const [, service, file] = path.split('/') as [string, string, string | undefined];
  if (isTest(path) || file === undefined) return undefined;
  if (isRule(path)) return ruleOffence(specifier, service, target);
  if (
    isPlan(path) &&
    !isPlan(target ?? '') &&
    !target?.startsWith(`services/${service}/rules/`) &&
    !readableAnywhere.test(specifier)
  ) {
    return `${file} is read by browsers too: it imports contracts, rules of its service, typebox, @parley/platform/contract and protocol, not ${specifier}`;
  }
  if (target !== undefined && zoneOf(target) === 'services') {
    const isOther = target.split('/')[1] !== service;
    if (isOther && !isPlan(target) && !(target in besideTheBus)) {
      return `services talk over the bus: import the contract or the view, not ${specifier}`;
    }
  }
  const isMigration = path.includes('/migrations/');
  for (const { world, modules, files, services } of wires) {
    if (!modules.test(specifier) || isMigration) continue;
    const whole = file.replace(/^(\w+)-[\w-]+\.ts$/, '$1.ts');
    if ((files as readonly string[]).includes(whole) || (services as readonly string[]).includes(service))
      continue;
    // A large store.ts is several files, each named for its rows: store-groups.ts.
    if (world === 'SQL' && /^store-[a-z-]+\.ts$/.test(file)) continue;
    return `only ${files.join(' or ')} sees ${world} in a service: move what needs ${specifier} there`;
  }
  return undefined;
}

if (import.meta.main) runAsProgram('layers', checkLayers);
