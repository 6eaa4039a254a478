// What happens with a call: the rules in their order, each explained, until one of them sends the call away. Pure.
import type { CallPlan, CallRules, PlanStep } from '../contract.ts';
import { blocked } from './blocked.ts';
import { busy } from './busy.ts';
import { DEFAULT_RULES } from './defaults.ts';
import { devices } from './devices.ts';
import { doNotDisturb } from './do-not-disturb.ts';
import { forwardAll } from './forward-all.ts';
import { licence } from './licence.ts';
import { ringAlso } from './ring-also.ts';
import type { Course, Rule, Said, Situation } from './situation.ts';
import { unanswered } from './unanswered.ts';
import { fill, WORDINGS, wordOf } from './wording.ts';
import { workingHours } from './working-hours.ts';

const RULES: readonly (readonly [name: string, rule: Rule])[] = [
  ['blocked', blocked],
  ['licence', licence],
  ['doNotDisturb', doNotDisturb],
  ['workingHours', workingHours],
  ['forwardAll', forwardAll],
  ['devices', devices],
  ['ringAlso', ringAlso],
  ['unanswered', unanswered],
  ['busy', busy],
];

const START: Course = {
  isResting: false,
  rings: [],
  lastly: { kind: 'refuse', reason: 'unanswered' },
  busy: null,
  ends: false,
};

export function plan(given: Situation): CallPlan {
  const situation = { ...given, rules: rulesThatHold(given) };
  const steps: PlanStep[] = [];
  let course = START;
  for (const [name, rule] of RULES) {
    const outcome = rule(situation, course);
    for (const said of outcome.said) steps.push(stepOf(name, said));
    course = { ...course, ...outcome.course };
    if (course.ends) break;
  }
  const { rings, lastly, busy: whenBusy } = course;
  const { afterS } = situation.rules.unanswered;
  return {
    stages: rings.length === 0 ? [] : [{ rings: [...rings], forS: afterS }],
    lastly,
    busy: whenBusy,
    steps,
  };
}

function rulesThatHold({ rules, isLicensed }: Situation): CallRules {
  return isLicensed ? rules : { ...DEFAULT_RULES, blocked: rules.blocked };
}

function stepOf(rule: string, { wording, matched, values = {} }: Said): PlanStep {
  return { rule, matched, wording, values: { ...values }, sentence: fill(WORDINGS[wording], values, wordOf) };
}
