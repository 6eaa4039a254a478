// A short visit to the data of a Parley, running or not: a few services on a private bus, for the commands that change
// users and licences. Announcements stay in the outbox for the process that serves people.
import type { Bus, CommandContract, ReplyOf, RequestOf } from '@parley/platform/bus';
import {
  type Config,
  type Host,
  type RoleDefinition,
  type ServiceDefinition,
  startHost,
} from '@parley/platform/host';
import { getUser, type User } from '@parley/services/identity/contract';
import type { TSchema } from 'typebox';
import { version } from '../version.ts';
import { granted } from './answer.ts';
import { loadSettings, type SettingsOptions } from './settings.ts';

export interface Visit {
  readonly config: Config;
  readonly bus: Bus;
  /** Calls a command; a fault of the service ends the command line's command with `refused`. */
  ask<Q extends TSchema, R extends TSchema>(
    contract: CommandContract<Q, R>,
    request: RequestOf<CommandContract<Q, R>>,
    options?: { readonly deadlineMs?: number },
  ): Promise<ReplyOf<CommandContract<Q, R>>>;
}

const OFF = { address: '127.0.0.1', port: null };

/** @param more services that this command talks to beside identity and authentication. */
export async function visit<T>(
  options: SettingsOptions,
  work: (visit: Visit) => Promise<T>,
  more: readonly ServiceDefinition[] = [],
): Promise<T> {
  const { config } = await loadSettings(options);
  await using host = await startVisitor(config, more);
  const { bus } = host;
  return await work({
    config,
    bus,
    async ask(contract, request, callOptions) {
      return granted(await bus.call(contract, request, callOptions));
    },
  });
}

/** `bob` is bob@ this server's domain. */
export function fullAddress(address: string, { config }: Visit): string {
  return address.includes('@') ? address : `${address}@${config.domain}`;
}

export function findUser(here: Visit, address: string): Promise<User> {
  return here.ask(getUser, { address: fullAddress(address, here).toLowerCase() });
}

async function startVisitor(config: Config, more: readonly ServiceDefinition[]): Promise<Host> {
  // Loaded here, not at the top: `parley --help` needs none of it.
  const { createLog } = await import('@parley/platform/observe');
  const { runningPostgres } = await import('./running-postgres.ts');
  const { identityService } = await import('@parley/services/identity/service');
  const { authenticationService } = await import('@parley/services/authentication/service');
  const services = [identityService, authenticationService, ...more];
  const visitor: RoleDefinition = { name: 'visitor', services };
  const { bus: _bus, ...own } = config;
  const postgres = config.store ?? (await runningPostgres(config.data));
  return await startHost({
    config: {
      ...own,
      listen: { http: OFF, https: OFF, sip: OFF, sips: OFF, turn: OFF, turns: OFF, admin: OFF },
    },
    roles: [visitor],
    version,
    log: createLog({ level: config.log.level === 'debug' ? 'debug' : 'error' }),
    print: () => {},
    visit: postgres === undefined ? {} : { postgres },
  });
}
