// One finding of `parley doctor`. Used by the check-* files.
export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly sentence: string;
  readonly remedy?: string;
}

export function ok(name: string, sentence: string): Finding {
  return { name, status: 'ok', sentence };
}
export function warn(name: string, sentence: string, remedy: string): Finding {
  return { name, status: 'warn', sentence, remedy };
}
export function fail(name: string, sentence: string, remedy: string): Finding {
  return { name, status: 'fail', sentence, remedy };
}
