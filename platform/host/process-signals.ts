// What ends a process that runs a host: a signal, the launcher's death, or a fault nobody expected. Used by roles/cli.
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../observe/log.ts';

/** A terminal signals the whole group and a launcher passes the signal on: one key press may arrive twice. */
const ECHO_MS = 300;

export interface Stoppable {
  stop(reason: string): Promise<void>;
}

/**
 * Stops the host on SIGTERM and SIGINT; a second signal ends the process at once.
 * @returns the exit code: 0 after a signal, 1 after an unexpected fault.
 */
export async function runUntilStopped(host: Stoppable, log: Log): Promise<number> {
  const ended = Promise.withResolvers<number>();
  let signalledAt: number | undefined;

  function stop(reason: string, exitCode: number): void {
    log.info({ reason }, 'Stopping.');
    host.stop(reason).then(
      () => ended.resolve(exitCode),
      (error) => {
        log.error({ err: error }, 'Stopping failed.');
        ended.resolve(1);
      },
    );
  }
  function onSignal(signal: NodeJS.Signals): void {
    if (signalledAt === undefined) {
      signalledAt = performance.now();
      stop(signal, 0);
    } else if (performance.now() - signalledAt > ECHO_MS) {
      log.warn({ signal }, 'Stopping at once.');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    }
  }
  function onFault(error: unknown): void {
    log.error({ err: error }, 'Something unexpected happened; stopping.');
    if (signalledAt !== undefined) return;
    signalledAt = performance.now();
    stop('unexpected fault', 1);
  }
  function onLauncherGone(): void {
    if (signalledAt !== undefined) return;
    signalledAt = performance.now();
    stop('the program that started this one is gone', 0);
  }

  process.on('SIGTERM', onSignal).on('SIGINT', onSignal).on('SIGHUP', onSignal);
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
  process.on('disconnect', onLauncherGone);
  // The channel to the launcher tells of its death; it must not keep this process alive.
  process.channel?.unref();
  const exitCode = await ended.promise;
  // Lines that are being written get out before the process ends.
  await delay(0);
  return exitCode;
}
