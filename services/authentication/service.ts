// authentication, wired.
import {
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startRounds,
} from '@parley/platform/host';
import { serveDevices } from './device.ts';
import { serveFirstRun } from './first-run.ts';
import { credentialsMigration } from './migrations/0001-credentials.ts';
import { serveSignIns } from './sign-in.ts';
import { type AuthenticationTables, forgetExpired } from './store.ts';

const SWEEP_MS = 3600_000;

export const authenticationService: ServiceDefinition = {
  name: 'authentication',
  after: ['identity'],
  migrations: [credentialsMigration],
  async start(context: ServiceContext): Promise<RunningService> {
    const { clock } = context;
    const own = await context.store.service<AuthenticationTables>('authentication', [credentialsMigration]);
    const subscriptions = (
      await Promise.all([serveSignIns(context, own), serveDevices(context, own), serveFirstRun(context, own)])
    ).flat();

    const sweeps = startRounds(context, { everyMs: SWEEP_MS, failure: 'expired sign-ins stay for now' }, () =>
      forgetExpired(own.db, clock.wallNow()),
    );

    return {
      async [Symbol.asyncDispose]() {
        await sweeps[Symbol.asyncDispose]();
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};
