import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createRequest, responseTo } from '../build-message.ts';
import type { SipMessage, SipRequest } from '../message.ts';
import { serializeMessage } from '../serializer.ts';
import { type LayerOutput, type TransactionFlow, TransactionLayer } from './transaction-layer.ts';

const UDP: TransactionFlow = { id: 'udp', reliable: false, remoteAddress: '192.0.2.7', remotePort: 40_000 };
const TCP: TransactionFlow = { id: 'tcp', reliable: true, remoteAddress: '192.0.2.8', remotePort: 50_000 };
const US = { transport: 'udp', host: '198.51.100.1', port: 5060 };

let layer: TransactionLayer;
let last = 0;
const random = () => `r${++last}`;

beforeEach(() => {
  last = 0;
  layer = new TransactionLayer({ random });
});

interface Parts {
  readonly via?: string;
  readonly cseq?: number;
  readonly to?: string;
  readonly uri?: string;
}

const BRANCH = 'SIP/2.0/UDP 192.0.2.7:40000;branch=z9hG4bKa1';

function incoming(
  method: string,
  { via = BRANCH, cseq = 1, to = '<sip:bob@example.com>', uri }: Parts = {},
): SipRequest {
  return createRequest({
    method,
    uri: uri ?? 'sip:bob@example.com',
    headers: [
      ['Via', via],
      ['From', '<sip:alice@example.com>;tag=a'],
      ['To', to],
      ['Call-ID', 'c1'],
      ['CSeq', `${cseq} ${method}`],
    ],
  });
}

function outgoing(method: string): SipRequest {
  const request = incoming(method);
  request.headers.remove('Via');
  return request;
}

function sent(outputs: readonly LayerOutput<TransactionFlow>[]): SipMessage[] {
  return outputs.flatMap((output) => (output.kind === 'transmit' ? [output.message] : []));
}

function asRequest(output: LayerOutput<TransactionFlow> | undefined) {
  assert.ok(output?.kind === 'request', `expected a request for the TU, got ${output?.kind}`);
  return output;
}

function kinds(outputs: readonly LayerOutput<TransactionFlow>[]): string[] {
  return outputs.map((output) => {
    if (output.kind !== 'transmit') return output.kind;
    return output.message.kind === 'request'
      ? `send ${output.message.method}`
      : `send ${output.message.status}`;
  });
}

test('RFC 3261 §17.2.3: a retransmitted request reaches the TU once and gets the same response again', () => {
  layer.receive(incoming('MESSAGE'), UDP, 0);
  const { transactionId, request } = asRequest(layer.take()[0]);
  layer.receive(incoming('MESSAGE'), UDP, 10);
  assert.deepEqual(kinds(layer.take()), []);
  assert.equal(layer.respond(transactionId, responseTo(request, 200, { toTag: 'b' }), 20), true);
  layer.receive(incoming('MESSAGE'), UDP, 30);
  const outputs = layer.take();
  assert.deepEqual(kinds(outputs), ['send 200', 'terminated', 'send 200']);
  const [first, again] = sent(outputs);
  assert.ok(first !== undefined && again !== undefined);
  assert.deepEqual(serializeMessage(again), serializeMessage(first));
  for (const output of outputs) if (output.kind === 'transmit') assert.equal(output.target.port, 40_000);
});

test('RFC 3261 §17.2.2: what was answered at once leaves no transaction, but its answer until timer J', () => {
  layer.receive(incoming('MESSAGE'), UDP, 0);
  const { transactionId, request } = asRequest(layer.take()[0]);
  layer.respond(transactionId, responseTo(request, 200, { toTag: 'b' }), 0);
  assert.deepEqual(kinds(layer.take()), ['send 200']);
  assert.deepEqual([layer.size, layer.answered], [0, 1]);
  layer.receive(incoming('MESSAGE'), UDP, 31_900);
  assert.deepEqual(kinds(layer.take()), ['send 200']);
  layer.receive(incoming('MESSAGE'), UDP, 40_000);
  assert.deepEqual(kinds(layer.take()), ['request'], 'after timer J it is a new one');
});

