// The 49 messages of RFC 4475 §3, each with the verdict that its section prescribes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  addressOfRecord,
  chooseAccepted,
  contactExpiresS,
  createStreamFramer,
  MAX_EXPIRES_S,
  mediaTypeOf,
  parseContact,
  parseCredentials,
  parseCSeq,
  parseDate,
  parseExpires,
  parseMaxForwards,
  parseMessage,
  parseNameAddr,
  parseRouteSet,
  parseSipUri,
  parseVia,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  topVia,
  transactionBranch,
  unescapeUri,
  unsupportedOptions,
  validateRequest,
  validateResponse,
} from './index.ts';

const folder = join(import.meta.dirname, '../../spec/corpora/rfc4475');
const untested = new Set(readdirSync(folder));

function bytesOf(name: string): Uint8Array {
  untested.delete(`${name}.dat`);
  return readFileSync(join(folder, `${name}.dat`));
}

type Verdict =
  | { readonly kind: 'valid'; readonly message: SipMessage }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  | { readonly kind: 'discarded'; readonly reason: string };

/** What a server makes of one datagram. */
function judge(bytes: Uint8Array, isUserAgent = false): Verdict {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) {
    const { status, reason } = parsed;
    return status === undefined ? { kind: 'discarded', reason } : { kind: 'refused', status, reason };
  }
  const { message } = parsed;
  if (message.kind === 'request') {
    const fault = validateRequest(message);
    return fault === undefined ? { kind: 'valid', message } : { kind: 'refused', ...fault };
  }
  const reason = validateResponse(message, { isUserAgent });
  return reason === undefined ? { kind: 'valid', message } : { kind: 'discarded', reason };
}

function request(name: string): SipRequest {
  const verdict = judge(bytesOf(name));
  assert.equal(verdict.kind, 'valid', JSON.stringify(verdict));
  assert(verdict.kind === 'valid' && verdict.message.kind === 'request');
  return verdict.message;
}

function response(name: string): SipResponse {
  const verdict = judge(bytesOf(name));
  assert(verdict.kind === 'valid' && verdict.message.kind === 'response', JSON.stringify(verdict));
  return verdict.message;
}

function refused(name: string, status: number, reason: RegExp): void {
  const verdict = judge(bytesOf(name));
  assert(verdict.kind === 'refused', `${name} is ${verdict.kind}`);
  assert.equal(verdict.status, status);
  assert.match(verdict.reason, reason);
}

const vias = (message: SipMessage) => message.headers.getAll('Via').map(parseVia);
const nameAddr = (message: SipMessage, name: string) => parseNameAddr(message.headers.get(name) ?? '');

test('3.1.1.1 wsinv: folding, odd white space, compact forms, escapes and empty values are read', () => {
  const message = request('wsinv');
  assert.equal(nameAddr(message, 'To')?.params.get('tag'), '1918181833n');
  assert.deepEqual(nameAddr(message, 'From'), {
    displayName: 'J Rosenberg \\"',
    uri: 'sip:jdrosen@example.com',
    params: new Map([['tag', '98asjd8']]),
  });
  assert.equal(parseMaxForwards(message.headers.get('Max-Forwards')!), 68);
  assert.deepEqual(parseCSeq(message.headers.get('CSeq')!), { sequence: 9, method: 'INVITE' });
  assert.deepEqual(
    vias(message).map((via) => [via?.transport, via?.host, via?.params.get('branch')]),
    [
      ['UDP', '192.0.2.2', '390skdjuw'],
      ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
      ['UDP', '192.168.255.111', 'z9hG4bK30239'],
    ],
  );
  assert.equal(message.headers.get('Subject'), '');
  assert.equal(message.headers.get('NewFangledHeader'), 'newfangled value continued newfangled value');
  assert.equal(message.headers.get('UnknownHeaderWithUnusualValue'), ';;,,;;,;');
  const contact = nameAddr(message, 'Contact');
  assert.equal(contact?.displayName, 'Quoted string ""');
  assert.deepEqual(
    [...contact!.params],
    [
      ['newparam', 'newvalue'],
      ['secondparam', undefined],
      ['q', '0.33'],
    ],
  );
  assert.equal(
    parseRouteSet(message.headers, 'Route')?.[0]?.uri,
    'sip:services.example.com;lr;unknownwith=value;unknown-no-value',
  );
  assert.equal(message.body.length, 150);
});

