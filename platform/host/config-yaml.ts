// parley.yaml with the place of everything in it, so that a problem names its line. Used by config-load.ts.
import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { ConfigProblem, KeyPath, Place } from './config-check.ts';

export interface YamlSource {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  locate(path: KeyPath, isKey: boolean): Place;
}

export function readYaml(text: string, source: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const problems = document.errors.map((error): ConfigProblem => {
    const { line, col } = lines.linePos(error.pos[0]);
    const isDuplicate = error.code === 'DUPLICATE_KEY';
    return {
      code: isDuplicate ? 'CONFIG_DUPLICATE_KEY' : 'CONFIG_BAD_YAML',
      sentence: isDuplicate
        ? 'This setting is given twice.'
        : `This is not valid YAML: ${sentence(error.message)}`,
      remedy: isDuplicate
        ? 'Keep one of the two.'
        : 'Check indentation, colons and quotes at this place; indent with spaces only.',
      source,
      path: '',
      line,
      column: col,
    };
  });

  function locate(path: KeyPath, isKey: boolean): Place {
    let node: unknown = document.contents;
    let key: unknown;
    for (const name of path) {
      if (isSeq(node)) {
        key = node;
        node = node.items[Number(name)];
        continue;
      }
      if (!isMap(node)) break;
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === name);
      if (pair === undefined) break;
      key = pair.key;
      node = pair.value;
    }
    const found = [isKey ? key : node, key].find((part): part is Node => isNode(part) && part.range != null);
    if (found === undefined) return { source };
    const { line, col } = lines.linePos(found.range![0]);
    return { source, line, column: col };
  }

  if (problems.length > 0) return { value: undefined, problems, locate };
  try {
    return { value: document.toJS({ maxAliasCount: 10 }), problems, locate };
  } catch {
    problems.push({
      code: 'CONFIG_BAD_YAML',
      sentence: 'This file repeats itself through too many aliases (* and &).',
      remedy: 'Write the values out.',
      source,
      path: '',
    });
    return { value: undefined, problems, locate };
  }
}

function sentence(message: string): string {
  const text = message.split('\n')[0]!.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
