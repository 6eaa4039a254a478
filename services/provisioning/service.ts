// provisioning, wired: the administration API on the web listener.
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { checkHealth } from './health.ts';
import { declareAdministration } from './http.ts';

export const provisioningService: ServiceDefinition = {
  name: 'provisioning',
  after: ['identity', 'authentication'],
  async start(context: ServiceContext): Promise<RunningService> {
    const startedAt = context.clock.wallNow();
    const web = context.web();
    declareAdministration(web.routes, {
      bus: context.bus,
      health: ({ userId }) =>
        checkHealth(
          context,
          { version: web.version, startedAt, memoryBytes: process.memoryUsage.rss() },
          userId,
        ),
    });
    // The listener belongs to the host, and its routes end with it.
    return { async [Symbol.asyncDispose]() {} };
  },
};
