// Devices: phones that sign in by SIP digest with a password of their own each.
import { randomBytes, randomUUID } from 'node:crypto';
import { done } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import { getUser } from '../identity/contract.ts';
import { localPart } from '../identity/view.ts';
import * as contract from './contract.ts';
import { generateDevicePassword, hashDevicePassword } from './device-password.ts';
import { hashPassword, isWeak } from './password.ts';
import * as rows from './store.ts';

const { fault } = contract.authenticationErrors;
/** Control characters and those that turn the writing around: a name is shown on an administrator's terminal, too. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const DEVICES_A_USER = 32;
const DEVICE_PASSWORD_MINIMUM = 8;

export async function serveDevices(context: ServiceContext, own: ServiceStore<rows.AuthenticationTables>) {
  const { bus, clock, config } = context;

  return Promise.all([
    bus.serve(contract.addDevice, async ({ userId, name, expiresAt, password }) => {
      const found = await bus.call(getUser, { userId });
      if (!found.ok) return found;
      const { address } = found.value;
      const secret = password ?? generateDevicePassword();
      const device = {
        deviceId: randomUUID(),
        userId,
        name: name.replace(UNSEEN, ' ').trim() || 'Phone',
        createdAt: clock.wallNow(),
        expiresAt: expiresAt ?? null,
        lastUsedAt: null,
      };
      return own.transaction(async (work) => {
        const devices = await rows.listDevices(work.db, userId);
        if (devices.length >= DEVICES_A_USER) return fault('AUTHENTICATION_TOO_MANY_DEVICES');
        await rows.insertDevice(work.db, device, address, hashDevicePassword(address, secret));
        await work.announce(contract.devicesChanged, { userId, username: localPart(address) });
        return done({ device, password: secret });
      });
    }),
    bus.serve(contract.listDevices, async ({ userId }) =>
      done({ devices: await rows.listDevices(own.db, userId) }),
    ),
    bus.serve(contract.revokeDevice, async ({ userId, deviceId }) => {
      const found = await bus.call(getUser, { userId });
      if (!found.ok) return found;
      return own.transaction(async (work) => {
        if (!(await rows.deleteDevice(work.db, userId, deviceId)))
          return fault('AUTHENTICATION_NO_SUCH_DEVICE');
        await work.announce(contract.devicesChanged, { userId, username: localPart(found.value.address) });
        return done({});
      });
    }),
    bus.serve(contract.digestCredentials, async ({ username }) => {
      const spelling = username.includes('@') ? 'full' : 'local';
      const address =
        spelling === 'full' ? username.toLowerCase() : `${username.toLowerCase()}@${config.domain}`;
      const found = await bus.call(getUser, { address });
      if (!found.ok)
        return found.fault.code === 'IDENTITY_NO_SUCH_USER' ? fault('AUTHENTICATION_FAILED') : found;
      const digests = await rows.findDigests(own.db, address, spelling);
      return done({
        userId: found.value.userId,
        disabled: found.value.disabled,
        devices: digests.map(({ deviceId, md5, sha256, expiresAt }) => ({
          deviceId,
          md5,
          sha256,
          expiresAt,
        })),
      });
    }),
    bus.serve(contract.nonceKey, async () =>
      done({ key: await rows.keyNamed(own.db, 'nonce', () => randomBytes(32).toString('hex')) }),
    ),
    bus.subscribe(contract.deviceUsed, ({ deviceId, at }) => rows.touchDevice(own.db, deviceId, at), {
      queue: 'authentication',
    }),
    bus.serve(contract.putCredentials, async ({ entries, dryRun }) => {
      const problems = entries.flatMap(({ password, devicePassword }, index) => [
        ...(password !== '' && isWeak(password)
          ? [
              {
                index,
                column: 'password',
                reason: contract.authenticationErrors.table.AUTHENTICATION_WEAK_PASSWORD.sentence,
              },
            ]
          : []),
        ...(devicePassword !== '' && devicePassword.length < DEVICE_PASSWORD_MINIMUM
          ? [
              {
                index,
                column: 'devicePassword',
                reason: `A device password has at least ${DEVICE_PASSWORD_MINIMUM} characters.`,
              },
            ]
          : []),
      ]);
      if (dryRun || problems.length > 0) return done({ problems });
      const now = clock.wallNow();
      // One after the other: hashing all at once would keep every sign-in and file of this process waiting.
      const hashes: string[] = [];
      for (const { password } of entries) hashes.push(password === '' ? '' : await hashPassword(password));
      await own.transaction(async ({ db }) => {
        for (const [index, { userId, address, devicePassword }] of entries.entries()) {
          const hash = hashes[index] ?? '';
          if (hash !== '') await rows.putPassword(db, userId, hash, now);
          if (devicePassword === '') continue;
          const device = {
            deviceId: randomUUID(),
            userId,
            name: 'Phone',
            createdAt: now,
            expiresAt: null,
            lastUsedAt: null,
          };
          await rows.insertDevice(db, device, address, hashDevicePassword(address, devicePassword));
        }
      });
      return done({ problems: [] });
    }),
  ]);
}
