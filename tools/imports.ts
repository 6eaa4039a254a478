// The imports of a file, and where they lead. Used by layers.ts and cycles.ts.
import { posix } from 'node:path';
import { lineAt, type SourceFile } from './source-tree.ts';

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Only types: nothing is loaded. */
  readonly isType: boolean;
}

// Statements begin a line (the formatter sees to it), so that quoted code in tests is not taken for one.
const statement = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]/gm;
const dynamic = /(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function importsOf({ text }: SourceFile): Import[] {
  const imports: Import[] = [];
  for (const match of text.matchAll(statement)) {
    const isType = match[1] !== undefined || onlyTypes(match[0]);
    imports.push({ specifier: match[2] as string, line: lineAt(text, match.index), isType });
  }
  for (const match of text.matchAll(dynamic)) {
    // As a type: `import('x').T` after a colon or inside angle brackets.
    const isType = match[1] !== undefined || /^\)?\.[A-Z]/.test(text.slice(match.index + match[0].length));
    imports.push({ specifier: match[2] as string, line: lineAt(text, match.index), isType });
  }
  return imports;
}

/** `import { type A, type B } from …`. */
function onlyTypes(text: string): boolean {
  const names = /\{([^}]*)\}/.exec(text)?.[1];
  if (names === undefined || /^\w+\s+\w+\s*,/.test(text)) return false;
  const all = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return all.length > 0 && all.every((name) => name.startsWith('type '));
}

/** The `exports` of our own packages, by package name: `./bus` → `platform/bus/index.ts`. */
export type Workspaces = ReadonlyMap<
  string,
  { readonly folder: string; readonly exports: Record<string, string> }
>;

export function workspacesOf(files: readonly SourceFile[]): Workspaces {
  const workspaces = new Map<string, { folder: string; exports: Record<string, string> }>();
  for (const { path, text } of files) {
    const folder = /^([^/]+)\/package\.json$/.exec(path)?.[1];
    if (folder === undefined) continue;
    const manifest = JSON.parse(text) as { name?: string; exports?: Record<string, string> };
    if (manifest.name !== undefined)
      workspaces.set(manifest.name, { folder, exports: manifest.exports ?? {} });
  }
  return workspaces;
}

/** The path of the file that is imported, or undefined for packages and `node:` modules. */
export function resolveImport(from: string, specifier: string, workspaces: Workspaces): string | undefined {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier));
  const match = /^(@[^/]+\/[^/]+)(\/.*)?$/.exec(specifier);
  const workspace = match === null ? undefined : workspaces.get(match[1] as string);
  if (workspace === undefined) return undefined;
  const wanted = `.${match?.[2] ?? ''}`;
  const exact = workspace.exports[wanted];
  if (exact !== undefined) return posix.join(workspace.folder, exact);
  for (const [pattern, target] of Object.entries(workspace.exports)) {
    const [head, tail] = pattern.split('*');
    if (tail === undefined || head === undefined) continue;
    if (!wanted.startsWith(head) || !wanted.endsWith(tail)) continue;
    const middle = wanted.slice(head.length, wanted.length - tail.length);
    return posix.join(workspace.folder, target.replaceAll('*', middle));
  }
  return posix.join(workspace.folder, wanted);
}
