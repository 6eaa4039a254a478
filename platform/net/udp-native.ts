// The UDP batch port over native/udp-batch.c: one system call for up to 64 datagrams each way, no copy on receipt.
// Linux only. Suite: udp-batch-suite.ts.
import { getSystemErrorName } from 'node:util';
import { listenError } from './net-error.ts';
import { DatagramBatch, type OpenUdpPort, type UdpBatchPort, udpDefaults } from './udp-batch-port.ts';
import { PeerAddresses } from './udp-peer-address.ts';

declare const portHandle: unique symbol;
declare const batchHandle: unique symbol;
type PortHandle = { readonly [portHandle]: true };
type BatchHandle = { readonly [batchHandle]: true };

interface BatchMemory {
  readonly slab: Uint8Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  readonly agesUs: Uint32Array;
  readonly ports: Uint16Array;
  readonly truncated: Uint8Array;
  readonly peers: Uint8Array;
  readonly locals: Uint8Array;
}

/** What native/udp-batch.c exports. */
export interface UdpBinding {
  prepare(memory: BatchMemory, capacity: number): BatchHandle;
  /** @returns the number of the system's error where the port cannot be had. */
  open(options: {
    readonly address: string;
    readonly port: number;
    readonly bufferBytes: number;
    readonly slotBytes: number;
    readonly batch: BatchHandle;
    /** Held by the port, so that the memory stays. */
    readonly arrays: BatchMemory & { readonly sieve?: Uint32Array };
    onReceive(count: number): void;
    onWritable(): void;
  }): PortHandle | number;
  local(port: PortHandle): number;
  overflowed(port: PortHandle): number;
  /** Leaves in `status` how many left, and the number of the system's error of the next one. */
  send(port: PortHandle, batch: BatchHandle, first: number, count: number, status: Int32Array): void;
  watch(port: PortHandle, writable: boolean): void;
  close(port: PortHandle, closed: () => void): void;
}

const CAPACITY = 64;
const SYSTEM_BUFFER_BYTES = 4 * 1024 * 1024;
const PEER_BYTES = 24;
/** No room in the system's queue: the rest goes when there is. */
const LATER = new Set(['EAGAIN', 'EWOULDBLOCK', 'ENOBUFS']);

interface Prepared {
  readonly handle: BatchHandle;
  readonly memory: BatchMemory;
}

/** A batch that waits for room, copied out of the caller's. */
interface Waiting {
  readonly batch: DatagramBatch;
  next: number;
}

