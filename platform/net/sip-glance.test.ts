import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseMessage } from '@parley/protocol/sip';
import { glanceKey, newWorkKey } from './sip-glance.ts';

function message(startLine: string, ...fields: readonly string[]): Uint8Array {
  const via = 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1';
  const all = [startLine, via, 'From: <sip:a@example.com>;tag=1', 'CSeq: 1 X', ...fields];
  return new TextEncoder().encode(`${all.join('\r\n')}\r\n\r\n`);
}

function keyOf(bytes: Uint8Array): number | undefined {
  const parsed = parseMessage(bytes);
  return parsed.ok && parsed.message.kind === 'request' ? newWorkKey(parsed.message) : undefined;
}

describe('a glance at a message', () => {
  test('tells the Call-ID of new work, as reading it does, however it is written', () => {
    const plain = message('REGISTER sip:example.com SIP/2.0', 'To: <sip:a@example.com>', 'Call-ID: one@two');
    const key = glanceKey(plain);
    assert.ok(key !== undefined);
    for (const [to, callId] of [
      ['t:<sip:a@example.com>', 'i:one@two'],
      ['TO : <sip:a@example.com>', 'CALL-ID :\t one@two  '],
    ] as const) {
      const bytes = message('REGISTER sip:example.com SIP/2.0', to, callId);
      assert.equal(glanceKey(bytes), key);
      assert.equal(keyOf(bytes), key);
    }
    const other = message(
      'REGISTER sip:example.com SIP/2.0',
      'To: <sip:a@example.com>',
      'Call-ID: one@three',
    );
    assert.notEqual(glanceKey(other), key);
  });

  test('knows a field by the whole of its name', () => {
    const plain = message('OPTIONS sip:a SIP/2.0', 'To: <sip:a>', 'Call-ID: one@two');
    const others = ['c: text/plain', 'Timestamp: 1', 'Identity: i', 'Call-Info: <http://a>', 'tx: ;tag=1'];
    const more = message('OPTIONS sip:a SIP/2.0', 'To: <sip:a>', 'Call-ID: one@two', ...others);
    assert.equal(glanceKey(more), glanceKey(plain));
  });

  test('lets through what belongs to a dialog, a transaction or a request of ours', () => {
    const callId = 'Call-ID: one@two';
    for (const bytes of [
      message('INVITE sip:a@example.com SIP/2.0', 'To: <sip:a@example.com>;tag=x', callId),
      message('SUBSCRIBE sip:a@example.com SIP/2.0', 't: a <sip:a@example.com> ; TAG = x', callId),
      ...['ACK', 'BYE', 'CANCEL', 'PRACK', 'UPDATE', 'INFO', 'NOTIFY'].map((method) =>
        message(`${method} sip:a@example.com SIP/2.0`, 'To: <sip:a@example.com>', callId),
      ),
      message('SIP/2.0 200 OK', 'To: <sip:a@example.com>', callId),
    ]) {
      assert.equal(glanceKey(bytes), undefined, new TextDecoder().decode(bytes));
      assert.equal(keyOf(bytes), undefined);
    }
  });

  test('says nothing of what it cannot tell', () => {
    assert.equal(glanceKey(new Uint8Array()), undefined);
    assert.equal(glanceKey(new Uint8Array(65_507).fill(0x0a)), undefined);
    assert.equal(
      glanceKey(new TextEncoder().encode('OPTIONS sip:a SIP/2.0\r\nTimestamp: 1\r\nI')),
      undefined,
    );
    const body = message('OPTIONS sip:a SIP/2.0', 'To: <sip:a>');
    assert.equal(
      glanceKey(new Uint8Array([...body, ...new TextEncoder().encode('Call-ID: of the body\r\n')])),
      undefined,
    );
  });
});
