// Contracts of the suite. Every case has subjects of its own, because a NATS server outlives a case.
import { Type } from 'typebox';
import { command, event } from '../contract.ts';

let cases = 0;

/** A fresh name: letters and digits. */
export function freshName(): string {
  cases += 1;
  return `c${process.pid}x${cases}`;
}

export function happened() {
  return event(
    `suite.${freshName()}.happened`,
    Type.Object({ number: Type.Integer(), text: Type.Optional(Type.String()) }),
  );
}

export function double() {
  return command(`suite.${freshName()}`, {
    request: Type.Object({ number: Type.Integer() }),
    reply: Type.Object({ number: Type.Integer(), by: Type.Optional(Type.String()) }),
  });
}
