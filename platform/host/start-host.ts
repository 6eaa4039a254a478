// Loads what a host needs (database driver, web server, SIP) only where one is started: `parley --help` needs none of it.
import type { Host, HostOptions } from './host.ts';

/** A failing start stops what was started, then throws. @throws {HostError} and the clear errors of the ports. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { openHost } = await import('./host.ts');
  return await openHost(options);
}