test('RFC 3261 §17.2.2: when timer J has fired, answers are forgotten though nothing else comes', () => {
  layer.receive(incoming('MESSAGE'), UDP, 0);
  const { transactionId, request } = asRequest(layer.take()[0]);
  layer.respond(transactionId, responseTo(request, 200, { toTag: 'b' }), 0);
  const { wakeAt } = layer;
  assert.ok(wakeAt !== undefined && wakeAt >= 32_000 && wakeAt <= 37_000, `wakes at ${wakeAt}`);
  layer.advance(wakeAt);
  assert.deepEqual([layer.answered, layer.wakeAt], [0, undefined]);
});

test('RFC 3261 §17.2.2: over a reliable transport nothing is kept of what was answered', () => {
  layer.receive(incoming('MESSAGE'), TCP, 0);
  const { transactionId, request } = asRequest(layer.take()[0]);
  layer.respond(transactionId, responseTo(request, 200, { toTag: 'b' }), 0);
  assert.deepEqual(kinds(layer.take()), ['send 200']);
  assert.deepEqual([layer.size, layer.answered, layer.wakeAt], [0, 0, undefined]);
});

test('RFC 4320 §4.1: a request that nobody answers at once gets its 100 in time', () => {
  layer.receive(incoming('MESSAGE'), UDP, 0);
  asRequest(layer.take()[0]);
  assert.equal(layer.size, 1);
  assert.equal(layer.wakeAt, 3500);
  layer.advance(3500);
  assert.deepEqual(kinds(layer.take()), ['send 100']);
});

test('RFC 3261 §17.2.3: the same branch from another sent-by, or with another method, is another transaction', () => {
  layer.receive(incoming('MESSAGE'), UDP, 0);
  layer.receive(incoming('MESSAGE', { via: BRANCH.replace('192.0.2.7', '192.0.2.99') }), UDP, 0);
  layer.receive(incoming('OPTIONS'), UDP, 0);
  assert.deepEqual(kinds(layer.take()), ['request', 'request', 'request']);
});

test('RFC 3261 §17.2.3: without the magic cookie, requests match by their fields', () => {
  const via = 'SIP/2.0/UDP 192.0.2.7:40000;branch=1';
  layer.receive(incoming('MESSAGE', { via }), UDP, 0);
  layer.receive(incoming('MESSAGE', { via }), UDP, 0);
  assert.deepEqual(kinds(layer.take()), ['request']);
  layer.receive(incoming('MESSAGE', { via, cseq: 2 }), UDP, 0);
  layer.receive(incoming('MESSAGE', { via, uri: 'sip:carol@example.com' }), UDP, 0);
  assert.deepEqual(kinds(layer.take()), ['request', 'request']);
});

test('RFC 3261 §17.2.3: the ACK of a client without magic cookies matches by the To tag of the response', () => {
  const via = 'SIP/2.0/UDP 192.0.2.7:40000';
  layer.receive(incoming('INVITE', { via }), UDP, 0);
  const { transactionId, request } = asRequest(layer.take()[0]);
  layer.respond(transactionId, responseTo(request, 486, { toTag: 'b' }), 0);
  layer.take();
  layer.receive(incoming('ACK', { via, to: '<sip:bob@example.com>;tag=other' }), UDP, 10);
  assert.deepEqual(kinds(layer.take()), ['acknowledged']);
  for (const at of [20, 30]) {
    layer.receive(incoming('ACK', { via, to: '<sip:bob@example.com>;tag=b' }), UDP, at);
    assert.deepEqual(kinds(layer.take()), [], 'the first and the repeated one end here');
  }
  layer.advance(20 + 5000);
  assert.deepEqual(kinds(layer.take()), ['terminated']);
});

