// How case files write the codes of faults: LICENCE_POOL_EXHAUSTED is `pool-exhausted`.
export function caseError(code: string): string {
  return code
    .replace(/^LICENCE_/, '')
    .replaceAll('_', '-')
    .toLowerCase();
}
