// The rules of who has set none: one's devices ring, and what is not taken goes to voicemail. Pure.
import type { CallRules } from '../contract.ts';

export const DEFAULT_RULES: CallRules = {
  forwardAll: null,
  ringAlso: [],
  unanswered: { afterS: 20, to: { kind: 'voicemail' } },
  busy: { kind: 'voicemail' },
  doNotDisturb: { kind: 'voicemail' },
  onlyInWorkingHours: false,
  outsideHours: null,
  blocked: [],
};
