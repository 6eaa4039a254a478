// Which UDP batch port and hub this process uses: the native ones where they can be had, node:dgram everywhere else.
import type { OpenUdpPort } from './udp-batch-port.ts';
import { openDgramPort } from './udp-dgram.ts';
import type { OpenUdpHub } from './udp-hub.ts';
import { nativeHub } from './udp-hub-native.ts';
import { hubOfPorts } from './udp-hub-ports.ts';
import { nativePort } from './udp-native.ts';
import { loadNativeHub, loadNativeUdp } from './udp-native-build.ts';

export interface UdpChoice {
  readonly kind: 'native' | 'dgram';
  /** Why not the native one; empty where it is. */
  readonly reason: string;
  readonly open: OpenUdpPort;
}

export async function chooseUdpPort(): Promise<UdpChoice> {
  const native = await loadNativeUdp();
  if (native.ok) return { kind: 'native', reason: '', open: nativePort(native.binding) };
  return { kind: 'dgram', reason: native.reason, open: openDgramPort };
}

/** For media: many sockets as one. */
export async function chooseUdpHub(): Promise<{
  readonly kind: UdpChoice['kind'];
  readonly open: OpenUdpHub;
}> {
  const native = await loadNativeHub();
  if (native.ok) return { kind: 'native', open: nativeHub(native.binding) };
  return { kind: 'dgram', open: hubOfPorts(openDgramPort) };
}
