// Every dependency has a sentence in docs/dependencies.md, and every package that runs a script at install is listed.
// Fails the build (npm run ok).
import { type Problem, runAsProgram, type SourceFile } from './source-tree.ts';

const page = 'docs/dependencies.md';
const entry = /^- ((?:`[^`]+`(?:, )?)+): (.+)$/gm;

interface Manifest {
  readonly name?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly allowScripts?: Record<string, boolean>;
}

interface Lockfile {
  readonly packages?: Record<string, { readonly hasInstallScript?: boolean; readonly link?: boolean }>;
}

export function checkDependencies(files: readonly SourceFile[]): Problem[] {
  const manifests = files
    .filter(({ path }) => /^([^/]+\/)?package\.json$/.test(path))
    .map(({ path, text }) => ({ path, manifest: JSON.parse(text) as Manifest }));
  return [...checkSentences(files, manifests), ...checkScripts(files, manifests)];
}

type Manifests = readonly { readonly path: string; readonly manifest: Manifest }[];

function checkSentences(files: readonly SourceFile[], manifests: Manifests): Problem[] {
  const ours = new Set(manifests.map(({ manifest }) => manifest.name));
  const prose = files.find(({ path }) => path === page)?.text ?? '';
  const described = new Map<string, string>();
  for (const [, names = '', sentence = ''] of prose.matchAll(entry)) {
    for (const [, name = ''] of names.matchAll(/`([^`]+)`/g)) described.set(name, sentence);
  }
  const problems: Problem[] = [];
  const used = new Set<string>();
  for (const { path, manifest } of manifests) {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
    for (const name of Object.keys({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
      ...peerDependencies,
    })) {
      if (ours.has(name)) continue;
      used.add(name);
      if (!described.has(name))
        problems.push({ path, sentence: `${name} has no sentence in ${page}: say why it is needed` });
    }
  }
  for (const [name, sentence] of described) {
    if (!used.has(name)) problems.push({ path: page, sentence: `${name} is in no package.json any more` });
    if (!/^[A-Z0-9].*\w.*\.$/.test(sentence))
      problems.push({ path: page, sentence: `${name}: write one whole sentence` });
  }
  return problems;
}

/** Scripts of packages run with the rights of whoever installs: each one is decided by us, yes or no. */
function checkScripts(files: readonly SourceFile[], manifests: Manifests): Problem[] {
  const lock = files.find(({ path }) => path === 'package-lock.json');
  if (lock === undefined) return [{ path: 'package-lock.json', sentence: 'is missing: run npm install' }];
  const root = manifests.find(({ path }) => path === 'package.json');
  const decided = new Set(Object.keys(root?.manifest.allowScripts ?? {}));
  const problems: Problem[] = [];
  const scripted = new Set<string>();
  for (const [path, entry] of Object.entries((JSON.parse(lock.text) as Lockfile).packages ?? {})) {
    if (entry.hasInstallScript !== true) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    scripted.add(name);
    if (!decided.has(name)) {
      const sentence = `${name} runs a script at install: decide about it in allowScripts of package.json`;
      problems.push({ path: 'package-lock.json', sentence });
    }
  }
  for (const name of decided) {
    if (scripted.has(name)) continue;
    problems.push({ path: 'package.json', sentence: `${name} in allowScripts runs no script any more` });
  }
  return problems;
}

if (import.meta.main) runAsProgram('dependencies', checkDependencies);
