// The first administrator: made once, by somebody at this machine or with the code that the server printed.
import { randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import { done } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import { createUser, hasAdministrator } from '../identity/contract.ts';
import * as contract from './contract.ts';
import { hashPassword, isWeak } from './password.ts';
import * as rows from './store.ts';

const { fault } = contract.authenticationErrors;
const CODE_KEY = 'first-run-code';

/** `482-113-907`: read from a terminal, typed into a browser. */
function makeCode(): string {
  return Array.from({ length: 3 }, () => String(randomInt(1000)).padStart(3, '0')).join('-');
}

export function isLoopback(source: string): boolean {
  return source === '::1' || /^(::ffff:)?127\./.test(source);
}

function same(given: string, expected: string): boolean {
  const digits = (text: string) => Buffer.from(text.replace(/\D/g, '').padEnd(32, ' ').slice(0, 32));
  return timingSafeEqual(digits(given), digits(expected));
}

export async function serveFirstRun(context: ServiceContext, own: ServiceStore<rows.AuthenticationTables>) {
  const { bus, clock } = context;

  async function isNeeded() {
    const found = await bus.call(hasAdministrator, {});
    return found.ok ? done(!found.value.exists) : found;
  }

  const needed = await isNeeded();
  if (needed.ok && needed.value) {
    context.print(
      `To set up Parley from another machine, use this code: ${await rows.keyNamed(own.db, CODE_KEY, makeCode)}`,
    );
  }

  return Promise.all([
    bus.serve(contract.firstRun, async () => {
      const still = await isNeeded();
      return still.ok ? done({ needed: still.value }) : still;
    }),
    bus.serve(contract.createFirstAdministrator, async ({ address, name, password, source, code }) => {
      const first = await isNeeded();
      if (!first.ok) return first;
      if (!first.value) return fault('AUTHENTICATION_NOT_FIRST');
      if (!isLoopback(source)) {
        const expected = await rows.keyNamed(own.db, CODE_KEY, makeCode);
        if (code === undefined || !same(code, expected)) return fault('AUTHENTICATION_CODE_NEEDED');
      }
      if (isWeak(password)) return fault('AUTHENTICATION_WEAK_PASSWORD');
      const userId = randomUUID();
      // Stored before the person is: an administrator without a password could not sign in. Of two who try at once,
      // identity makes one, and the password of the other belongs to nobody.
      await rows.putPassword(own.db, userId, await hashPassword(password), clock.wallNow());
      const created = await bus.call(createUser, {
        userId,
        address,
        name,
        administrator: true,
        onlyFirst: true,
      });
      if (!created.ok) return created;
      await rows.forgetKey(own.db, CODE_KEY);
      return done({ userId });
    }),
  ]);
}
