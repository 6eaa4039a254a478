// What may be written about a person: fields brought into their one spelling, or the fault that says why not.
import { done, type Outcome } from '@parley/platform/contract';
import { cleanLine } from '@parley/protocol/text';
import { normaliseAddress } from './address.ts';
import { identityErrors, type User, type UserFields } from './contract.ts';
import { normalisePhone } from './phone.ts';

const { fault } = identityErrors;

const LONGEST_FIELD = 200;

export function newUser(userId: string, fields: UserFields, domain: string): Outcome<User> {
  const blank: User = {
    userId,
    address: '',
    name: '',
    title: '',
    department: '',
    office: '',
    phone: '',
    photo: '',
    administrator: false,
    disabled: false,
    version: 0,
  };
  return changedUser(blank, fields, domain);
}

/** The user with these changes and the next version. */
export function changedUser(user: User, changes: Partial<UserFields>, domain: string): Outcome<User> {
  const address = changes.address === undefined ? user.address : normaliseAddress(changes.address, domain);
  if (address === undefined || address === '')
    return fault('IDENTITY_BAD_ADDRESS', badAddress(changes.address, domain));
  // Nobody's name is cut.
  const name = cleanLine(changes.name ?? user.name, Number.POSITIVE_INFINITY);
  if (name === '' || name.length > LONGEST_FIELD) return fault('IDENTITY_BAD_NAME');
  const phone = changes.phone === undefined ? user.phone : normalisePhone(changes.phone);
  if (phone === undefined) return fault('IDENTITY_BAD_PHONE');
  return done({
    ...user,
    address,
    name,
    phone,
    title: cleanLine(changes.title ?? user.title, LONGEST_FIELD),
    department: cleanLine(changes.department ?? user.department, LONGEST_FIELD),
    office: cleanLine(changes.office ?? user.office, LONGEST_FIELD),
    administrator: changes.administrator ?? user.administrator,
    version: user.version + 1,
  });
}

function badAddress(text: string | undefined, domain: string): string {
  return `“${text ?? ''}” is not an address of this server, which is ${domain}.`;
}
