// Under which addresses this machine tells peers to send it sound and picture, where no setting says so.
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

const MOST = 8;

/** @param listen where the sockets are bound. */
export function mediaAddresses(listen: string): readonly string[] {
  if (listen !== '0.0.0.0' && listen !== '::') return [listen];
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const own = all.filter(({ address, internal }) => {
    // Link-local ones mean something on one cable alone.
    const isLocal = internal || address.startsWith('fe80:') || address.startsWith('169.254.');
    return !isLocal && (isIP(address) === 4 || listen === '::');
  });
  const addresses = own.map(({ address }) => address).sort((a, b) => isIP(a) - isIP(b));
  return addresses.length === 0 ? ['127.0.0.1'] : addresses.slice(0, MOST);
}
