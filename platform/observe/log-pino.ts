// Log lines through pino: JSON for machines, one plain line for a terminal. Made by the host, one a process.
import type { Writable } from 'node:stream';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Log } from './log.ts';
import type { LogLevel } from './log-level.ts';
import { plainLine } from './log-plain.ts';
import { redact, redactText } from './redact.ts';

export interface LogOptions {
  readonly level: LogLevel;
  /** Where lines go; standard error unless given, so that standard output stays for answers. */
  readonly stream?: Writable | DestinationStream;
  /** `plain` is for people, `json` for machines. Default: plain on a terminal, JSON elsewhere. */
  readonly form?: 'json' | 'plain';
}

export function createLog(options: LogOptions): Log {
  const isTerminal = options.stream === undefined && process.stderr.isTTY === true;
  const form = options.form ?? (isTerminal ? 'plain' : 'json');
  const target: DestinationStream = options.stream ?? pino.destination({ dest: 2, sync: true });
  const stream = form === 'json' ? target : { write: (line: string) => void target.write(plainLine(line)) };
  return new PinoLog(
    pino(
      {
        level: options.level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }), log: redact },
        // Errors are plain objects by then; pino's own serialiser would drop their fields.
        serializers: { err: (value: unknown) => value },
      },
      stream,
    ),
  );
}

class PinoLog implements Log {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  debug(fields: object, message: string): void {
    this.#logger.debug(fields, redactText(message));
  }
  info(fields: object, message: string): void {
    this.#logger.info(fields, redactText(message));
  }
  warn(fields: object, message: string): void {
    this.#logger.warn(fields, redactText(message));
  }
  error(fields: object, message: string): void {
    this.#logger.error(fields, redactText(message));
  }
  child(fields: object): Log {
    return new PinoLog(this.#logger.child(redact(fields)));
  }
}
