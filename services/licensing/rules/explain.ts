// What an answer's rules say (licensing rule M12): each with its statement in our own words and where it comes from, the
// doubtful ones with their resolution. For the rules browser, refusals, reports and `parley licence explain`.
import data from '../catalogue/discrepancies.json' with { type: 'json' };
import statementData from '../catalogue/statements.json' with { type: 'json' };
import type { AccessDecision, RefusalReason } from './access.ts';
import { featureOf } from './feature.ts';

export interface RuleSource {
  readonly document: string;
  readonly heading: string;
}

export interface RuleStatement {
  readonly rule: string;
  readonly statement: string;
  readonly source: RuleSource;
}

/** How sure a resolution is of what it resolves. */
export type DiscrepancyKind = 'misprint' | 'layout' | 'wording' | 'silence';

export interface Discrepancy {
  readonly id: string;
  readonly kind: DiscrepancyKind;
  readonly problem: string;
  readonly resolution: string;
  /** Rules that it touches. */
  readonly touches: readonly string[];
  /** Under `printed` and `corrected`, where they differ. */
  readonly printed?: string;
  readonly corrected?: string;
  /** Whether an answer that cites it is doubtful and is flagged. */
  readonly changesAnswers: boolean;
}

export const statements = statementData.statements as readonly RuleStatement[];
export const discrepancies = data.discrepancies as readonly Discrepancy[];

const byRule = new Map(statements.map((each) => [each.rule, each]));
const byId = new Map(discrepancies.map((each) => [each.id, each]));

export function statementOf(rule: string): RuleStatement | undefined {
  return byRule.get(rule);
}

export function discrepancyOf(id: string): Discrepancy | undefined {
  return byId.get(id);
}

/** The discrepancies that touch a rule, for the rules browser. */
export function discrepanciesOf(rule: string): readonly Discrepancy[] {
  const whole = /^[ABSM]\d+/.exec(rule)?.[0];
  return discrepancies.filter(({ touches }) => touches.includes(rule) || touches.includes(whole ?? rule));
}

export interface Explanation {
  /** In the order of the answer, each rule once. */
  readonly lines: readonly RuleStatement[];
  /** Those that the answer cites. */
  readonly discrepancies: readonly Discrepancy[];
  /** The answer rests on a doubtful print. */
  readonly discrepancy: boolean;
}

/** @param rules the rules of any answer. A rule without a statement would be our own fault, and says so. */
export function explain(rules: readonly string[]): Explanation {
  const lines: RuleStatement[] = [];
  const found: Discrepancy[] = [];
  for (const rule of new Set(rules)) {
    const doubt = byId.get(rule);
    if (doubt !== undefined) {
      found.push(doubt);
      lines.push(lineOf(doubt));
      continue;
    }
    const statement = byRule.get(rule);
    if (statement === undefined) throw new Error(`licensing rule ${rule} has no statement`);
    lines.push(statement);
  }
  return { lines, discrepancies: found, discrepancy: found.some((each) => each.changesAnswers) };
}

function lineOf({ id, problem, resolution }: Discrepancy): RuleStatement {
  return {
    rule: id,
    statement: `${problem} ${resolution}`,
    source: { document: 'Parley', heading: 'Ambiguities and misprints, resolved' },
  };
}

const calNames = {
  standard: 'a Standard CAL',
  enterprise: 'an Enterprise CAL',
  pic: 'Public IM Connectivity',
};

/** A decision in two or three sentences for the person it is about: what, why, and what to do. */
export function decisionSentence(decision: AccessDecision): string {
  const name = featureOf(decision.feature)?.name ?? decision.feature;
  if (decision.allowed) {
    if (!decision.calRequired) return `${name}: allowed. No licence is needed for this.`;
    return `${name}: allowed. ${coverSentences[decision.coveredBy ?? 'user']}`;
  }
  const needed = decision.missing.map((kind) => calNames[kind]).join(' and ');
  return `${name}: not allowed. ${refusalSentences[decision.reason ?? 'cal-missing'].replace('{needed}', needed)}`;
}

const coverSentences = {
  user: 'The licences of the person cover it.',
  device: 'The licences of the device cover it.',
  'external-connector': 'The External Connector of the server covers it.',
} as const;

const refusalSentences: Readonly<Record<RefusalReason, string>> = {
  'cal-missing': 'The person or the device needs {needed}. Ask whoever manages the licences to assign it.',
  'prerequisite-missing':
    'An Enterprise CAL opens nothing without a Standard CAL on the same person or device. Ask for {needed}.',
  'cals-split-between-subjects':
    'The Standard CAL and the Enterprise CAL are on different subjects; both must be on the person, or both on the device. The nearer one needs {needed}.',
  'cal-version-older-than-server':
    'The licence that is held is of an older version than the server. What is needed is {needed} of the version of the server or newer.',
  'public-im-licence-missing':
    'To talk to people of public networks, the person needs Public IM Connectivity beside the CAL.',
  'cal-or-external-connector-missing':
    'On this version of the server an attendee from outside needs {needed}, or the server an External Connector.',
  'feature-not-in-server-version': 'This version of the server does not have it, whatever licence is held.',
};
