// Why a host could not start or run, for the person at the terminal: one code, one sentence, one remedy.
import type { Fault } from '../bus/contract.ts';

export class HostError extends Error implements Fault {
  readonly code: string;
  readonly sentence: string;
  readonly remedy: string;

  constructor(code: string, sentence: string, remedy: string, cause?: unknown) {
    super(`${sentence} ${remedy}`, cause === undefined ? undefined : { cause });
    this.name = 'HostError';
    this.code = code;
    this.sentence = sentence;
    this.remedy = remedy;
  }
}

/** Ports say their own clear faults (store, web, net, bus); whatever else happened is our fault and unexpected. */
export function asFault(error: unknown): Fault {
  if (isClear(error)) {
    return {
      code: error.code,
      sentence: error.sentence,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    };
  }
  const { code, message, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (code === 'EADDRINUSE') return portTaken(address ?? '', port ?? 0);
  if (code === 'ENOSPC') {
    return {
      code: 'HOST_DISK_FULL',
      sentence: 'The disk is full.',
      remedy: 'Free some space in the data directory, then start again.',
    };
  }
  return {
    code: 'HOST_UNEXPECTED',
    sentence: `Something unexpected happened: ${error instanceof Error ? message : String(error)}.`.replace(
      /\.\.$/,
      '.',
    ),
    remedy: 'Start with PARLEY_LOG_LEVEL=debug to see where, and report it.',
  };
}

export function isClear(error: unknown): error is Fault {
  return (
    typeof error === 'object' &&
    error !== null &&
    typeof (error as { code?: unknown }).code === 'string' &&
    typeof (error as { sentence?: unknown }).sentence === 'string'
  );
}

function portTaken(address: string, port: number): Fault {
  return {
    code: 'HOST_PORT_TAKEN',
    sentence: `Port ${port}${address === '' ? '' : ` of ${address}`} is used by another program.`,
    remedy: 'Stop that program, or choose another port in the section `listen` of parley.yaml.',
  };
}
