// Operations of `parley licence` that remove one thing by its id, with a reason for the audit.
import type { OperationName } from '@parley/services/licensing/contract';
import type { Answer } from './answer.ts';
import type { CommonOptions } from './command.ts';
import { atTheDesk } from './licence-visit.ts';

export interface RemoveOptions extends CommonOptions {
  readonly reason?: string;
}

export const REASON = 'why; it stays in the audit';

export function removing(
  { reason = '', ...options }: RemoveOptions,
  name: Extract<OperationName, `${string}-remove`>,
  id: Readonly<Record<string, string>>,
  sentence: string,
): Promise<Answer> {
  return atTheDesk(options, async (desk) => {
    // Each of these operations takes one id and the reason.
    await desk.operate(name, { ...id, reason } as never);
    return { data: id, text: [sentence] };
  });
}
