// The UDP batch port over node:dgram: works everywhere, copies each datagram once each way. Suite: udp-batch-suite.ts.
import { createSocket, type RemoteInfo } from 'node:dgram';
import { isIP } from 'node:net';
import { plainAddress } from './net-address.ts';
import { listenError } from './net-error.ts';
import { DatagramBatch, type UdpBatchPort, type UdpPortOptions, udpDefaults } from './udp-batch-port.ts';

const receiveCapacity = 256;
const receiveSlabBytes = 256 * 1024;
/** As many as libuv reads in one turn of the loop: then there may be more. */
const readAtOnce = 32;
/** How long they have waited there is not known; longer than this is not guessed. */
const largestGuessMs = 200;
/** Asked of the system, which may grant less: room for a burst while the process is busy. */
const systemBufferBytes = 1024 * 1024;

export async function openDgramPort(options: UdpPortOptions): Promise<UdpBatchPort> {
  const maxDatagramBytes = options.maxDatagramBytes ?? udpDefaults.maxDatagramBytes;
  const maxQueuedBytes = options.maxQueuedBytes ?? udpDefaults.maxQueuedBytes;
  const isIpv6 = isIP(options.address) === 6;
  const socket = createSocket({
    type: isIpv6 ? 'udp6' : 'udp4',
    ipv6Only: isIpv6 && options.address !== '::',
    // Targets are addresses: no name is ever looked up.
    lookup: (address, _options, callback) => callback(null, address, isIpv6 ? 6 : 4),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => reject(listenError(error, 'UDP', options)));
    socket.bind({ address: options.address, port: options.port, exclusive: true }, resolve);
  });
  socket.removeAllListeners('error');
  // Errors of single datagrams come through the callback of `send`.
  socket.on('error', () => {});
  askForBuffers();

  const received = new DatagramBatch(receiveCapacity, Math.max(receiveSlabBytes, maxDatagramBytes));
  let isDeliverySet = false;
  /** Since when there has been more to read than one turn takes. */
  let busySince: number | undefined;
  let isClosing = false;
  let queuedBytes = 0;
  let drained: (() => void) | undefined;
  let closed: Promise<void> | undefined;

  function askForBuffers(): void {
    try {
      socket.setRecvBufferSize(systemBufferBytes);
      socket.setSendBufferSize(systemBufferBytes);
    } catch {
      // A system that grants none works with its own sizes.
    }
  }

  function deliver(): void {
    isDeliverySet = false;
    if (received.count === 0) return;
    const guessMs = busySince === undefined ? 0 : Math.min(performance.now() - busySince, largestGuessMs);
    received.agesUs.fill(guessMs * 1000, 0, received.count);
    if (received.count < readAtOnce) busySince = undefined;
    else busySince ??= performance.now();
    try {
      if (!isClosing) options.receive(received);
    } finally {
      received.clear();
    }
  }

  socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
    const isTruncated = bytes.length > maxDatagramBytes;
    const kept = isTruncated ? bytes.subarray(0, maxDatagramBytes) : bytes;
    const address = plainAddress(from.address);
    if (!received.add(kept, address, from.port, isTruncated)) {
      deliver();
      received.add(kept, address, from.port, isTruncated);
    }
    // Immediates run after the poll phase has read all that is there: one batch a turn, no waiting.
    if (isDeliverySet) return;
    isDeliverySet = true;
    setImmediate(deliver);
  });

  function sendOne(bytes: Uint8Array, address: string, port: number): void {
    queuedBytes += bytes.length;
    const target = isIpv6 && isIP(address) === 4 ? `::ffff:${address}` : address;
    socket.send(bytes, port, target, (error) => {
      queuedBytes -= bytes.length;
      if (error !== null) {
        const systemCode = (error as NodeJS.ErrnoException).code ?? error.message;
        if (!isClosing) options.sendFailed?.(address, port, systemCode);
      }
      if (queuedBytes === 0) drained?.();
    });
  }

  async function close(): Promise<void> {
    isClosing = true;
    if (queuedBytes > 0) await new Promise<void>((resolve) => (drained = resolve));
    await new Promise<void>((resolve) => socket.close(resolve));
  }

  const bound = socket.address();
  return {
    address: bound.address,
    port: bound.port,
    get queuedBytes() {
      return queuedBytes;
    },
    send(batch) {
      if (isClosing) return 0;
      for (let index = 0; index < batch.count; index++) {
        if (queuedBytes + batch.lengths[index]! > maxQueuedBytes) return index;
        // dgram sends later, the caller reuses the slab now.
        sendOne(batch.payload(index).slice(), batch.addresses[index]!, batch.ports[index]!);
      }
      return batch.count;
    },
    async [Symbol.asyncDispose]() {
      closed ??= close();
      await closed;
    },
  };
}
