// Fuzz target of the transaction layer: whatever comes in whatever order from the wire, the user and the clock, nothing
// throws, one input causes few outputs, and when all is answered and time has passed nothing is left. Run by `npm run fuzz`.
import { createRequest, responseTo } from '../build-message.ts';
import type { SipRequest } from '../message.ts';
import { Choices } from '../testing/choices.ts';
import { type TransactionFlow, type TransactionId, TransactionLayer } from './transaction-layer.ts';

/** Folders with seeds, from the root of the repository: any bytes are decisions. */
export const corpus: string[] = ['spec/corpora/rfc4475'];

const FLOWS: readonly TransactionFlow[] = [
  { id: 'udp', reliable: false, remoteAddress: '192.0.2.7', remotePort: 40_000 },
  { id: 'tcp', reliable: true, remoteAddress: '192.0.2.8', remotePort: 50_000 },
];
const METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'MESSAGE'];
const STATUSES = [100, 180, 200, 299, 302, 404, 487, 503, 699];
const US = { transport: 'UDP', host: '198.51.100.1', port: 5060 };
const MAX_TRANSACTIONS = 12;
/** Of one step: what is sent again, what it answers and what ends, for each transaction that lives. */
const MOST_OUTPUTS = 8 * MAX_TRANSACTIONS;
/** Longer than any timer, C included. */
const LONG_MS = 600_000;
const STEPS = 400;
/** A transaction that there never was. */
const NOBODY: TransactionId = -1;

export function fuzz(data: Uint8Array): void {
  const choices = new Choices(data);
  let number = 0;
  let now = 0;
  const layer = new TransactionLayer({ random: () => `r${++number}`, maxTransactions: MAX_TRANSACTIONS });
  /** Server transactions that wait for us, and all that we started. */
  const open = new Map<TransactionId, SipRequest>();
  const started = new Set<TransactionId>();
  const sent: SipRequest[] = [];

  function drain(): void {
    const outputs = layer.take();
    if (outputs.length > MOST_OUTPUTS) throw new Error(`${outputs.length} outputs of one step`);
    for (const output of outputs) {
      if (output.kind === 'request') open.set(output.transactionId, output.request);
      if (output.kind === 'terminated') {
        open.delete(output.transactionId);
        started.delete(output.transactionId);
      }
      if (output.kind === 'transmit' && output.message.kind === 'request') sent.push(output.message);
    }
    if (sent.length > 64) sent.splice(0, sent.length - 64);
    // Each INVITE that is given up has a CANCEL beside it, whether there is room or not.
    if (layer.size > 2 * MAX_TRANSACTIONS + 1) throw new Error(`${layer.size} transactions`);
    const { wakeAt } = layer;
    if (wakeAt !== undefined && !Number.isFinite(wakeAt)) throw new Error(`wakes at ${wakeAt}`);
  }

  for (let step = 0; step < STEPS && !choices.isOver; step++) {
    const flow = choices.any(FLOWS);
    switch (choices.below(8)) {
      case 0:
      case 1:
        layer.receive(incoming(choices), flow, now);
        break;
      case 2:
        if (layer.hasRoom) started.add(layer.request(outgoing(choices), flow, US, now));
        break;
      case 3:
        if (sent.length > 0)
          layer.receive(responseTo(choices.any(sent), choices.any(STATUSES), { toTag: 'x' }), flow, now);
        break;
      case 4: {
        const id = choices.any([...open.keys(), NOBODY]);
        const request = open.get(id);
        if (request === undefined) break;
        const status = choices.any(STATUSES);
        if (choices.once(6)) layer.refuse(id, (toTag) => responseTo(request, 486, { toTag }));
        else layer.respond(id, responseTo(request, status, { toTag: 'y' }), now);
        break;
      }
      case 5:
        layer.cancel(choices.any([...started, NOBODY]), now);
        break;
      case 6:
        now += choices.byte() * choices.byte();
        layer.advance(now);
        break;
      default:
        layer.transportError(flow.id, now);
    }
    drain();
  }
  // What we owe is answered; what is owed to us times out.
  for (const [id, request] of open) {
    layer.respond(id, responseTo(request, 500, { toTag: 'y' }), now);
    drain();
  }
  for (const id of started) layer.cancel(id, now);
  for (let pass = 0; pass < 8; pass++) {
    now += LONG_MS;
    layer.advance(now);
    drain();
    for (const [id, request] of open) layer.respond(id, responseTo(request, 500, { toTag: 'y' }), now);
    drain();
  }
  if (layer.size > 0) throw new Error(`${layer.size} transactions are left`);
  if (layer.wakeAt !== undefined) throw new Error(`it still wants to wake at ${layer.wakeAt}`);
}

function incoming(choices: Choices): SipRequest {
  const method = choices.any(METHODS);
  const branch = choices.any(['z9hG4bKa', 'z9hG4bKb', 'z9hG4bKc', 'old', '']);
  const sentBy = choices.any(['192.0.2.7:40000', 'client.example.com', '[2001:db8::1]']);
  const via = `SIP/2.0/UDP ${sentBy}${branch === '' ? '' : `;branch=${branch}`}${choices.any(['', ';rport'])}`;
  return createRequest({
    method,
    uri: 'sip:bob@example.com',
    headers: [
      ...(choices.once(20) ? [] : [['Via', via] as const]),
      ['From', `<sip:alice@example.com>;tag=${choices.any(['a', 'b'])}`],
      ['To', `<sip:bob@example.com>${choices.any(['', ';tag=y', ';tag=z'])}`],
      ['Call-ID', choices.any(['c1', 'c2'])],
      ['CSeq', `${choices.below(3)} ${choices.once(8) ? choices.any(METHODS) : method}`],
    ],
  });
}

function outgoing(choices: Choices): SipRequest {
  const method = choices.any(['INVITE', 'BYE', 'MESSAGE']);
  return createRequest({
    method,
    uri: 'sip:carol@example.com',
    headers: [
      ['From', '<sip:us@example.com>;tag=u'],
      ['To', '<sip:carol@example.com>'],
      ['Call-ID', 'o1'],
      ['CSeq', `1 ${method}`],
    ],
  });
}
