// All texts of the clients, whichever page loads them: for whoever checks them or looks them up. Pages load their own.
import recordsDe from './call-records.de.json' with { type: 'json' };
import recordsEn from './call-records.en.json' with { type: 'json' };
import callRulesDe from './call-rules.de.json' with { type: 'json' };
import callRulesEn from './call-rules.en.json' with { type: 'json' };
import callsDe from './calls.de.json' with { type: 'json' };
import callsEn from './calls.en.json' with { type: 'json' };
import entryDe from './de.json' with { type: 'json' };
import entryEn from './en.json' with { type: 'json' };
import toolsDe from './licence-tools.de.json' with { type: 'json' };
import toolsEn from './licence-tools.en.json' with { type: 'json' };
import licensingDe from './licensing.de.json' with { type: 'json' };
import licensingEn from './licensing.en.json' with { type: 'json' };
import policyDe from './policy.de.json' with { type: 'json' };
import policyEn from './policy.en.json' with { type: 'json' };
import traceDe from './sip-trace.de.json' with { type: 'json' };
import traceEn from './sip-trace.en.json' with { type: 'json' };
import voicemailDe from './voicemail.de.json' with { type: 'json' };
import voicemailEn from './voicemail.en.json' with { type: 'json' };

export const en = {
  ...entryEn,
  ...licensingEn,
  ...toolsEn,
  ...traceEn,
  ...policyEn,
  ...callRulesEn,
  ...recordsEn,
  ...callsEn,
  ...voicemailEn,
};
export const de = {
  ...entryDe,
  ...licensingDe,
  ...toolsDe,
  ...traceDe,
  ...policyDe,
  ...callRulesDe,
  ...recordsDe,
  ...callsDe,
  ...voicemailDe,
};
