// TLS listeners and clients (RFC 3261 §26.3.1, RFC 5922 §7). Our certificate can be replaced while listening. As a client we
// always verify; as a server we ask for a certificate where peers have some, and tell what it proves. Used by sip-streams.ts.
import { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import {
  connect,
  createSecureContext,
  createServer,
  rootCertificates,
  type TLSSocket,
  type TlsOptions,
} from 'node:tls';
import { hasName, namesOf } from './certificate-names.ts';
import type { Clock } from './clock.ts';
import type { Connection, ConnectionLimits } from './connection.ts';
import { SocketConnection } from './connection-socket.ts';
import { NetError } from './net-error.ts';
import type { PeerCertificate } from './sip-server.ts';
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
  /** Sockets between admission and the end of the handshake, by the peer's address and port: what ends their wait. */
  const greeting = new Map<string, () => void>();
  const keyOf = (socket: Socket) => `${socket.remoteAddress} ${socket.remotePort}`;

  server.on('secureConnection', (socket: TLSSocket) => {
    greeting.get(keyOf(socket))?.();
    options.accept(new TlsConnection(socket, clock, limits));
  });
  server.on('tlsClientError', (_error, socket) => {
    options.refused?.('handshake', socket.remoteAddress ?? '');
    socket.destroy();
  });
  const watch = tls.onChange((material) => server.setSecureContext(secureOptions(material)));
  const listener = await listenForSockets(options, (socket) => {
    const key = keyOf(socket);
    let hasBegun = false;
    const timer = clock.after(handshakeMs, () => {
      // Later the handshake itself fails, and is counted.
      if (!hasBegun) options.refused?.('handshake', socket.remoteAddress ?? '');
      socket.destroy();
    });
    const greeted = () => {
      timer[Symbol.dispose]();
      greeting.delete(key);
      socket.off('close', greeted);
    };
    greeting.set(key, greeted);
    socket.on('error', ignore);
    socket.on('close', greeted);
    afterFirstBytes(socket, () => {
      hasBegun = true;
      server.emit('connection', socket);
    });
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

/**
 * Who connects and says nothing costs no TLS. And Node's TLS makes its buffer for what arrives as large as the first
 * bytes that are there when it begins, else 64 KB: this saves 8 KB of memory for each connection.
 */
export function afterFirstBytes(socket: Socket, begin: () => void): void {
  socket.once('readable', () => {
    if (!socket.destroyed) begin();
  });
}

/** The end of a socket tells enough; the TLS socket on it reports its faults itself. */
function ignore(): void {}

/** Who has none is a phone, and proves who he is by a password. */
const askForCertificate = { requestCert: true, rejectUnauthorized: false };

function secureOptions({ certPem, keyPem, peerCaPem }: TlsMaterial): TlsOptions {
  const options: TlsOptions = { cert: certPem, key: keyPem, minVersion };
  try {
    createSecureContext(options);
    return peerCaPem === undefined ? options : { ...options, ca: peerCaPem, ...askForCertificate };
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

class TlsConnection extends SocketConnection {
  readonly certificate: PeerCertificate | undefined;

  constructor(socket: TLSSocket, clock: Clock, limits: ConnectionLimits) {
    super(socket, 'tls', clock, limits);
    this.certificate = certificateOf(socket);
  }
}

function certificateOf(socket: TLSSocket): PeerCertificate | undefined {
  const shown = socket.getPeerX509Certificate();
  if (shown === undefined) return undefined;
  if (socket.authorized) return { names: namesOf(shown) };
  const { authorizationError: fault } = socket;
  // A text at run time, whatever the type says.
  return { names: [], fault: String(fault) };
}

/** Rejects with the system's error when there is no connection in time or the peer's certificate is not trusted. */
export async function connectTls(
  options: ConnectOptions & {
    /** What we show where the server asks, and whom we trust beside the system's authorities. */
    readonly material?: TlsMaterial | undefined;
    /** Names of which the server has to prove one; without them, its address. */
    readonly certificateNames?: readonly string[] | undefined;
  },
): Promise<Connection> {
  const { address, port, material, certificateNames = [address] } = options;
  const ours = [material?.caPem, material?.peerCaPem].filter((pem) => pem !== undefined);
  // RFC 6066 §3: an address is not a server name.
  const servername = certificateNames.find((name) => isIP(name.replace(/^\[|\]$/g, '')) === 0);
  const socket = connect({
    host: address,
    port,
    minVersion,
    ...(material === undefined ? {} : { cert: material.certPem, key: material.keyPem }),
    ...(ours.length === 0 ? {} : { ca: [...rootCertificates, ...ours] }),
    ...(servername === undefined ? {} : { servername }),
    checkServerIdentity: (_host, { raw }) =>
      hasName(namesOf(new X509Certificate(raw)), certificateNames)
        ? undefined
        : Object.assign(new Error(`its certificate is not for ${certificateNames.join(' or ')}`), {
            code: 'ERR_TLS_CERT_ALTNAME_INVALID',
          }),
  });
  await connected(socket, 'secureConnect', options);
  return new TlsConnection(socket, options.clock, options.limits);
}
