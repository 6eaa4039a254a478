// TLS listeners and clients (RFC 3261 §26.3.1, RFC 5922 §7.3). The certificate can be replaced while listening. As a client
// we always verify; as a server we ask nobody for a certificate. Used by sip-streams.ts.
import { isIP, type Socket } from 'node:net';
import {
  connect,
  createSecureContext,
  createServer,
  rootCertificates,
  type TLSSocket,
  type TlsOptions,
} from 'node:tls';
import type { Connection } from './connection.ts';
import { socketConnection } from './connection-socket.ts';
import { NetError } from './net-error.ts';
import {
  type ConnectOptions,
  connected,
  type ListenOptions,
  listenForSockets,
  type StreamListener,
} from './stream-listener.ts';
import type { TlsMaterial, TlsSource } from './tls-material.ts';

const handshakeMs = 10_000;
const minVersion = 'TLSv1.2';

/** @throws {NetError} when the port cannot be had, or certificate and key do not fit. */
export async function listenTls(
  options: ListenOptions & { readonly tls: TlsSource },
): Promise<StreamListener> {
  const { clock, limits, tls } = options;
  const server = createServer(secureOptions(tls.current));
  /** Sockets between admission and the end of the handshake, by the peer's address and port. */
  const greeting = new Map<string, Disposable>();
  const keyOf = (socket: Socket) => `${socket.remoteAddress} ${socket.remotePort}`;

  server.on('secureConnection', (socket: TLSSocket) => {
    greeting.get(keyOf(socket))?.[Symbol.dispose]();
    options.accept(socketConnection(socket, 'tls', clock, limits));
  });
  server.on('tlsClientError', (_error, socket) => {
    options.refused?.('handshake', socket.remoteAddress ?? '');
    socket.destroy();
  });
  const watch = tls.onChange((material) => server.setSecureContext(secureOptions(material)));
  const listener = await listenForSockets(options, (socket) => {
    const key = keyOf(socket);
    const timer = clock.after(handshakeMs, () => socket.destroy());
    greeting.set(key, timer);
    socket.on('error', () => {});
    socket.once('close', () => {
      timer[Symbol.dispose]();
      if (greeting.get(key) === timer) greeting.delete(key);
    });
    server.emit('connection', socket);
  }).catch((error: unknown) => {
    watch[Symbol.dispose]();
    throw error;
  });
  return {
    address: listener.address,
    port: listener.port,
    async [Symbol.asyncDispose]() {
      watch[Symbol.dispose]();
      await listener[Symbol.asyncDispose]();
    },
  };
}

function secureOptions({ certPem, keyPem }: TlsMaterial): TlsOptions {
  const options: TlsOptions = { cert: certPem, key: keyPem, minVersion };
  try {
    createSecureContext(options);
    return options;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') {
      throw new NetError(
        'NET_TLS_KEY_MISMATCH',
        'The TLS key does not belong to the TLS certificate.',
        'Set tls.cert and tls.key in parley.yaml to files that were issued together.',
        cause,
      );
    }
    throw new NetError(
      'NET_TLS_UNREADABLE',
      'The TLS certificate or its key cannot be understood.',
      'Both have to be PEM files: the certificate chain in tls.cert, the key without a password in tls.key.',
      cause,
    );
  }
}

/** Rejects with the system's error when there is no connection in time or the peer's certificate is not trusted. */
export async function connectTls(
  options: ConnectOptions & { readonly caPem?: string | undefined },
): Promise<Connection> {
  const { address, port, caPem } = options;
  const socket = connect({
    host: address,
    port,
    minVersion,
    ...(caPem === undefined ? {} : { ca: [...rootCertificates, caPem] }),
    // RFC 6066 §3: an address is not a server name.
    ...(isIP(address) === 0 ? { servername: address } : {}),
  });
  await connected(socket, 'secureConnect', options);
  return socketConnection(socket, 'tls', options.clock, options.limits);
}
