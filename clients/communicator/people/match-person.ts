// Whether a person fits what was typed: each word begins a word of the name, department or address, or is part of
// the number. The same rule as the server's, for searching without a connection. Pure.
import type { User } from '../../kit/contracts.ts';

type Searched = Pick<User, 'name' | 'address' | 'department' | 'phone'>;

export function matchesPerson(user: Searched, query: string): boolean {
  const words = fold(`${user.name} ${user.department} ${user.address}`).split(/[\s@.,()-]+/);
  const digits = user.phone.replace(/\D/g, '');
  return fold(query)
    .split(/\s+/)
    .filter((part) => part !== '')
    .every((part) => {
      const number = part.replace(/\D/g, '');
      const isNumber = number.length >= 3 && /^[+\d()/-]+$/.test(part);
      return words.some((word) => word.startsWith(part)) || (isNumber && digits.includes(number));
    });
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
