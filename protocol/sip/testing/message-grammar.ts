// Messages made by the grammar of RFC 3261 §25.1 from a row of decisions, and the many ways to write the same one
// (RFC 3261 §7.3.1): compact names, spaces, folded lines, lists in one line. Used by message-grammar.fuzz.ts.
import { createRequest, createResponse } from '../build-message.ts';
import type { SipMessage } from '../message.ts';
import type { Choices } from './choices.ts';

type Field = readonly [name: string, value: string];

const TOKENS = ['a', 'INVITE', 'x-1', "!%*_+`'~", '0', 'sip', 'z9hG4bK7', 'q'];
const METHODS = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'REGISTER', 'OPTIONS', 'MESSAGE', 'X-new', '.'];
const HOSTS = [
  'example.com',
  'a',
  '192.0.2.1',
  '[2001:db8::1]',
  '[::ffff:192.0.2.1]',
  'xn--bcher-kva.example',
];
const USERS = ['alice', '+1-212-555;phone-context=x', 'a%20b', '%00', 'j.o(e)', '~!*$&=+?/,;', 'ü%C3%BC'];
const TEXTS = ['', 'Bob', 'ä ö', '漢字 🎉', '\u202e', '<', ';tag=x', ',', 'a\tb', '%'];

export function generatedMessage(choices: Choices): SipMessage {
  const headers = fields(choices);
  const body = new Uint8Array(choices.some(40, () => choices.byte()));
  if (choices.once(3)) {
    const reason = choices.any(TEXTS).replaceAll('\t', ' ').trim();
    return createResponse({
      status: 100 + choices.byte() + choices.byte() + choices.below(89),
      reason,
      headers,
      body,
    });
  }
  return createRequest({ method: choices.any(METHODS), uri: uri(choices), headers, body });
}

function fields(choices: Choices): Field[] {
  return [
    ...Array.from({ length: 1 + choices.below(3) }, (): Field => ['Via', via(choices)]),
    ['From', `${nameAddr(choices)}${params(choices)};tag=${choices.any(TOKENS)}`],
    ['To', `${nameAddr(choices)}${params(choices)}`],
    ['Call-ID', `${choices.any(TOKENS)}@${choices.any(TOKENS)}`],
    ['CSeq', `${choices.byte() * choices.byte()} ${choices.any(METHODS)}`],
    ...choices.some(8, () => optional(choices)),
  ];
}

function optional(choices: Choices): Field {
  switch (choices.below(9)) {
    case 0:
      return ['Contact', `${nameAddr(choices)};q=0.${choices.below(10)}${params(choices)}`];
    case 1:
      return [choices.any(['Route', 'Record-Route', 'Path']), nameAddr(choices)];
    case 2:
      return ['Max-Forwards', String(choices.byte())];
    case 3:
      return [choices.any(['Supported', 'Require', 'Allow']), choices.any(TOKENS)];
    case 4:
      return ['Content-Type', `${choices.any(TOKENS)}/${choices.any(TOKENS)}${params(choices)}`];
    case 5:
      return [
        'Warning',
        `3${choices.below(10)}${choices.below(10)} ${choices.any(HOSTS)} ${quoted(choices)}`,
      ];
    case 6:
      return ['Expires', String(choices.byte() * choices.byte() * choices.byte())];
    case 7:
      return ['Subject', choices.any(TEXTS).trim()];
    default:
      return [
        `X-${choices.any(TOKENS)}`,
        choices
          .some(6, () => choices.any(TEXTS))
          .join('')
          .trim(),
      ];
  }
}

function via(choices: Choices): string {
  const transport = choices.any(['UDP', 'TCP', 'TLS', 'WS', 'x']);
  return `SIP/2.0/${transport} ${hostPort(choices)};branch=z9hG4bK${choices.any(TOKENS)}${params(choices)}`;
}

function nameAddr(choices: Choices): string {
  const name = choices.any(['', 'Bob ', `${quoted(choices)} `, `${choices.any(TOKENS)} `]);
  return `${name}<${uri(choices)}>`;
}

function uri(choices: Choices): string {
  if (choices.once(8)) return choices.any(['tel:+1-201-555-0123', 'urn:service:sos', 'im:a@b', 'mailto:x@y']);
  const user = choices.once(4) ? '' : `${choices.any(USERS).replace(/[^ -~]/g, '')}@`;
  const more = choices.some(3, () => `;${choices.any(TOKENS)}=${choices.any(['udp', '%41', '[::1]', '1'])}`);
  const headers = choices.once(5) ? `?Subject=${choices.any(['x', '%20', ''])}` : '';
  return `${choices.any(['sip', 'sips', 'SIP'])}:${user}${hostPort(choices)}${more.join('')}${headers}`;
}

function hostPort(choices: Choices): string {
  return `${choices.any(HOSTS)}${choices.any(['', ':5060', ':1', ':65535'])}`;
}

function params(choices: Choices): string {
  return choices
    .some(3, () => {
      const value = choices.any(['', '=1', `=${choices.any(TOKENS)}`, `=${quoted(choices)}`]);
      return `;p${choices.below(9)}${value}`;
    })
    .join('');
}

function quoted(choices: Choices): string {
  const text = choices.some(3, () => choices.any(TEXTS)).join('');
  return `"${text.replaceAll(/["\\]/g, '\\$&')}${choices.any(['', '\\"', '\\\\', ' '])}"`;
}

const COMPACT: Readonly<Record<string, string>> = {
  'Call-ID': 'i',
  Contact: 'm',
  'Content-Type': 'c',
  From: 'f',
  Subject: 's',
  Supported: 'k',
  To: 't',
  Via: 'v',
};

/** The same message in another of its forms, as a peer might write it. */
export function writtenOtherwise({ message, startLine }: Written, choices: Choices): Uint8Array {
  const lines = [...message.headers.entries()].map(([name, value]) => {
    const shown = choices.once(2) ? (COMPACT[name] ?? name) : choices.once(3) ? name.toUpperCase() : name;
    const colon = choices.any([': ', ':', ' : ', '\t:\t', ': \r\n ']);
    return `${shown}${colon}${folded(value, choices)}${choices.any(['', ' ', '\t'])}`;
  });
  const length = choices.once(2) ? 'Content-Length' : 'l';
  const head = [startLine, ...lines, `${length}: ${message.body.length}`].join('\r\n');
  const headBytes = new TextEncoder().encode(`${head}\r\n\r\n`);
  const bytes = new Uint8Array(headBytes.length + message.body.length);
  bytes.set(headBytes);
  bytes.set(message.body, headBytes.length);
  return bytes;
}

export interface Written {
  readonly message: SipMessage;
  readonly startLine: string;
}

/** RFC 3261 §7.3.1: a line may be folded where there is a space; the fold reads as one. */
function folded(value: string, choices: Choices): string {
  let isQuoted = false;
  let text = '';
  for (let at = 0; at < value.length; at++) {
    const char = value[at]!;
    if (char === '\\' && isQuoted) {
      text += char + (value[++at] ?? '');
      continue;
    }
    if (char === '"') isQuoted = !isQuoted;
    const isAlone =
      value[at - 1] !== ' ' && value[at + 1] !== ' ' && value[at - 1] !== '\t' && value[at + 1] !== '\t';
    text += char === ' ' && !isQuoted && isAlone && at > 0 && choices.once(3) ? '\r\n ' : char;
  }
  return text;
}
