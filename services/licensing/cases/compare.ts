// Is what came what was expected? As the case files say it: the keys expected must be there and equal, others are fine.
// Used by run.ts.

/** @returns one sentence for each difference. */
export function differences(expected: Readonly<Record<string, unknown>>, actual: unknown): string[] {
  const found: string[] = [];
  for (const [key, wanted] of Object.entries(expected)) {
    const sentence = keyDifference(key, wanted, isRecord(actual) ? actual : {});
    if (sentence !== undefined) found.push(sentence);
  }
  return found;
}

function keyDifference(
  key: string,
  wanted: unknown,
  actual: Readonly<Record<string, unknown>>,
): string | undefined {
  const bound = /^(?:max([A-Z]\w*)|(\w+)Max([A-Z]\w*))$/.exec(key);
  if (bound !== null && !Object.hasOwn(actual, key)) {
    const name = bound[1] === undefined ? `${bound[2]}${bound[3]}` : lowerFirst(bound[1]);
    const value = actual[name];
    if (typeof value === 'number' && typeof wanted === 'number' && value <= wanted) return undefined;
    return `${name} should be at most ${show(wanted)}, is ${show(value)}`;
  }
  if (key.endsWith('AnyOf') && Array.isArray(wanted)) {
    const name = key.slice(0, -'AnyOf'.length);
    if (wanted.some((each) => equal(each, actual[name]))) return undefined;
    return `${name} should be one of ${show(wanted)}, is ${show(actual[name])}`;
  }
  const includes = /^(\w*?)(?:Includes?All|Includes?|includesAll)$/.exec(key);
  if (includes !== null && Array.isArray(wanted)) {
    const name = Object.hasOwn(actual, key) ? key : (includes[1] as string);
    const list = actual[name];
    const left = wanted.filter((each) => !(Array.isArray(list) && list.some((one) => equal(each, one))));
    return left.length === 0 ? undefined : `${name} should include ${show(left)}, is ${show(list)}`;
  }
  if (equal(wanted, actual[key])) return undefined;
  return `${key} should be ${show(wanted)}, is ${show(actual[key])}`;
}

/** Lists of strings are sets; objects inside lists match on the keys given; all else is equal or not. */
export function equal(wanted: unknown, actual: unknown): boolean {
  if (Array.isArray(wanted)) return Array.isArray(actual) && equalLists(wanted, actual);
  if (isRecord(wanted)) {
    if (!isRecord(actual)) return false;
    const keys = Object.keys(actual).filter((key) => actual[key] !== undefined);
    return (
      keys.length === Object.keys(wanted).length &&
      keys.every((key) => Object.hasOwn(wanted, key) && equal(wanted[key], actual[key]))
    );
  }
  return Object.is(wanted, actual);
}

function equalLists(wanted: readonly unknown[], actual: readonly unknown[]): boolean {
  if (wanted.every((each) => typeof each === 'string')) {
    const set = new Set(actual);
    return set.size === new Set(wanted).size && wanted.every((each) => set.has(each));
  }
  if (wanted.length !== actual.length) return false;
  if (wanted.every(isRecord)) {
    const left = [...actual];
    return wanted.every((each) => {
      const at = left.findIndex((one) => isRecord(one) && differences(each, one).length === 0);
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
  }
  return wanted.every((each, at) => equal(each, actual[at]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function show(value: unknown): string {
  const text = value === undefined ? 'not given' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
