// Whose devices a list shows, and how they are changed: one's own, or somebody's as an administrator.
import type { Device } from '@parley/services/authentication/contract';
import type { Outcome } from '../fault.ts';
import { request } from '../http/request.ts';

export type { Device };

export interface DeviceSource {
  /** Address of the owner: the phone's user name and domain. */
  readonly address: string;
  list(): Promise<Outcome<{ devices: Device[] }>>;
  add(name: string): Promise<Outcome<{ device: Device; password: string }>>;
  revoke(deviceId: string): Promise<Outcome<unknown>>;
}

export function ownDevices(address: string): DeviceSource {
  return deviceSource(address, '/devices');
}

export function devicesOf(userId: string, address: string): DeviceSource {
  return deviceSource(address, `/admin/users/${encodeURIComponent(userId)}/devices`);
}

function deviceSource(address: string, path: string): DeviceSource {
  return {
    address,
    list: () => request('GET', path),
    add: (name) => request('POST', path, { name }),
    revoke: (deviceId) => request('DELETE', `${path}/${encodeURIComponent(deviceId)}`),
  };
}
