// Why a listener or a certificate cannot be used, for the terminal: code, sentence, remedy. Thrown by everything here
// that opens something; a peer's fault is never one of these.

export type NetErrorCode =
  | 'NET_PORT_TAKEN'
  | 'NET_PORT_FORBIDDEN'
  | 'NET_ADDRESS_UNKNOWN'
  | 'NET_LISTEN_FAILED'
  | 'NET_TLS_MISSING'
  | 'NET_TLS_UNREADABLE'
  | 'NET_TLS_KEY_MISMATCH';

export class NetError extends Error {
  readonly code: NetErrorCode;
  readonly sentence: string;
  readonly remedy: string;
  constructor(code: NetErrorCode, sentence: string, remedy: string, cause?: unknown) {
    super(`${sentence} ${remedy}`, cause === undefined ? undefined : { cause });
    this.name = 'NetError';
    this.code = code;
    this.sentence = sentence;
    this.remedy = remedy;
  }
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The system's refusal to listen, in words. */
export function listenError(cause: unknown, protocol: 'UDP' | 'TCP', { address, port }: Endpoint): NetError {
  const systemCode = (cause as NodeJS.ErrnoException).code;
  const where = `${protocol} port ${port} of ${address}`;
  switch (systemCode) {
    case 'EADDRINUSE':
      return new NetError(
        'NET_PORT_TAKEN',
        `${where} is used by another program.`,
        'Stop that program, or choose another port in the section `listen` of parley.yaml.',
        cause,
      );
    case 'EACCES':
    case 'EPERM':
      return new NetError(
        'NET_PORT_FORBIDDEN',
        `This user may not listen on ${where}.`,
        'Choose a port above 1023 in the section `listen` of parley.yaml, or give Node the capability cap_net_bind_service.',
        cause,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAFNOSUPPORT':
      return new NetError(
        'NET_ADDRESS_UNKNOWN',
        `This machine does not have the address ${address}.`,
        'Set an address of this machine in the section `listen` of parley.yaml, or 0.0.0.0 or :: for all.',
        cause,
      );
    default:
      return new NetError(
        'NET_LISTEN_FAILED',
        `Listening on ${where} failed (${systemCode ?? String(cause)}).`,
        'Check the section `listen` of parley.yaml and the firewall of this machine.',
        cause,
      );
  }
}
