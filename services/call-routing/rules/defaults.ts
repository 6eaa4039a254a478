// The rules of who has set none: one's devices ring, and and nothing rings on Do not disturb. Pure.
import type { CallRules } from '../contract.ts';

export const DEFAULT_RULES: CallRules = {
  forwardAll: null,
  ringAlso: [],
  unanswered: { afterS: 20, to: null },
  busy: null,
  doNotDisturb: { kind: 'voicemail' },
  onlyInWorkingHours: false,
  outsideHours: null,
  blocked: [],
};
