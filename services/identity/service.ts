// identity, wired: commands onto rules and rows.
import { randomUUID } from 'node:crypto';
import { done } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { inGroups, type ServiceTransaction } from '@parley/platform/store';
import { authenticationErrors, putCredentials } from '../authentication/contract.ts';
import * as contract from './contract.ts';
import { planImport, takenProblems } from './import.ts';
import { migrations } from './migrations/index.ts';
import { changedUser, newUser } from './person.ts';
import { photoTag, photoType } from './photo.ts';
import * as rows from './store.ts';

const { fault } = contract.identityErrors;
/** People with the longest names and titles in any script still fit into one message of the bus. */
const SNAPSHOT_PAGE = 250;
/** Hashing the passwords of a large import takes its time. */
const IMPORT_DEADLINE_MS = 300_000;

export const identityService: ServiceDefinition = {
  name: 'identity',
  after: [],
  migrations,
  async start({ bus, store, config }: ServiceContext): Promise<RunningService> {
    const own = await store.service<rows.IdentityTables>('identity', migrations);
    // In the morning everybody comes at once: those who come together are looked up together.
    const find = inGroups((keys: readonly rows.UserKey[]) => rows.findUsers(own, keys));

    type Work = ServiceTransaction<rows.IdentityTables>;
    const announce = (work: Work, user: contract.User) => work.announce(contract.userChanged, user);

    /** Faults where another user has that address or number. */
    async function collision(work: Work, user: contract.User) {
      const taken = await rows.takenBy(work.db, { addresses: [user.address], phones: [user.phone] });
      const other = taken.find((row) => row.userId !== user.userId);
      if (other === undefined) return undefined;
      return fault(other.address === user.address ? 'IDENTITY_ADDRESS_TAKEN' : 'IDENTITY_PHONE_TAKEN');
    }

    function change(userId: string, next: (user: contract.User) => ReturnType<typeof changedUser>) {
      return own.transaction(async (work) => {
        const user = await rows.lockUser(work.db, userId);
        if (user === undefined) return fault('IDENTITY_NO_SUCH_USER');
        const changed = next(user);
        if (!changed.ok) return changed;
        const collided = await collision(work, changed.value);
        if (collided !== undefined) return collided;
        await rows.updateUser(work.db, changed.value);
        await announce(work, changed.value);
        return changed;
      });
    }

    const subscriptions = await Promise.all([
      bus.serve(contract.createUser, ({ onlyFirst, ...fields }) =>
        own.transaction(async (work) => {
          if (onlyFirst === true && (await rows.lockFirst(work.db)).isThere)
            return authenticationErrors.fault('AUTHENTICATION_NOT_FIRST');
          const made = newUser(fields.userId ?? randomUUID(), fields, config.domain);
          if (!made.ok) return made;
          const collided = await collision(work, made.value);
          if (collided !== undefined) return collided;
          await rows.insertUsers(work.db, [made.value]);
          await announce(work, made.value);
          return made;
        }),
      ),
      bus.serve(contract.updateUser, ({ userId, changes }) =>
        change(userId, (user) => changedUser(user, changes, config.domain)),
      ),
      bus.serve(contract.setDisabled, ({ userId, disabled }) =>
        change(userId, (user) => done({ ...user, disabled, version: user.version + 1 })),
      ),
      bus.serve(contract.hasAdministrator, async () =>
        done({ exists: await rows.administratorExists(own.db) }),
      ),
      bus.serve(contract.getUser, async (key) => {
        const user = await find(key);
        return user === undefined ? fault('IDENTITY_NO_SUCH_USER') : done(user);
      }),
      bus.serve(contract.searchUsers, async ({ query, limit }) => {
        const users = await rows.searchUsers(own.db, query, limit + 1);
        return done({ users: users.slice(0, limit), more: users.length > limit });
      }),
      bus.serve(contract.listUsers, async ({ query, after, limit }) =>
        done(await rows.listUsers(own.db, query ?? '', after, limit)),
      ),
      bus.serve(contract.directorySnapshot, async ({ after }) =>
        done(await rows.snapshotPage(own.db, after, SNAPSHOT_PAGE)),
      ),
      bus.serve(contract.setPhoto, async ({ userId, data }) => {
        const bytes = Buffer.from(data, 'base64');
        const mediaType = photoType(bytes);
        if (mediaType === undefined) return fault('IDENTITY_BAD_PHOTO');
        return own.transaction(async (work) => {
          const user = await rows.lockUser(work.db, userId);
          if (user === undefined) return fault('IDENTITY_NO_SUCH_USER');
          const changed = { ...user, photo: photoTag(bytes), version: user.version + 1 };
          await rows.putPhoto(work.db, userId, mediaType, bytes);
          await rows.updateUser(work.db, changed);
          await announce(work, changed);
          return done(changed);
        });
      }),
      bus.serve(contract.removePhoto, ({ userId }) =>
        own.transaction(async (work) => {
          const user = await rows.lockUser(work.db, userId);
          if (user === undefined) return fault('IDENTITY_NO_SUCH_USER');
          if (user.photo === '') return done(user);
          const changed = { ...user, photo: '', version: user.version + 1 };
          await rows.removePhoto(work.db, userId);
          await rows.updateUser(work.db, changed);
          await announce(work, changed);
          return done(changed);
        }),
      ),
      bus.serve(contract.getPhoto, async ({ userId }) => {
        const photo = await rows.findPhoto(own.db, userId);
        if (photo === undefined) return fault('IDENTITY_NO_PHOTO');
        return done({ mediaType: photo.mediaType, data: photo.data.toString('base64') });
      }),
      bus.serve(contract.importUsers, async ({ rows: importRows, dryRun }) => {
        const plan = planImport(importRows, config.domain, randomUUID);
        const taken = await rows.takenBy(own.db, {
          addresses: plan.accepted.map(({ user }) => user.address),
          phones: plan.accepted.map(({ user }) => user.phone),
        });
        const entries = plan.accepted.map(({ row, user }) => ({
          userId: user.userId,
          address: user.address,
          password: row.password,
          devicePassword: row.devicePassword,
        }));
        const checked = await bus.call(putCredentials, { entries, dryRun: true });
        if (!checked.ok) return checked;
        const problems = [
          ...plan.problems,
          ...takenProblems(plan, taken),
          ...checked.value.problems.map(({ index, column, reason }) => ({
            line: plan.accepted[index]?.row.line ?? 0,
            column,
            reason,
          })),
        ].sort((one, other) => one.line - other.line);
        if (problems.length > 0 || dryRun) {
          return done({ imported: problems.length > 0 ? 0 : plan.accepted.length, dryRun, problems });
        }
        // Credentials first: those of people who then fail to appear are never asked for, while a person
        // without credentials would be half an import.
        const stored = await bus.call(
          putCredentials,
          { entries, dryRun: false },
          { deadlineMs: IMPORT_DEADLINE_MS },
        );
        if (!stored.ok) return stored;
        return own.transaction(async (work) => {
          const users = plan.accepted.map(({ user }) => user);
          const late = takenProblems(
            plan,
            await rows.takenBy(work.db, {
              addresses: users.map((u) => u.address),
              phones: users.map((u) => u.phone),
            }),
          );
          if (late.length > 0) return done({ imported: 0, dryRun, problems: late });
          await rows.insertUsers(work.db, users);
          for (const user of users) await announce(work, user);
          return done({ imported: users.length, dryRun, problems: [] });
        });
      }),
    ]);

    return {
      async [Symbol.asyncDispose]() {
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};
