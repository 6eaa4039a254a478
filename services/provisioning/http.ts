// The administration API over HTTP: people, their devices and sign-ins, import, health. Administrators only.

import { randomUUID } from 'node:crypto';
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome, type ReplyOf } from '@parley/platform/contract';
import { type RouteSchema, type Routes, sendFault } from '@parley/platform/web';
import { type Static, type TSchema, Type } from 'typebox';
import * as authentication from '../authentication/contract.ts';
import * as identity from '../identity/contract.ts';
import { readPeople } from '../identity/csv.ts';
import { SIGN_IN_COOKIE } from '../web-access/contract.ts';
import { type Administrator, administratorOf, refusesOwn } from './administrator.ts';
import { HealthReport, provisioningErrors } from './contract.ts';
import { newPassword } from './new-password.ts';

export interface ProvisioningContext {
  readonly bus: Bus;
  readonly health: (administrator: Administrator) => Promise<HealthReport>;
}

const BASE = '/api/v1/admin';
const IMPORT_LIMIT_BYTES = 12 * 1024 * 1024;
const PHOTO_LIMIT_BYTES = 1024 * 1024;
const IMPORT_DEADLINE_MS = 300_000;
const tables = [
  provisioningErrors.table,
  authentication.authenticationErrors.table,
  identity.identityErrors.table,
] as const;

const Nothing = Type.Object({});
const Password = Type.String({ minLength: 1, maxLength: 1024 });
const UserPath = Type.Object({ userId: identity.UserId });
const DevicePath = Type.Object({ userId: identity.UserId, deviceId: Type.String({ maxLength: 64 }) });
const SignInPath = Type.Object({ signInId: Type.String({ maxLength: 64 }) });

/** One operation: what it takes is checked before `work`, what it gives is described for the API page. */
interface Operation<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly reply: R;
  readonly bodyLimitBytes?: number;
  readonly work: (given: {
    readonly params: Static<P>;
    readonly query: Static<Q>;
    readonly body: Static<B>;
    readonly administrator: Administrator;
  }) => Promise<Outcome<Static<R>>>;
}

type Declare = <P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema>(
  operation: Operation<P, Q, B, R>,
) => void;

export function declareAdministration(routes: Routes, context: ProvisioningContext): void {
  const asking = new WeakMap<object, Administrator>();
  const declare: Declare = (operation) => {
    const { params, query, body, reply } = operation;
    // Declared as plain schemas: the types of what a request holds are those of the operation.
    const schema: RouteSchema = {
      tags: [operation.tag],
      summary: operation.summary,
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      response: { 200: reply },
    };
    routes.route({
      method: operation.method,
      url: `${BASE}${operation.path}`,
      ...(operation.bodyLimitBytes === undefined ? {} : { bodyLimit: operation.bodyLimitBytes }),
      schema,
      // Before the body is read: strangers must not fill our memory, nor learn what a body has to be.
      preParsing: async (request, answer) => {
        const administrator = await administratorOf(context.bus, request.cookies[SIGN_IN_COOKIE]);
        if (administrator.ok) asking.set(request, administrator.value);
        else await sendFault(answer, administrator.fault, ...tables);
      },
      handler: async (request, answer) => {
        const administrator = asking.get(request);
        if (administrator === undefined) throw new Error('a request came past the check of who asks');
        const outcome = await operation.work({
          params: request.params as never,
          query: request.query as never,
          body: request.body as never,
          administrator,
        });
        return outcome.ok ? answer.send(outcome.value) : sendFault(answer, outcome.fault, ...tables);
      },
    });
  };
  declarePeople(declare, context);
  declareAccounts(declare, context);
  declareDevices(declare, context);
  declareSignIns(declare, context);
  declareImport(declare, context);
  declare({
    method: 'GET',
    path: '/health',
    tag: 'Health',
    summary: 'The state of the installation',
    reply: HealthReport,
    work: async ({ administrator }) => done(await context.health(administrator)),
  });
}

