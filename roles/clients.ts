// The web clients as a service: built when their sources have changed, then served. Part of Web Components.
import { clientFolders, ensureClientBuilt } from '@parley/clients/build';
import type { ServiceDefinition } from '@parley/platform/host';

export const clientsService: ServiceDefinition = {
  name: 'clients',
  after: ['web-access'],
  async start({ web, print, log }) {
    const server = web();
    await ensureClientBuilt(print);
    const folders = clientFolders();
    server.client('/console', folders.console);
    server.client('/', folders.communicator);
    log.debug({ ...folders }, 'Clients are served.');
    return { async [Symbol.asyncDispose]() {} };
  },
};
