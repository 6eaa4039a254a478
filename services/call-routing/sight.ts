// Which level of access a caller has with a person: a colleague, somebody elsewhere, or a number, which has none.
import { type Sight, sightOf, sightOfStranger } from '../presence/view.ts';
import type { Facts } from './facts.ts';
import type { Caller } from './rules/situation.ts';

export function sightOfCaller(
  { access, domain, directory }: Pick<Facts, 'access' | 'domain' | 'directory'>,
  calleeId: string,
  { userId, addresses }: Caller,
): Sight {
  if (userId !== undefined && directory.current.users.has(userId))
    return sightOf(access.current, calleeId, { userId, domain });
  const address = addresses.find((one) => one.includes('@'));
  return address === undefined ? 'public' : sightOfStranger(access.current, calleeId, address);
}
