// Whom a person means: chosen from the list, or typed or pasted in any spelling. Dial plans join here later. Pure.
import { done, type Outcome } from '@parley/platform/contract';
import { fullNumber } from '@parley/protocol/text';
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import { type Callee, callErrors } from './contract.ts';

export interface Called {
  readonly user: User;
  /** A telephone number was dialled, and not a person. */
  readonly isNumber: boolean;
}

export function findCallee(directory: Directory, callee: Callee, domain: string): Outcome<Called> {
  if ('userId' in callee) return found(directory.users.get(callee.userId), false);
  const typed = callee.dialled.trim();
  const number = fullNumber(typed);
  if (number !== undefined) {
    for (const userId of directory.byPhone.get(number) ?? []) {
      const holder = found(directory.users.get(userId), true);
      if (holder.ok) return holder;
    }
    return callErrors.fault('CALL_NO_SUCH_NUMBER');
  }
  const address = typed
    .replace(/^<|>$/g, '')
    .replace(/^sips?:/i, '')
    .replace(/[;?].*$/, '')
    .toLowerCase();
  return found(directory.byAddress.get(address.includes('@') ? address : `${address}@${domain}`), false);
}

function found(user: User | undefined, isNumber: boolean): Outcome<Called> {
  if (user === undefined || user.disabled) return callErrors.fault('CALL_NO_SUCH_NUMBER');
  return done({ user, isNumber });
}
