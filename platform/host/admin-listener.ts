// The administration listener: /healthz (the process lives), /readyz (it can do its work), /metrics. Not for the
// public: it listens on this machine only unless told otherwise. Owned by host.ts.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenerConfig } from './config.ts';
import { HostError } from './host-error.ts';
import type { ServiceHealth } from './runner.ts';

export interface Readiness {
  readonly ready: boolean;
  /** Every part of the process: store, bus, services. */
  readonly parts: readonly ServiceHealth[];
}

export interface AdminListener extends AsyncDisposable {
  readonly port: number;
}

export async function openAdminListener(
  { address, port }: ListenerConfig & { readonly port: number },
  answers: { readiness(): Readiness; metrics(): Promise<string> },
): Promise<AdminListener> {
  const bounds = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 2_000 };
  const server = createServer({ ...bounds, maxHeaderSize: 8 * 1024 }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.maxConnections = 100;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendJson(response, 405, { code: 'ADMIN_METHOD', sentence: 'Only GET is answered here.' });
    } else if (path === '/healthz') {
      sendJson(response, 200, { alive: true });
    } else if (path === '/readyz') {
      const readiness = answers.readiness();
      sendJson(response, readiness.ready ? 200 : 503, readiness);
    } else if (path === '/metrics') {
      const text = await answers.metrics();
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
    } else {
      const sentence = 'Known here: /healthz, /readyz, /metrics.';
      sendJson(response, 404, { code: 'ADMIN_NOT_FOUND', sentence });
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, address, port)));
    server.listen({ host: address, port }, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(`${JSON.stringify(value, null, 2)}\n`);
}

function listenError(cause: NodeJS.ErrnoException, address: string, port: number): HostError {
  if (cause.code === 'EADDRINUSE') {
    return new HostError(
      'HOST_PORT_TAKEN',
      `Port ${port} of ${address} is used by another program.`,
      'Stop that program, or choose another port: listen.admin.port in parley.yaml.',
      cause,
    );
  }
  return new HostError(
    'HOST_ADDRESS_UNUSABLE',
    `Port ${port} of ${address} cannot be opened (${cause.code ?? cause.message}).`,
    'Set listen.admin in parley.yaml to an address of this machine and a port above 1023, or to off.',
    cause,
  );
}
