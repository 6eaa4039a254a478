// The UDP hub over native/udp-hub.c: sockets in an epoll of their own, no copy on receipt. Linux only. Suite: udp-hub-suite.ts.
import { getSystemErrorName } from 'node:util';
import { listenError } from './net-error.ts';
import { HubBatch, type HubSocket, type OpenUdpHub, SocketNumbers, type UdpHub } from './udp-hub.ts';
import { PeerAddresses } from './udp-peer-address.ts';

declare const hubHandle: unique symbol;
declare const batchHandle: unique symbol;
type HubHandle = { readonly [hubHandle]: true };
type BatchHandle = { readonly [batchHandle]: true };

interface BatchMemory {
  readonly slab: Uint8Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  readonly sockets: Uint32Array;
  readonly ports: Uint16Array;
  readonly peers: Uint8Array;
}

/** What native/udp-hub.c exports. */
export interface HubBinding {
  prepare(memory: BatchMemory, capacity: number): BatchHandle;
  /** @returns the number of the system's error where there is no room for it. */
  open(options: {
    readonly slotBytes: number;
    readonly batch: BatchHandle;
    /** Held by the hub, so that the memory stays. */
    readonly arrays: BatchMemory;
    onReceive(count: number): void;
  }): HubHandle | number;
  /** @returns the port, or the number of the system's error below 0. */
  add(hub: HubHandle, id: number, address: string, port: number, bufferBytes: number): number;
  remove(hub: HubHandle, id: number): void;
  send(hub: HubHandle, batch: BatchHandle, count: number): number;
  close(hub: HubHandle, closed: () => void): void;
}

const CAPACITY = 256;
const PEER_BYTES = 24;

interface Prepared {
  readonly handle: BatchHandle;
  readonly memory: BatchMemory;
}

export function nativeHub(binding: HubBinding): OpenUdpHub {
  function prepare(batch: HubBatch): Prepared {
    const { slab, offsets, lengths, sockets, ports, capacity } = batch;
    const peers = new Uint8Array(new SharedArrayBuffer(capacity * PEER_BYTES));
    const memory = { slab, offsets, lengths, sockets, ports, peers };
    return { handle: binding.prepare(memory, capacity), memory };
  }

  return async ({ maxDatagramBytes, receive }): Promise<UdpHub> => {
    // Memory that no datagram reaches is never touched, so that long slots cost nothing.
    const slotBytes = Math.ceil(maxDatagramBytes / 64) * 64;
    const received = new HubBatch(CAPACITY, slotBytes * CAPACITY);
    const receiving = prepare(received);
    const leaving = new WeakMap<HubBatch, Prepared>();
    const addresses = new PeerAddresses();
    const numbers = new SocketNumbers();
    let isClosing = false;
    let closed: Promise<void> | undefined;

    const hub = binding.open({
      slotBytes,
      batch: receiving.handle,
      arrays: receiving.memory,
      onReceive(count) {
        const { peers } = receiving.memory;
        for (let index = 0; index < count; index++)
          received.addresses[index] = addresses.textAt(peers, index * PEER_BYTES);
        received.filled(count);
        try {
          if (!isClosing) receive(received);
        } finally {
          received.clear();
        }
      },
    });
    if (typeof hub === 'number') throw new Error(`no UDP hub: ${getSystemErrorName(-hub)}`);

    return {
      async open({ address, port, bufferBytes }): Promise<HubSocket> {
        const id = numbers.take();
        const bound = isClosing ? -1 : binding.add(hub, id, address, port, bufferBytes);
        if (bound < 0) {
          numbers.giveBack(id);
          throw listenError({ code: getSystemErrorName(bound) }, 'UDP', { address, port });
        }
        let isOpen = true;
        return {
          id,
          port: bound,
          async [Symbol.asyncDispose]() {
            if (!isOpen || isClosing) return;
            isOpen = false;
            binding.remove(hub, id);
            numbers.giveBack(id);
          },
        };
      },
      send(batch) {
        if (isClosing) return 0;
        const prepared = leaving.get(batch) ?? prepare(batch);
        leaving.set(batch, prepared);
        addresses.write(batch, prepared.memory.peers);
        return binding.send(hub, prepared.handle, batch.count);
      },
      async [Symbol.asyncDispose]() {
        isClosing = true;
        closed ??= new Promise((resolve) => binding.close(hub, resolve));
        await closed;
      },
    };
  };
}