test('RFC 3261 §17.1.3: responses match by branch and CSeq method; strays are dropped', () => {
  const id = layer.request(outgoing('OPTIONS'), UDP, US, 0);
  const [request] = sent(layer.take());
  assert.ok(request?.kind === 'request');
  assert.match(
    request.headers.get('Via') ?? '',
    /^SIP\/2\.0\/UDP 198\.51\.100\.1:5060;branch=z9hG4bKr\d+;rport$/,
  );
  const otherMethod = responseTo(request, 200);
  otherMethod.headers.set('CSeq', '1 MESSAGE');
  layer.receive(otherMethod, UDP, 1);
  assert.equal(layer.dropped, 1);
  layer.receive(responseTo(request, 200), UDP, 2);
  const [output] = layer.take();
  assert.ok(output?.kind === 'response');
  assert.equal(output.transactionId, id);
});

test('two requests to one flow keep their responses apart', () => {
  const first = layer.request(outgoing('MESSAGE'), TCP, { ...US, transport: 'tcp' }, 0);
  const second = layer.request(outgoing('MESSAGE'), TCP, { ...US, transport: 'tcp' }, 0);
  const [one, two] = sent(layer.take());
  assert.ok(one?.kind === 'request' && two?.kind === 'request');
  layer.receive(responseTo(two, 202), TCP, 1);
  layer.receive(responseTo(one, 200), TCP, 2);
  const ids = layer.take().flatMap((output) => (output.kind === 'response' ? [output.transactionId] : []));
  assert.deepEqual(ids, [second, first]);
  assert.equal(layer.size, 0);
});

test('RFC 3261 §18.2.1: received is added when sent-by is not the source', () => {
  layer.receive(incoming('OPTIONS', { via: 'SIP/2.0/UDP phone.example.com;branch=z9hG4bKa' }), UDP, 0);
  const { request } = asRequest(layer.take()[0]);
  assert.equal(
    request.headers.get('Via'),
    'SIP/2.0/UDP phone.example.com;branch=z9hG4bKa;received=192.0.2.7',
  );
});

test('RFC 3261 §18.2.1: nothing is added when sent-by is the source', () => {
  layer.receive(incoming('OPTIONS'), UDP, 0);
  assert.equal(asRequest(layer.take()[0]).request.headers.get('Via'), BRANCH);
});

test('RFC 3581 §4: rport is filled with the source port, received is always added, and the response goes there', () => {
  const via = 'SIP/2.0/UDP 10.1.1.1:4540;rport;branch=z9hG4bKkj, SIP/2.0/UDP 10.2.2.2;branch=z9hG4bKold';
  layer.receive(incoming('OPTIONS', { via }), UDP, 0);
  const { transactionId, request } = asRequest(layer.take()[0]);
  assert.deepEqual(request.headers.getAll('Via'), [
    'SIP/2.0/UDP 10.1.1.1:4540;rport=40000;branch=z9hG4bKkj;received=192.0.2.7',
    'SIP/2.0/UDP 10.2.2.2;branch=z9hG4bKold',
  ]);
  layer.respond(transactionId, responseTo(request, 200), 0);
  const [output] = layer.take();
  assert.deepEqual(output?.kind === 'transmit' && output.target, {
    flow: UDP,
    address: '192.0.2.7',
    port: 40_000,
  });
});

for (const [sentBy, port] of [
  ['10.1.1.1:4540', 4540],
  ['10.1.1.1', 5060],
  ['10.1.1.1:4540;maddr=203.0.113.9', 4540],
] as const) {
  test(`RFC 3261 §18.2.2: without rport the response to ${sentBy} goes to the source address, port ${port}`, () => {
    layer.receive(incoming('OPTIONS', { via: `SIP/2.0/UDP ${sentBy};branch=z9hG4bKx` }), UDP, 0);
    const { transactionId, request } = asRequest(layer.take()[0]);
    layer.respond(transactionId, responseTo(request, 200), 0);
    const [output] = layer.take();
    assert.deepEqual(output?.kind === 'transmit' && output.target, { flow: UDP, address: '192.0.2.7', port });
  });
}

