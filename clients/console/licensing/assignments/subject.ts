// A person or a device as one text.
import type { Subject } from '../licensing-api.ts';

export function subjectKey({ kind, id }: Subject): string {
  return `${kind}:${id}`;
}