function declarePeople(declare: Declare, { bus }: ProvisioningContext): void {
  const tag = 'Users';
  declare({
    method: 'GET',
    path: '/users',
    tag,
    summary: 'List or search people, by name',
    query: Type.Object({
      query: Type.Optional(Type.String({ maxLength: 200 })),
      after: Type.Optional(Type.String({ maxLength: 500, description: '`next` of the page before.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '100 unless given.' })),
    }),
    reply: identity.listUsers.reply,
    work: ({ query }) => bus.call(identity.listUsers, { ...query, limit: query.limit ?? 100 }),
  });
  declare({
    method: 'POST',
    path: '/users',
    tag,
    summary: 'Add a person, with a password or without',
    body: Type.Object({ ...identity.UserFields.properties, password: Type.Optional(Password) }),
    reply: identity.User,
    work: ({ body: { password, ...fields } }) => addPerson(bus, fields, password),
  });
  declare({
    method: 'GET',
    path: '/users/:userId',
    tag,
    summary: 'One person',
    params: UserPath,
    reply: identity.User,
    work: ({ params }) => bus.call(identity.getUser, params),
  });
  declare({
    method: 'PATCH',
    path: '/users/:userId',
    tag,
    summary: 'Change a person',
    params: UserPath,
    body: Type.Partial(identity.UserFields),
    reply: identity.User,
    work: async ({ params: { userId }, body: changes, administrator }) =>
      refusesOwn(administrator, userId, { changes }) ??
      (await bus.call(identity.updateUser, { userId, changes })),
  });
  declare({
    method: 'PUT',
    path: '/users/:userId/photo',
    tag,
    summary: 'Set the photo of a person',
    params: UserPath,
    body: Type.Object({
      mediaType: Type.String({ maxLength: 100 }),
      data: Type.String({
        maxLength: 720_000,
        description: 'base64 of a PNG, JPEG or WebP of at most 512 KiB',
      }),
    }),
    reply: identity.User,
    bodyLimitBytes: PHOTO_LIMIT_BYTES,
    work: ({ params: { userId }, body }) => bus.call(identity.setPhoto, { ...body, userId }),
  });
  declare({
    method: 'DELETE',
    path: '/users/:userId/photo',
    tag,
    summary: 'Take the photo of a person away',
    params: UserPath,
    reply: identity.User,
    work: ({ params }) => bus.call(identity.removePhoto, params),
  });
}

/** The password is checked and stored before the person is, so that nobody is added whose password was refused. */
async function addPerson(
  bus: Bus,
  fields: identity.UserFields,
  password: string | undefined,
): Promise<Outcome<identity.User>> {
  const userId = randomUUID();
  if (password !== undefined) {
    const stored = await bus.call(authentication.setPassword, { userId, password });
    if (!stored.ok) return stored;
  }
  return bus.call(identity.createUser, { ...fields, userId });
}

function declareAccounts(declare: Declare, { bus }: ProvisioningContext): void {
  const tag = 'Users';
  declare({
    method: 'POST',
    path: '/users/:userId/disable',
    tag,
    summary: 'Disable an account and end its sign-ins',
    params: UserPath,
    reply: identity.User,
    work: async ({ params: { userId }, administrator }) => {
      const refused = refusesOwn(administrator, userId, { disabled: true });
      if (refused !== undefined) return refused;
      const disabled = await bus.call(identity.setDisabled, { userId, disabled: true });
      if (!disabled.ok) return disabled;
      const ended = await bus.call(authentication.signOutEverywhere, { userId });
      return ended.ok ? disabled : ended;
    },
  });
  declare({
    method: 'POST',
    path: '/users/:userId/enable',
    tag,
    summary: 'Enable an account again',
    params: UserPath,
    reply: identity.User,
    work: ({ params: { userId } }) => bus.call(identity.setDisabled, { userId, disabled: false }),
  });
  declare({
    method: 'POST',
    path: '/users/:userId/reset-password',
    tag,
    summary: 'Give a new password, unlock the account and end its sign-ins; the password is shown once',
    params: UserPath,
    body: Type.Object({ password: Type.Optional(Password) }),
    reply: Type.Object({ password: Type.String() }),
    work: async ({ params: { userId }, body }) => {
      const found = await bus.call(identity.getUser, { userId });
      if (!found.ok) return found;
      const password = body.password ?? newPassword();
      const stored = await bus.call(authentication.setPassword, { userId, password });
      if (!stored.ok) return stored;
      const ended = await bus.call(authentication.signOutEverywhere, { userId });
      return ended.ok ? done({ password }) : ended;
    },
  });
  declare({
    method: 'POST',
    path: '/users/:userId/sign-out-everywhere',
    tag,
    summary: 'End every sign-in of a person',
    params: UserPath,
    reply: authentication.signOutEverywhere.reply,
    work: ({ params }) => bus.call(authentication.signOutEverywhere, params),
  });
}

function declareDevices(declare: Declare, { bus }: ProvisioningContext): void {
  const tag = 'Devices';
  declare({
    method: 'GET',
    path: '/users/:userId/devices',
    tag,
    summary: 'The devices of a person',
    params: UserPath,
    reply: authentication.listDevices.reply,
    work: ({ params }) => bus.call(authentication.listDevices, params),
  });
  declare({
    method: 'POST',
    path: '/users/:userId/devices',
    tag,
    summary: 'Add a device; its password is shown once',
    params: UserPath,
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      expiresAt: Type.Optional(Type.Integer({ description: 'Unix milliseconds; never if it is left out.' })),
    }),
    reply: authentication.addDevice.reply,
    work: ({ params: { userId }, body }) => bus.call(authentication.addDevice, { ...body, userId }),
  });
  declare({
    method: 'DELETE',
    path: '/users/:userId/devices/:deviceId',
    tag,
    summary: 'Take a device its password',
    params: DevicePath,
    reply: Nothing,
    work: ({ params }) => bus.call(authentication.revokeDevice, params),
  });
}

function declareSignIns(declare: Declare, { bus }: ProvisioningContext): void {
  const tag = 'Sign-ins';
  const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '100 unless given.' }));
  declare({
    method: 'GET',
    path: '/sign-ins',
    tag,
    summary: 'Who is signed in, and where',
    query: Type.Object({ userId: Type.Optional(identity.UserId), limit }),
    reply: authentication.listSignIns.reply,
    work: ({ query }) => bus.call(authentication.listSignIns, { ...query, limit: query.limit ?? 100 }),
  });
  declare({
    method: 'DELETE',
    path: '/sign-ins/:signInId',
    tag,
    summary: 'End one sign-in',
    params: SignInPath,
    reply: Nothing,
    work: ({ params }) => bus.call(authentication.signOut, params),
  });
}