export function nativePort(binding: UdpBinding): OpenUdpPort {
  const prepared = new WeakMap<DatagramBatch, Prepared>();

  function prepare(batch: DatagramBatch): Prepared {
    const known = prepared.get(batch);
    if (known !== undefined) return known;
    const { slab, offsets, lengths, agesUs, ports, truncated, capacity } = batch;
    const peers = new Uint8Array(new SharedArrayBuffer(capacity * PEER_BYTES));
    const locals = new Uint8Array(new SharedArrayBuffer(capacity * PEER_BYTES));
    const memory = { slab, offsets, lengths, agesUs, ports, truncated, peers, locals };
    const made = { handle: binding.prepare(memory, capacity), memory };
    prepared.set(batch, made);
    return made;
  }

  return async (options): Promise<UdpBatchPort> => {
    const maxDatagramBytes = options.maxDatagramBytes ?? udpDefaults.maxDatagramBytes;
    const maxQueuedBytes = options.maxQueuedBytes ?? udpDefaults.maxQueuedBytes;
    // Memory that no datagram reaches is never touched, so that long slots cost nothing.
    const slotBytes = Math.ceil(maxDatagramBytes / 64) * 64;
    const received = new DatagramBatch(CAPACITY, slotBytes * CAPACITY);
    const { handle: receiving, memory } = prepare(received);
    const addresses = new PeerAddresses();
    const status = new Int32Array(2);
    const waiting: Waiting[] = [];
    let queuedBytes = 0;
    let overflowed = 0;
    let isClosing = false;
    let drained: (() => void) | undefined;
    let closed: Promise<void> | undefined;

    function onReceive(count: number): void {
      for (let index = 0; index < count; index++) {
        received.addresses[index] = addresses.textAt(memory.peers, index * PEER_BYTES);
        received.localAddresses[index] = addresses.textAt(memory.locals, index * PEER_BYTES);
        if (received.lengths[index]! > maxDatagramBytes) {
          received.lengths[index] = maxDatagramBytes;
          received.truncated[index] = 1;
        }
      }
      received.filled(count);
      try {
        if (!isClosing) options.receive(received);
      } finally {
        received.clear();
      }
    }

    /** Sends from `next` on. @returns the index of the first that has to wait, or the count. */
    function sendFrom(batch: DatagramBatch, next: number): number {
      const { handle } = prepare(batch);
      let index = next;
      while (index < batch.count) {
        binding.send(port, handle, index, batch.count - index, status);
        index += status[0]!;
        if (status[1] === 0) continue;
        const systemCode = getSystemErrorName(-status[1]!);
        if (LATER.has(systemCode)) return index;
        const [address, number] = [batch.addresses[index]!, batch.ports[index]!];
        // Later, as the other ports do: the caller is still filling its tables.
        setImmediate(() => {
          if (!isClosing) options.sendFailed?.(address, number, systemCode);
        });
        index++;
      }
      return index;
    }

    function onWritable(): void {
      while (waiting.length > 0) {
        const first = waiting[0]!;
        const reached = sendFrom(first.batch, first.next);
        for (let index = first.next; index < reached; index++) queuedBytes -= first.batch.lengths[index]!;
        first.next = reached;
        if (reached < first.batch.count) return;
        waiting.shift();
      }
      binding.watch(port, false);
      drained?.();
    }

    /** Copies what the system has no room for, until the queue is full. */
    function keep(batch: DatagramBatch, from: number): number {
      let bytes = 0;
      let end = from;
      while (end < batch.count && queuedBytes + bytes + batch.lengths[end]! <= maxQueuedBytes) {
        bytes += batch.lengths[end]!;
        end++;
      }
      if (end === from) return end;
      const kept = new DatagramBatch(end - from, Math.max(1, bytes));
      for (let index = from; index < end; index++) {
        kept.add(batch.payload(index), batch.addresses[index]!, batch.ports[index]!);
      }
      addresses.write(kept, prepare(kept).memory.peers);
      waiting.push({ batch: kept, next: 0 });
      queuedBytes += bytes;
      binding.watch(port, true);
      return end;
    }

    async function close(): Promise<void> {
      isClosing = true;
      if (waiting.length > 0) await new Promise<void>((resolve) => (drained = resolve));
      await new Promise<void>((resolve) => binding.close(port, resolve));
    }

    const opened = binding.open({
      address: options.address,
      port: options.port,
      bufferBytes: SYSTEM_BUFFER_BYTES,
      slotBytes,
      batch: receiving,
      arrays: options.sieve === undefined ? memory : { ...memory, sieve: options.sieve.words },
      onReceive,
      onWritable,
    });
    if (typeof opened === 'number') {
      throw listenError({ code: getSystemErrorName(-opened) }, 'UDP', options);
    }
    const port = opened;
    return {
      address: options.address,
      port: binding.local(port),
      get queuedBytes() {
        return queuedBytes;
      },
      get overflowed() {
        if (!isClosing) overflowed = binding.overflowed(port);
        return overflowed;
      },
      send(batch) {
        if (isClosing) return 0;
        addresses.write(batch, prepare(batch).memory.peers);
        const reached = waiting.length > 0 ? 0 : sendFrom(batch, 0);
        return reached === batch.count ? reached : keep(batch, reached);
      },
      async [Symbol.asyncDispose]() {
        closed ??= close();
        await closed;
      },
    };
  };
}
