// Who may administer: checked for every request, and what an administrator may not do to the own account. Used by http.ts.
import type { Bus } from '@parley/platform/bus';
import type { Outcome } from '@parley/platform/contract';
import { authenticationErrors, checkSignIn } from '../authentication/contract.ts';
import type { UserFields } from '../identity/contract.ts';
import { provisioningErrors } from './contract.ts';

export interface Administrator {
  readonly userId: string;
}

export async function administratorOf(bus: Bus, token: string | undefined): Promise<Outcome<Administrator>> {
  if (token === undefined || token.length > 200)
    return authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
  const checked = await bus.call(checkSignIn, { token });
  if (!checked.ok) return checked;
  return checked.value.administrator ? checked : provisioningErrors.fault('PROVISIONING_NOT_ADMINISTRATOR');
}

/** An organisation must not lose its last administrator by a slip: nobody ends the own administration. */
export function refusesOwn(
  administrator: Administrator,
  userId: string,
  change: { readonly disabled?: boolean; readonly changes?: Partial<UserFields> },
): ReturnType<typeof provisioningErrors.fault> | undefined {
  if (administrator.userId !== userId) return undefined;
  const isLoss = change.disabled === true || change.changes?.administrator === false;
  return isLoss ? provisioningErrors.fault('PROVISIONING_OWN_ACCOUNT') : undefined;
}
