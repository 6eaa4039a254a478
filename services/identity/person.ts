// What may be written about a person: fields brought into their one spelling, or the fault that says why not.
import { done, type Outcome } from '@parley/platform/contract';
import { normaliseAddress } from './address.ts';
import { identityErrors, type User, type UserFields } from './contract.ts';
import { normalisePhone } from './phone.ts';

const { fault } = identityErrors;

const LONGEST_FIELD = 200;
/** Characters that no name has and that could break a page, a log line or a SIP header. */
const FORBIDDEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

function clean(text: string): string {
  return text.toWellFormed().replace(FORBIDDEN, ' ').trim().normalize('NFC');
}

/** The one spelling of some letters is longer: it is cut after that. */
function cleanField(text: string): string {
  return [...clean(text)].slice(0, LONGEST_FIELD).join('').trim();
}

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
  const name = clean(changes.name ?? user.name);
  if (name === '' || name.length > 200) return fault('IDENTITY_BAD_NAME');
  const phone = changes.phone === undefined ? user.phone : normalisePhone(changes.phone);
  if (phone === undefined) return fault('IDENTITY_BAD_PHONE');
  return done({
    ...user,
    address,
    name,
    phone,
    title: cleanField(changes.title ?? user.title),
    department: cleanField(changes.department ?? user.department),
    office: cleanField(changes.office ?? user.office),
    administrator: changes.administrator ?? user.administrator,
    version: user.version + 1,
  });
}

function badAddress(text: string | undefined, domain: string): string {
  return `“${text ?? ''}” is not an address of this server, which is ${domain}.`;
}
