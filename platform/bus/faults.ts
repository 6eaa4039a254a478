// The faults of the bus itself: what a caller reads when a command could not be carried or was not understood.
import { errors } from './contract.ts';

export const busErrors = errors({
  BUS_NO_RESPONDER: {
    http: 503,
    sip: 503,
    sentence: 'The part of the server that answers this is not running.',
    remedy: 'Try again in a moment. If it stays so, run `parley doctor` on the server.',
  },
  BUS_DEADLINE: {
    http: 504,
    sip: 504,
    sentence: 'The server took too long to answer.',
    remedy: 'Try again. If it stays so, look for overload with `parley doctor` on the server.',
  },
  BUS_BAD_REQUEST: {
    http: 400,
    sip: 400,
    sentence: 'The request does not have the agreed form.',
    remedy: 'Correct the field that is named and send it again.',
  },
  BUS_INTERNAL: {
    http: 500,
    sip: 500,
    sentence: 'Something went wrong inside the server.',
    remedy: 'Try again. The log of the server says what went wrong.',
  },
  BUS_OVERLOADED: {
    http: 503,
    sip: 503,
    sentence: 'The server has too much to do at the moment.',
    remedy: 'Try again in a few seconds.',
  },
  BUS_CLOSED: {
    http: 503,
    sip: 503,
    sentence: 'The server is shutting down.',
    remedy: 'Try again when it is back.',
  },
});

/** Our own fault: thrown by what cannot work on a bus that was disposed. */
export function busClosed(what: string): Error {
  return new Error(`The bus is closed: ${what} came after its disposal.`);
}