test('RFC 3261 §9.2: CANCEL is answered 200 and the TU hears that the INVITE is cancelled', () => {
  layer.receive(incoming('INVITE'), UDP, 0);
  const { transactionId } = asRequest(layer.take()[0]);
  layer.receive(incoming('CANCEL'), UDP, 10);
  const outputs = layer.take();
  assert.deepEqual(kinds(outputs), ['send 200', 'cancelled']);
  assert.ok(outputs[1]?.kind === 'cancelled' && outputs[1].transactionId === transactionId);
});

test('RFC 3261 §9.2: CANCEL of a client without magic cookies finds its INVITE although the Via was stamped', () => {
  const via = 'SIP/2.0/UDP phone.example.com';
  layer.receive(incoming('INVITE', { via }), UDP, 0);
  layer.take();
  layer.receive(incoming('CANCEL', { via }), UDP, 10);
  assert.deepEqual(kinds(layer.take()), ['send 200', 'cancelled']);
});

test('RFC 3261 §9.2: CANCEL for nothing is answered 481; after the final response it has no effect', () => {
  layer.receive(incoming('CANCEL'), UDP, 0);
  assert.deepEqual(kinds(layer.take()), ['send 481']);
  const via = BRANCH.replace('z9hG4bKa1', 'z9hG4bKa2');
  layer.receive(incoming('INVITE', { via }), UDP, 0);
  const { transactionId, request } = asRequest(layer.take()[0]);
  layer.respond(transactionId, responseTo(request, 603, { toTag: 'b' }), 0);
  layer.take();
  layer.receive(incoming('CANCEL', { via }), UDP, 10);
  assert.deepEqual(kinds(layer.take()), ['send 200']);
});

test('RFC 3261 §17.1.1.3: the ACK for a failure is sent by the layer; the ACK for a 2xx reaches the TU', () => {
  layer.request(outgoing('INVITE'), UDP, US, 0);
  const [invite] = sent(layer.take());
  assert.ok(invite?.kind === 'request');
  layer.receive(responseTo(invite, 486, { toTag: 'b' }), UDP, 10);
  assert.deepEqual(kinds(layer.take()), ['send ACK', 'response']);

  layer.receive(incoming('INVITE'), UDP, 20);
  const { transactionId, request } = asRequest(layer.take()[0]);
  layer.respond(transactionId, responseTo(request, 200, { toTag: 'b' }), 30);
  layer.receive(incoming('ACK'), UDP, 40);
  assert.deepEqual(kinds(layer.take()), ['send 200', 'acknowledged']);
});

test('a full layer answers 503 with Retry-After, keeps nothing, and says the same to a retransmission', () => {
  layer = new TransactionLayer({ random, maxTransactions: 1 });
  layer.receive(incoming('OPTIONS'), UDP, 0);
  layer.take();
  const via = 'SIP/2.0/UDP 192.0.2.7:40000;branch=z9hG4bKa2;rport';
  layer.receive(incoming('MESSAGE', { via }), UDP, 0);
  layer.receive(incoming('MESSAGE', { via }), UDP, 0);
  layer.receive(incoming('ACK', { via }), UDP, 0);
  const [first, second, third] = layer.take();
  assert.ok(first?.kind === 'transmit' && first.message.kind === 'response' && second?.kind === 'transmit');
  assert.equal(first.message.status, 503);
  assert.equal(first.message.headers.get('Retry-After'), '5');
  assert.equal(first.message.headers.get('To'), second.message.headers.get('To'));
  assert.equal(third?.kind, 'acknowledged');
  assert.equal(layer.size, 1);
  assert.equal(layer.hasRoom, false);
});

