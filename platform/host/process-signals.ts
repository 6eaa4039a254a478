// What ends a process that runs a host: a signal, the launcher's death, or a fault nobody expected. Used by roles/cli.
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../observe/log.ts';

/** A terminal signals the whole group and a launcher passes the signal on: one key press may arrive twice. */
const ECHO_MS = 300;
/** npm passes SIGTERM to its shell, which dies of it and leaves us behind. */
const PARENT_LOOK_MS = 500;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

export interface Stoppable {
  stop(reason: string): Promise<void>;
}

/**
 * Starts the host and stops it on SIGTERM, SIGINT and SIGHUP; a second signal ends the process at once. A signal during
 * the start stops the host when it has started.
 * @returns the exit code: 0 after a signal, 1 after an unexpected fault. Rejects if the start fails.
 */
export async function runUntilStopped(start: () => Promise<Stoppable>, log: Log): Promise<number> {
  const ended = Promise.withResolvers<number>();
  let end: { readonly reason: string; readonly exitCode: number; readonly at: number } | undefined;
  let host: Stoppable | undefined;

  function finish(reason: string, exitCode: number): void {
    if (end !== undefined) return;
    end = { reason, exitCode, at: performance.now() };
    log.info({ reason }, 'Stopping.');
    if (host !== undefined) stop(host, reason, exitCode);
    // A fault while starting: nothing tells when, or whether, the start will end.
    else if (exitCode !== 0) process.exit(exitCode);
  }

  function stop(running: Stoppable, reason: string, exitCode: number): void {
    running.stop(reason).then(
      () => ended.resolve(exitCode),
      (error) => {
        log.error({ err: error }, 'Stopping failed.');
        ended.resolve(1);
      },
    );
  }

  function onSignal(signal: NodeJS.Signals): void {
    if (end !== undefined && performance.now() - end.at > ECHO_MS) {
      log.warn({ signal }, 'Stopping at once.');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    }
    finish(signal, 0);
  }
  function onFault(error: unknown): void {
    log.error({ err: error }, 'Something unexpected happened; stopping.');
    finish('an unexpected fault', 1);
  }
  const onLauncherGone = () => finish('the program that started this one is gone', 0);

  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault).on('disconnect', onLauncherGone);
  // The channel to the launcher tells of its death; it must not keep this process alive.
  process.channel?.unref();
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env['npm_lifecycle_event'] !== undefined && process.ppid !== parent) onLauncherGone();
  }, PARENT_LOOK_MS).unref();
  try {
    host = await start();
    if (end !== undefined) stop(host, end.reason, end.exitCode);
    const exitCode = await ended.promise;
    // Lines that are being written get out before the process ends.
    await delay(0);
    return exitCode;
  } finally {
    clearInterval(watch);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process
      .off('uncaughtException', onFault)
      .off('unhandledRejection', onFault)
      .off('disconnect', onLauncherGone);
  }
}
