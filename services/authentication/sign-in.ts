// Sign-ins of browsers: passwords checked, tokens given out, sign-ins listed and ended.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { done } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import { sourceGroup } from '@parley/platform/net';
import { inGroups, type ServiceStore } from '@parley/platform/store';
import { getUser, userChanged } from '../identity/contract.ts';
import * as contract from './contract.ts';
import { afterFailure, isLocked, NO_FAILURES, Nobodies, SourceThrottle } from './lock-out.ts';
import { hashPassword, isWeak, verifyNobody, verifyPassword } from './password.ts';
import * as rows from './store.ts';

const { fault } = contract.authenticationErrors;
const SIGN_IN_MS = 30 * 24 * 3600_000;
/** Being seen is written at most this often. */
const SEEN_MS = 60_000;

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export async function serveSignIns(context: ServiceContext, own: ServiceStore<rows.AuthenticationTables>) {
  const { bus, clock, log } = context;
  const throttle = new SourceThrottle();
  const nobodies = new Nobodies();
  // In the morning everybody comes at once: those who come together are looked up together.
  const find = inGroups(async (hashes: readonly string[]) => {
    const found = await rows.findSignIns(own, hashes, clock.wallNow());
    return hashes.map((hash) => found.get(hash));
  });
  const touch = inGroups(async (signInIds: readonly string[]) => {
    await rows.touchSignIns(own, signInIds, clock.wallNow());
    return signInIds;
  });

  async function checkPassword(userId: string, password: string) {
    const stored = await rows.findPassword(own.db, userId);
    if (stored === undefined) return checkNobody(userId, password);
    if (isLocked(stored.count, clock.wallNow())) return { right: false, locked: true };
    const isRight = await verifyPassword(stored.hash, password);
    const now = clock.wallNow();
    const before = await own.transaction(({ db }) =>
      rows.changeCount(db, userId, (count) => {
        if (isLocked(count, now)) return count;
        return isRight ? NO_FAILURES : afterFailure(count, now);
      }),
    );
    // Many guesses at once: what comes after the lock is refused, right or not, although it began before.
    const locked = isLocked(before, now);
    return { right: isRight && !locked, locked };
  }

  /** Answers as it would for somebody who has a password, the lock included. */
  async function checkNobody(name: string, password: string) {
    const now = clock.wallNow();
    if (nobodies.isLocked(name, now)) return { right: false, locked: true };
    nobodies.failed(name, now);
    await verifyNobody(password);
    await own.transaction(({ db }) => rows.changeCount(db, 'nobody', (count) => count));
    return { right: false, locked: false };
  }

  function end(which: rows.SignInsToEnd) {
    return own.transaction(async (work) => {
      const ended = await rows.endSignIns(work.db, which);
      for (const { signInId, userId } of ended)
        await work.announce(contract.signInEnded, { signInId, userId });
      return ended.length;
    });
  }

  async function storePassword(userId: string, password: string) {
    if (isWeak(password)) return fault('AUTHENTICATION_WEAK_PASSWORD');
    await rows.putPassword(own.db, userId, await hashPassword(password), clock.wallNow());
    return done({});
  }

  return Promise.all([
    bus.serve(contract.signIn, async ({ address, password, source, userAgent }) => {
      const now = clock.wallNow();
      const network = sourceGroup(source);
      if (throttle.isThrottled(network, now)) return fault('AUTHENTICATION_THROTTLED');
      const known = fullAddress(address, context.config.domain);
      const found = await bus.call(getUser, { address: known });
      if (!found.ok && found.fault.code !== 'IDENTITY_NO_SUCH_USER') return found;
      const user = found.ok ? found.value : undefined;
      const { right, locked } =
        user === undefined ? await checkNobody(known, password) : await checkPassword(user.userId, password);
      if (locked) return fault('AUTHENTICATION_LOCKED');
      if (!right || user === undefined) {
        throttle.failed(network, now);
        log.info({ source, address }, 'sign-in refused');
        return fault('AUTHENTICATION_FAILED');
      }
      if (user.disabled) return fault('AUTHENTICATION_DISABLED');
      const token = randomBytes(32).toString('base64url');
      const signIn = {
        signInId: randomUUID(),
        userId: user.userId,
        source,
        userAgent,
        createdAt: now,
        lastSeenAt: now,
      };
      const expiresAt = now + SIGN_IN_MS;
      await rows.insertSignIn(own.db, signIn, hashToken(token), expiresAt);
      return done({ token, signInId: signIn.signInId, userId: user.userId, expiresAt });
    }),
    bus.serve(contract.checkSignIn, async ({ token }) => {
      const now = clock.wallNow();
      const signIn = await find(hashToken(token));
      if (signIn === undefined) return fault('AUTHENTICATION_SIGN_IN_ENDED');
      const found = await bus.call(getUser, { userId: signIn.userId });
      if (!found.ok)
        return found.fault.code === 'IDENTITY_NO_SUCH_USER' ? fault('AUTHENTICATION_SIGN_IN_ENDED') : found;
      if (found.value.disabled) return fault('AUTHENTICATION_DISABLED');
      if (now - signIn.lastSeenAt > SEEN_MS) await touch(signIn.signInId);
      return done({
        signInId: signIn.signInId,
        userId: signIn.userId,
        administrator: found.value.administrator,
      });
    }),
    bus.serve(contract.signOut, async ({ signInId }) => {
      await end({ signInId });
      return done({});
    }),
    bus.serve(contract.signOutEverywhere, async ({ userId }) => done({ ended: await end({ userId }) })),
    bus.serve(contract.listSignIns, async ({ userId, limit }) =>
      done({ signIns: await rows.listSignIns(own.db, userId, clock.wallNow(), limit) }),
    ),
    bus.serve(contract.setPassword, ({ userId, password }) => storePassword(userId, password)),
    bus.serve(contract.changePassword, async ({ userId, oldPassword, newPassword, signInId }) => {
      const { right, locked } = await checkPassword(userId, oldPassword);
      if (locked) return fault('AUTHENTICATION_LOCKED');
      if (!right) return fault('AUTHENTICATION_FAILED', 'The old password is wrong.');
      const stored = await storePassword(userId, newPassword);
      if (stored.ok) await end({ userId, ...(signInId === undefined ? {} : { butNot: signInId }) });
      return stored;
    }),
    bus.subscribe(
      userChanged,
      async (user) => {
        if (user.disabled) await end({ userId: user.userId });
      },
      { queue: 'authentication' },
    ),
  ]);
}

/** People sign in with their local part alone, too. */
function fullAddress(text: string, domain: string): string {
  const address = text.trim().toLowerCase();
  return address.includes('@') ? address : `${address}@${domain}`;
}
