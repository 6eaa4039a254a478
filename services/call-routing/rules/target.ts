// Whether a call may go to a target, and how the target is named. Every rule asks here before it sends a call anywhere. Pure.
import type { RuleTarget, StepValue } from '../contract.ts';
import { circle } from './circle.ts';
import type { Lastly, Said, Situation } from './situation.ts';

export function named(situation: Situation, target: RuleTarget): StepValue {
  switch (target.kind) {
    case 'voicemail':
      return { kind: 'voicemail' };
    case 'number':
      return { kind: 'number', text: target.number };
    case 'user':
      return { kind: 'name', text: situation.nameOf(target.userId) ?? target.userId };
  }
}

export function callerOf({ caller, nameOf }: Situation): StepValue {
  const name = caller.userId === undefined ? undefined : nameOf(caller.userId);
  if (name !== undefined) return { kind: 'name', text: name };
  const [address] = caller.addresses;
  return address === undefined ? { kind: 'somebody' } : { kind: 'number', text: address };
}

/** Why the call may not go there; undefined where it may. */
export function refusal(
  situation: Situation,
  target: RuleTarget,
  way: 'forwarding' | 'ringAlso',
): Said | undefined {
  const { allowances, nameOf } = situation;
  const forbidden = (which: 'forwarding' | 'ringAlso' | 'outsideNumbers' | 'voicemail'): Said | undefined =>
    allowances[which].allowed
      ? undefined
      : {
          wording: FORBIDDEN[which],
          matched: false,
          values: {
            target: named(situation, target),
            origin: {
              kind: 'origin',
              origin: allowances[which].origin,
              department: allowances.department,
            },
          },
        };
  if (target.kind === 'voicemail') return forbidden('voicemail');
  if (target.kind === 'user' && nameOf(target.userId) === undefined)
    return { wording: 'gone', matched: false, values: { target: named(situation, target) } };
  return (
    forbidden(way) ??
    (target.kind === 'number' ? forbidden('outsideNumbers') : undefined) ??
    circle(situation, target, named(situation, target))
  );
}

const FORBIDDEN = {
  forwarding: 'forwardingForbidden',
  ringAlso: 'ringAlsoForbidden',
  outsideNumbers: 'outsideForbidden',
  voicemail: 'voicemailForbidden',
} as const;

export function lastlyTo({ calleeId }: Situation, target: RuleTarget): Lastly {
  return target.kind === 'voicemail' ? { kind: 'voicemail', userId: calleeId } : { kind: 'target', target };
}