function declareImport(declare: Declare, { bus }: ProvisioningContext): void {
  declare({
    method: 'POST',
    path: '/users/import',
    tag: 'Users',
    summary: 'Add the people of a CSV file: all rows, or none and the reasons',
    body: Type.Object({
      csv: Type.String({
        description: 'Columns address, name, password, devicePassword, phone, title, department, office.',
      }),
      dryRun: Type.Optional(Type.Boolean({ description: 'Check only.' })),
    }),
    reply: identity.ImportReport,
    bodyLimitBytes: IMPORT_LIMIT_BYTES,
    work: ({ body }) => importPeople(bus, body.csv, body.dryRun ?? false),
  });
}

/** With rows that cannot be read, the others are still checked, so that one report names everything. */
async function importPeople(
  bus: Bus,
  csv: string,
  dryRun: boolean,
): Promise<Outcome<ReplyOf<typeof identity.importUsers>>> {
  const { rows, problems } = readPeople(csv);
  const unreadable = { imported: 0, dryRun, problems: [...problems] };
  if (rows.length === 0) return done(unreadable);
  const request = { rows: [...rows], dryRun: dryRun || problems.length > 0 };
  const checked = await bus.call(identity.importUsers, request, { deadlineMs: IMPORT_DEADLINE_MS });
  if (!checked.ok || problems.length === 0) return checked;
  const all = [...problems, ...checked.value.problems].sort((one, other) => one.line - other.line);
  return done({ imported: 0, dryRun, problems: all });
}