test('RFC 3261 §17.1.4: when the flow is gone, its client transactions fail and others do not', () => {
  const id = layer.request(outgoing('MESSAGE'), TCP, US, 0);
  layer.request(outgoing('MESSAGE'), UDP, US, 0);
  layer.take();
  layer.transportError(TCP.id, 10);
  const outputs = layer.take();
  assert.deepEqual(kinds(outputs), ['failed', 'terminated']);
  assert.ok(
    outputs[0]?.kind === 'failed' && outputs[0].reason === 'transport' && outputs[0].transactionId === id,
  );
  assert.equal(layer.size, 1);
});

test('a response to a transaction that is over is refused', () => {
  layer.receive(incoming('MESSAGE', { via: 'SIP/2.0/TCP 192.0.2.8;branch=z9hG4bKt' }), TCP, 0);
  const { transactionId, request } = asRequest(layer.take()[0]);
  assert.equal(layer.respond(transactionId, responseTo(request, 200), 0), true);
  assert.equal(layer.respond(transactionId, responseTo(request, 200), 0), false);
});

test('an abandoned request is answered by nothing, not even a 100', () => {
  layer.receive(incoming('OPTIONS'), UDP, 0);
  const { transactionId } = asRequest(layer.take()[0]);
  layer.abandon(transactionId);
  assert.deepEqual(layer.take(), []);
  layer.advance(40_000);
  assert.deepEqual(layer.take(), []);
  assert.equal(layer.size, 0);
  assert.equal(layer.wakeAt, undefined);
});

test('RFC 3261 §8.2.7: a refused INVITE is answered once and forgotten; its repetition is a new request with the same To tag', () => {
  const toTags: string[] = [];
  for (const at of [0, 500]) {
    layer.receive(incoming('INVITE'), UDP, at);
    const { transactionId, request } = asRequest(layer.take()[0]);
    const make = (toTag: string) => {
      toTags.push(toTag);
      return responseTo(request, 501, { toTag });
    };
    assert.equal(layer.refuse(transactionId, make), true);
    assert.deepEqual(kinds(layer.take()), ['send 501', 'terminated']);
    assert.equal(layer.size, 0);
    assert.equal(layer.refuse(transactionId, make), false);
  }
  layer.advance(40_000);
  assert.deepEqual(layer.take(), [], 'timer G sends nothing again');
  assert.equal(toTags[0], toTags[1]);
});

test('a CANCEL for nothing is answered 481 without keeping anything', () => {
  layer.receive(incoming('CANCEL'), UDP, 0);
  assert.deepEqual(kinds(layer.take()), ['send 481']);
  assert.equal(layer.size, 0);
});

test('messages without a readable Via are dropped', () => {
  layer.receive(incoming('MESSAGE', { via: 'nonsense' }), UDP, 0);
  assert.deepEqual(layer.take(), []);
  assert.equal(layer.dropped, 1);
});

test('thousands of transactions wake in order, and nothing is kept when all are over', () => {
  const count = 3000;
  for (let i = 0; i < count; i += 1) {
    layer.receive(incoming('MESSAGE', { via: `SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKm${i}` }), UDP, i % 777);
    layer.request(outgoing('OPTIONS'), UDP, US, i % 555);
  }
  for (const output of layer.take()) {
    if (output.kind === 'request' && output.transactionId % 10 === 1) {
      layer.respond(output.transactionId, responseTo(output.request, 200), 800);
    }
  }
  let previous = 0;
  for (let at = layer.wakeAt; at !== undefined; at = layer.wakeAt) {
    assert.ok(at >= previous, `woke at ${at} after ${previous}`);
    previous = at;
    layer.advance(at);
    layer.take();
  }
  assert.deepEqual([layer.size, layer.answered], [0, 0]);
  // Answers are forgotten by the eighth of them.
  assert.ok(previous <= 800 + 37_000);
});
