// Whose call is held in which dialog.
import type { Side } from './call.ts';
import type { Dialog } from './sip-agent.ts';

const sides = new WeakMap<Dialog, Side>();

export function seatDialog(dialog: Dialog, side: Side): void {
  sides.set(dialog, side);
}

/** Undefined once the side has ended, or speaks by another device. */
export function sideOf(dialog: Dialog): Side | undefined {
  const side = sides.get(dialog);
  return side?.phone?.dialog === dialog && !side.hasEnded ? side : undefined;
}
