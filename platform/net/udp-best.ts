// Which UDP batch port this process uses: the native one where it can be had, node:dgram everywhere else.

import type { OpenUdpPort } from './udp-batch-port.ts';
import { openDgramPort } from './udp-dgram.ts';
import { nativePort } from './udp-native.ts';
import { loadNativeUdp } from './udp-native-build.ts';

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
