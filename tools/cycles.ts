// Import cycles between our own files. Fails the build (npm run ok). Imports of types alone load nothing; between
// workspaces they count all the same, inside one workspace a port and its parts may name each other.
import { importsOf, resolveImport, workspacesOf } from './imports.ts';
import { isCode, type Problem, runAsProgram, type SourceFile } from './source-tree.ts';

export function checkCycles(files: readonly SourceFile[]): Problem[] {
  const workspaces = workspacesOf(files);
  const graph = new Map<string, string[]>();
  for (const file of files) {
    if (!isCode(file.path)) continue;
    const targets = importsOf(file)
      .map((imported) => ({ ...imported, target: resolveImport(file.path, imported.specifier, workspaces) }))
      .filter(({ target, isType }) => target !== undefined && !(isType && zone(target) === zone(file.path)))
      .map(({ target }) => target as string);
    graph.set(file.path, targets);
  }
  return cyclesOf(graph).map((cycle) => ({
    path: cycle[0] as string,
    sentence: `imports itself by way of ${[...cycle.slice(1), cycle[0]].join(' → ')}: move what both need into a third file`,
  }));
}

function zone(path: string): string {
  return path.split('/', 1)[0] as string;
}

/** One cycle for every edge that leads back to where the walk came from. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  function visit(path: string): void {
    if (done.has(path)) return;
    const at = trail.indexOf(path);
    if (at >= 0) {
      cycles.push(trail.slice(at));
      return;
    }
    trail.push(path);
    for (const target of graph.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  }
  for (const path of graph.keys()) visit(path);
  return cycles;
}

if (import.meta.main) runAsProgram('cycles', checkCycles);
