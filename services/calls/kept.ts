// What of a running call stands in the rows beside what its people see: enough for another front end to go on with it. Pure.
import type { Call, Side } from './call.ts';
import type { Device } from './contract.ts';
import type { KeptDialog } from './sip-agent.ts';

export interface Kept {
  /** Who waited for the answer, and not who answered. */
  readonly isNear: boolean;
  /** The window that speaks, and how many offers it made or heard; `isOpen`: one waits for its answer. */
  readonly window?: { readonly windowId: string; readonly round: number; readonly isOpen: boolean };
  readonly phone?: { readonly device: Device; readonly dialog: KeptDialog };
  readonly media?: {
    readonly legId: string;
    readonly node: string;
    readonly pictures: readonly string[];
  };
}

/** @returns undefined for a side that nobody could go on with: it rings, or has ended. */
export function keptOf(call: Call, side: Side): Kept | undefined {
  const { leg, phone, media } = side;
  if (side.shown.state !== 'connected' || call.otherOf(side) === undefined) return undefined;
  const dialog = phone?.dialog.kept;
  return {
    isNear: side === call.near,
    ...(leg === undefined
      ? {}
      : { window: { windowId: leg.windowId, round: leg.round, isOpen: leg.state !== 'stable' } }),
    ...(phone === undefined || dialog === undefined ? {} : { phone: { device: phone.device, dialog } }),
    ...(media === undefined
      ? {}
      : { media: { legId: media.legId, node: media.node, pictures: media.pictures } }),
  };
}