test('3.1.1.2 intmeth: every character that the grammar allows is taken', () => {
  const message = request('intmeth');
  const method = "!interesting-Method0123456789_*+`.%indeed'~";
  assert.equal(message.method, method);
  assert.equal(parseCSeq(message.headers.get('CSeq')!)?.method, method);
  const uri = parseSipUri(message.uri);
  assert.equal(uri?.host, 'example.com');
  assert.equal(uri?.password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
  assert.equal(nameAddr(message, 'To')?.displayName, 'BEL:\u0007 NUL:\0 DEL:\u007f');
  const from = nameAddr(message, 'From');
  assert.equal(from?.displayName, "token1~` token2'+_ token3*%!.-");
  assert.equal(from?.params.get("fromparam''~+*_!.-%"), 'работающий');
  assert.equal(from?.params.get('tag'), "_token~1'+`*%!-.");
  assert.equal(message.headers.get("extensionHeader-!.%*+_`'~"), '\uFEFF大停電');
});

test('3.1.1.3 esc01: percent escapes in URIs are resolved where they are compared', () => {
  const message = request('esc01');
  const uri = parseSipUri(message.uri)!;
  assert.equal(unescapeUri(uri.user!), 'sips:user@example.com');
  assert.equal(uri.host, 'example.net');
  assert.equal(addressOfRecord(parseSipUri(nameAddr(message, 'To')!.uri)!), 'user@example.com');
  const contact = parseSipUri(nameAddr(message, 'Contact')!.uri)!;
  assert.equal(unescapeUri(contact.user!), 'caller');
  assert.deepEqual(
    [...contact.params],
    [
      ['%6c%72', undefined],
      ['n%61me', 'v%61lue%25%34%31'],
    ],
  );
});

test('3.1.1.4 escnull: an escaped NUL is a character of the user name', () => {
  const message = request('escnull');
  const contacts = parseContact(message.headers);
  assert(Array.isArray(contacts));
  assert.deepEqual(
    contacts.map(({ uri }) => unescapeUri(parseSipUri(uri)!.user!)),
    ['\0', '\0\0'],
  );
});

test('3.1.1.5 esc02: a percent sign that begins no escape is an ordinary character outside URIs', () => {
  const message = request('esc02');
  assert.equal(message.method, 'RE%47IST%45R');
  assert.equal(nameAddr(message, 'To')?.displayName, '%Z%45');
  assert.equal(topVia(message.headers)?.params.get('branch'), 'z9hG4bK209%fzsnel234');
  assert.equal(message.headers.getAll('Contact').length, 2);
  assert.equal(message.headers.get('C%6Fntact'), '<sip:alias2@host2.example.com>');
});

test('3.1.1.6 lwsdisp: no white space is needed between a display name and <', () => {
  const from = nameAddr(request('lwsdisp'), 'From');
  assert.equal(from?.displayName, 'caller');
  assert.equal(from?.params.get('tag'), '323');
});

test('3.1.1.7 longreq: long values are read', () => {
  const message = request('longreq');
  assert.equal(message.headers.getAll('Via').length, 34);
  assert(nameAddr(message, 'To')!.displayName!.length > 100);
  assert.equal(parseSipUri(nameAddr(message, 'To')!.uri)?.port, 6000);
});

test('3.1.1.8 dblreq: a datagram is one message, a stream holds both', () => {
  const first = request('dblreq');
  assert.equal(first.method, 'REGISTER');
  assert.equal(first.body.length, 0);
  const framed = createStreamFramer().push(bytesOf('dblreq'));
  const methods = framed.map(
    (item) => item.kind === 'message' && item.message.kind === 'request' && item.message.method,
  );
  assert.deepEqual(methods.slice(0, 2), ['REGISTER', 'INVITE']);
  // The second body is one byte longer than its Content-Length: what is left over begins no message.
  assert.deepEqual(
    framed.slice(2).map(({ kind }) => kind),
    ['broken'],
  );
});

test('3.1.1.9 semiuri: a semicolon before @ belongs to the user', () => {
  const message = request('semiuri');
  const uri = parseSipUri(message.uri)!;
  assert.equal(unescapeUri(uri.user!), 'user;par=u@example.net');
  assert.equal(uri.host, 'example.com');
  assert.equal(uri.params.size, 0);
  assert.equal(message.headers.getAll('Accept').length, 6);
});

test('3.1.1.10 transports: unknown transports are read', () => {
  const transports = vias(request('transports')).map((via) => via?.transport);
  assert.deepEqual(transports, ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP']);
});

test('3.1.1.11 mpart01: a binary body stays byte for byte', () => {
  const bytes = bytesOf('mpart01');
  const message = request('mpart01');
  assert.equal(mediaTypeOf(message.headers.get('Content-Type')), 'multipart/mixed');
  assert.deepEqual(Buffer.from(message.body), bytes.subarray(bytes.length - 553));
});

test('3.1.1.12 unreason: a reason phrase may hold any UTF-8', () => {
  const message = response('unreason');
  assert.equal(message.status, 200);
  assert.equal(message.reason, '= 2**3 * 5**2 но сто девяносто девять - простое');
});

test('3.1.1.13 noreason: a reason phrase may be empty', () => {
  const message = response('noreason');
  assert.equal(message.status, 100);
  assert.equal(message.reason, '');
});

test('3.1.2.1 badinv01: extraneous separators are 400', () => refused('badinv01', 400, /Via/));

test('3.1.2.2 clerr: a datagram shorter than Content-Length is 400, a stream waits', () => {
  refused('clerr', 400, /shorter than Content-Length/);
  const framer = createStreamFramer();
  assert.deepEqual(framer.push(bytesOf('clerr')), []);
  assert(framer.pendingBytes > 0);
});

test('3.1.2.3 ncl: a negative Content-Length is 400, and ends a stream', () => {
  refused('ncl', 400, /Content-Length/);
  const [framed] = createStreamFramer().push(bytesOf('ncl'));
  assert(framed?.kind === 'broken');
  assert.equal(framed.error.status, 400);
});

test('3.1.2.4 scalar02: overlarge scalars of a request are 400, overlarge times are clamped', () => {
  refused('scalar02', 400, /CSeq|Max-Forwards/);
  const parsed = parseMessage(bytesOf('scalar02'));
  assert(parsed.ok);
  const { headers } = parsed.message;
  assert.equal(parseCSeq(headers.get('CSeq')!), undefined);
  assert.equal(parseMaxForwards(headers.get('Max-Forwards')!), undefined);
  assert.equal(parseExpires(headers.get('Expires')!), MAX_EXPIRES_S);
  assert.equal(contactExpiresS(nameAddr(parsed.message, 'Contact')!), MAX_EXPIRES_S);
});

test('3.1.2.5 scalarlg: a response with an overlarge CSeq is discarded', () => {
  const verdict = judge(bytesOf('scalarlg'));
  assert(verdict.kind === 'discarded');
  assert.match(verdict.reason, /CSeq/);
});

test('3.1.2.6 quotbal: an unterminated quoted string is 400', () => refused('quotbal', 400, /To/));
test('3.1.2.7 ltgtruri: <> around the Request-URI is 400', () => refused('ltgtruri', 400, /Request-URI/));
test('3.1.2.8 lwsruri: white space in the Request-URI is 400', () => refused('lwsruri', 400, /Request-URI/));
test('3.1.2.9 lwsstart: more than one space in the request line is 400', () =>
  refused('lwsstart', 400, /Request-URI/));
test('3.1.2.10 trws: spaces behind the request line are 400', () =>
  refused('trws', 400, /SIP\/2.0|Request-URI/));
test('3.1.2.11 escruri: header fields in the Request-URI are 400', () =>
  refused('escruri', 400, /header fields/));

test('3.1.2.12 baddate: a Date in another zone than GMT is malformed, and no reason to refuse a call', () => {
  assert.equal(parseDate(request('baddate').headers.get('Date')!), undefined);
});

test('3.1.2.13 regbadct: a Contact with ? outside <> is 400', () => refused('regbadct', 400, /Contact/));
test('3.1.2.14 badaspec: spaces within an addr-spec are 400', () => refused('badaspec', 400, /To/));

test('3.1.2.15 baddn: a comma in a display name without quotes is 400', () => {
  refused('baddn', 400, /empty line/);
  // The file lacks the empty line too; with it the names are what is wrong.
  const verdict = judge(Buffer.concat([bytesOf('baddn'), Buffer.from('\r\n')]));
  assert.deepEqual(verdict, { kind: 'refused', status: 400, reason: 'From is malformed' });
});

test('3.1.2.16 badvers: another SIP version is 505, with what an answer needs', () => {
  refused('badvers', 505, /version/);
  const parsed = parseMessage(bytesOf('badvers'));
  assert(!parsed.ok);
  assert.equal(parsed.partial?.headers.get('CSeq'), '1 OPTIONS');
});

test('3.1.2.17 mismatch01: a CSeq with another method is 400', () => refused('mismatch01', 400, /CSeq/));
test('3.1.2.18 mismatch02: so is one of an unknown method', () => refused('mismatch02', 400, /CSeq/));

test('3.1.2.19 bigcode: a response with an impossible status is discarded', () => {
  assert.equal(judge(bytesOf('bigcode')).kind, 'discarded');
});

test('3.2.1 badbranch: the bare cookie identifies no transaction', () => {
  const via = topVia(request('badbranch').headers)!;
  assert.equal(via.params.get('branch'), 'z9hG4bK');
  assert.equal(transactionBranch(via), undefined);
});

test('3.3.1 insuf: a request without Call-ID, From and To is 400', () =>
  refused('insuf', 400, /From is missing/));
test('3.3.2 unkscm: an unknown scheme in the Request-URI is 416', () => refused('unkscm', 416, /Scheme/));
test('3.3.3 novelsc: so is a registered one that is not SIP', () => refused('novelsc', 416, /Scheme/));

test('3.3.4 unksm2: unknown schemes in To, From and Contact are read, and name no address of record', () => {
  const message = request('unksm2');
  assert.equal(nameAddr(message, 'To')?.uri, 'isbn:2983792873');
  assert.equal(parseSipUri('isbn:2983792873'), undefined);
  assert.equal(nameAddr(message, 'From')?.params.get('tag'), '3234233');
  assert.equal(nameAddr(message, 'Contact')?.uri, 'name:John_Smith');
});

test('3.3.5 bext01: required extensions that we lack are named, for a 420', () => {
  const { headers } = request('bext01');
  assert.deepEqual(unsupportedOptions(headers, 'Require', new Set(['path'])), [
    'nothingSupportsThis',
    'nothingSupportsThisEither',
  ]);
  assert.equal(unsupportedOptions(headers, 'Proxy-Require', new Set()).length, 2);
});

test('3.3.6 invut: the body type is known, for a 415', () => {
  assert.equal(mediaTypeOf(request('invut').headers.get('Content-Type')), 'application/unknownformat');
});

test('3.3.7 regaut01: credentials of an unknown scheme are none, for a 401', () => {
  assert.equal(parseCredentials(request('regaut01').headers.get('Authorization')!), undefined);
});

test('3.3.8 multi01: single fields that come twice are 400', () => refused('multi01', 400, /more than one/));
test('3.3.9 mcl01: two Content-Length are 400', () => refused('mcl01', 400, /Content-Length/));

test('3.3.10 bcast: a response with two Vias is discarded by a user agent', () => {
  assert.equal(judge(bytesOf('bcast')).kind, 'valid');
  assert.deepEqual(judge(bytesOf('bcast'), true), { kind: 'discarded', reason: 'more than one Via' });
});

test('3.3.11 zeromf: Max-Forwards may be 0, for a 483 from a proxy', () => {
  assert.equal(parseMaxForwards(request('zeromf').headers.get('Max-Forwards')!), 0);
});

test('3.3.12 cparam01: without <> a parameter belongs to Contact', () => {
  const contact = nameAddr(request('cparam01'), 'Contact')!;
  assert.equal(contact.uri, 'sip:+19725552222@gw1.example.net');
  assert(contact.params.has('unknownparam'));
});

test('3.3.13 cparam02: inside <> a parameter belongs to the URI', () => {
  const contact = nameAddr(request('cparam02'), 'Contact')!;
  assert.equal(contact.params.size, 0);
  assert(parseSipUri(contact.uri)?.params.has('unknownparam'));
});

test('3.3.14 regescrt: header fields in a Contact URI are kept', () => {
  const contact = nameAddr(request('regescrt'), 'Contact')!;
  const [name, value] = parseSipUri(contact.uri)!.headers[0]!;
  assert.deepEqual([name, unescapeUri(value)], ['Route', '<sip:sip.example.com>']);
});

test('3.3.15 sdp01: an Accept without application/sdp is seen, for a 406', () => {
  assert.equal(chooseAccepted(request('sdp01').headers, ['application/sdp'], 'application/sdp'), undefined);
});

test('3.4.1 inv2543: a request from before RFC 3261 §8.1.1 is taken', () => {
  const message = request('inv2543');
  assert.equal(transactionBranch(topVia(message.headers)!), undefined);
  assert.equal(nameAddr(message, 'From')?.params.has('tag'), false);
  assert.equal(message.headers.has('Max-Forwards'), false);
  assert(message.body.length > 0);
});

test('no message of the corpus is left out', () => assert.deepEqual([...untested], []));
