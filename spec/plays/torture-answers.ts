// What the running server answers to each message of RFC 4475 §3 and RFC 5118 §4. Its domain is example.com, and
// user@example.com has a phone. Used by torture.play.test.ts.

export interface Answers {
  readonly because: string;
  readonly stranger: number | 'silence';
  /** The same request from somebody who proves who he is; where the stranger is asked for proof. */
  readonly known?: number;
  /** It reaches the phone of user@example.com, who is busy. */
  readonly rings?: boolean;
  /** All final answers over TCP, where they are others than `stranger`. */
  readonly stream?: readonly (number | 'silence')[];
  /** The server ends the connection: where the next message begins is unknown. */
  readonly closes?: boolean;
  /** What a stream waits for, and then answers. */
  readonly rest?: string;
}

export const TORTURE_ANSWERS: Readonly<Record<string, Answers>> = {
  'rfc4475/wsinv': { because: '3.1.1.1: for another domain', stranger: 403 },
  'rfc4475/intmeth': { because: '3.1.1.2: nobody has that name', stranger: 407, known: 404 },
  'rfc4475/esc01': {
    because: '3.1.1.3: the escaped @ belongs to the user; for another domain',
    stranger: 403,
  },
  'rfc4475/escnull': { because: '3.1.1.4: contacts may hold an escaped NUL', stranger: 401, known: 200 },
  'rfc4475/esc02': { because: '3.1.1.5: RE%47IST%45R is not REGISTER; for another domain', stranger: 403 },
  'rfc4475/lwsdisp': { because: '3.1.1.6: goes to the phone', stranger: 407, known: 200 },
  'rfc4475/longreq': {
    because: '3.1.1.7: goes to the phone',
    stranger: 407,
    known: 486,
    rings: true,
  },
  'rfc4475/dblreq': {
    because:
      '3.1.1.8: a datagram is one message; in a stream both are answered; what stands behind them begins none, and ends it',
    stranger: 401,
    known: 200,
    stream: [401, 407],
    closes: true,
  },
  'rfc4475/semiuri': { because: '3.1.1.9: nobody has that name', stranger: 407, known: 404 },
  'rfc4475/transports': {
    because: '3.1.1.10: unknown transports below are no matter',
    stranger: 407,
    known: 200,
  },
  'rfc4475/mpart01': { because: '3.1.1.11: for another domain', stranger: 403 },
  'rfc4475/unreason': { because: '3.1.1.12: a response to nothing', stranger: 'silence' },
  'rfc4475/noreason': { because: '3.1.1.13: a response to nothing', stranger: 'silence' },
  'rfc4475/badinv01': {
    because: '3.1.2.1: the Via that an answer needs is what is wrong',
    stranger: 'silence',
  },
  'rfc4475/clerr': {
    because: '3.1.2.2: shorter than Content-Length',
    stranger: 400,
    stream: [407],
    rest: 'x'.repeat(9845),
  },
  'rfc4475/ncl': { because: '3.1.2.3: a negative Content-Length', stranger: 400, closes: true },
  'rfc4475/scalar02': { because: '3.1.2.4: overlarge scalars', stranger: 400 },
  'rfc4475/scalarlg': { because: '3.1.2.5: a response with an overlarge CSeq', stranger: 'silence' },
  'rfc4475/quotbal': { because: '3.1.2.6: an unterminated quoted string in To', stranger: 400 },
  'rfc4475/ltgtruri': { because: '3.1.2.7: <> around the Request-URI', stranger: 400 },
  'rfc4475/lwsruri': { because: '3.1.2.8: white space in the Request-URI', stranger: 400 },
  'rfc4475/lwsstart': { because: '3.1.2.9: two spaces in the request line', stranger: 400 },
  'rfc4475/trws': { because: '3.1.2.10: spaces behind the request line', stranger: 400 },
  'rfc4475/escruri': { because: '3.1.2.11: header fields in the Request-URI', stranger: 400 },
  'rfc4475/baddate': {
    because: '3.1.2.12: a Date of another zone is no reason to refuse',
    stranger: 407,
    known: 486,
    rings: true,
  },
  'rfc4475/regbadct': { because: '3.1.2.13: a Contact with ? outside of <>', stranger: 400 },
  'rfc4475/badaspec': { because: '3.1.2.14: spaces within an addr-spec', stranger: 400 },
  'rfc4475/baddn': {
    because: '3.1.2.15: a comma in a display name, and no empty line',
    stranger: 400,
    rest: '\r\n',
  },
  'rfc4475/badvers': { because: '3.1.2.16: another SIP version', stranger: 505 },
  'rfc4475/mismatch01': { because: '3.1.2.17: CSeq names another method', stranger: 400 },
  'rfc4475/mismatch02': { because: '3.1.2.18: CSeq names another, unknown method', stranger: 400 },
  'rfc4475/bigcode': { because: '3.1.2.19: a response with an impossible status', stranger: 'silence' },
  'rfc4475/badbranch': {
    because: '3.2.1: the bare cookie identifies nothing; taken as of an older client',
    stranger: 407,
    known: 200,
  },
  'rfc4475/insuf': { because: '3.3.1: From, To and Call-ID are missing', stranger: 400 },
  'rfc4475/unkscm': { because: '3.3.2: an unknown scheme in the Request-URI', stranger: 416 },
  'rfc4475/novelsc': { because: '3.3.3: a registered scheme that is not SIP', stranger: 416 },
  'rfc4475/unksm2': { because: '3.3.4: To is not the address of who registers', stranger: 401, known: 403 },
  'rfc4475/bext01': { because: '3.3.5: extensions that nobody has', stranger: 420 },
  'rfc4475/invut': {
    because: '3.3.6: what the body is matters to the phone only',
    stranger: 407,
    known: 486,
    rings: true,
  },
  'rfc4475/regaut01': {
    because: '3.3.7: credentials of an unknown scheme are none',
    stranger: 401,
    known: 200,
  },
  'rfc4475/multi01': { because: '3.3.8: single fields that come twice', stranger: 400 },
  'rfc4475/mcl01': { because: '3.3.9: two Content-Length', stranger: 400, stream: [400], closes: true },
  'rfc4475/bcast': { because: '3.3.10: a response that went astray', stranger: 'silence' },
  'rfc4475/zeromf': { because: '3.3.11: Max-Forwards: 0 ends here', stranger: 407, known: 483 },
  'rfc4475/cparam01': { because: '3.3.12: parameters of a Contact without <>', stranger: 401, known: 200 },
  'rfc4475/cparam02': { because: '3.3.13: parameters within <> are of the URI', stranger: 401, known: 200 },
  'rfc4475/regescrt': { because: '3.3.14: header fields in a Contact URI', stranger: 401, known: 200 },
  'rfc4475/sdp01': {
    because: '3.3.15: what the phone may send matters to the phone only',
    stranger: 407,
    known: 486,
    rings: true,
  },
  'rfc4475/inv2543': {
    because: '3.4.1: a request from before RFC 3261 §8.1.1; nobody has that name',
    stranger: 407,
    known: 404,
    stream: [400],
    closes: true,
  },
  'rfc5118/ipv6-good': { because: '4.1: read; not a domain of ours', stranger: 404 },
  'rfc5118/ipv6-bad': { because: '4.2: no brackets', stranger: 400 },
  'rfc5118/port-ambiguous': { because: '4.3: read; not a domain of ours', stranger: 404 },
  'rfc5118/port-unambiguous': { because: '4.4: read; not a domain of ours', stranger: 404 },
  'rfc5118/via-received-param-with-delim': { because: '4.5: read; not ours to relay', stranger: 403 },
  'rfc5118/via-received-param-no-delim': { because: '4.5: read; not ours to relay', stranger: 403 },
  'rfc5118/ipv6-in-sdp': { because: '4.6: read; not ours to relay', stranger: 403 },
  'rfc5118/mult-ip-in-header': { because: '4.7: read; not ours to relay', stranger: 403 },
  'rfc5118/mult-ip-in-sdp': { because: '4.8: read; not ours to relay', stranger: 403 },
  'rfc5118/ipv4-mapped-ipv6': { because: '4.9: goes to the phone', stranger: 407, known: 486, rings: true },
  'rfc5118/ipv6-correct-abnf-2-colons': { because: '4.10: read; not ours to relay', stranger: 403 },
  'rfc5118/ipv6-bug-abnf-3-colons': { because: '4.10: read; not ours to relay', stranger: 403 },
};
