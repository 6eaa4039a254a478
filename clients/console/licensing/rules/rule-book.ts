// All rules with their doubts, in the groups of their letters, and the search over them. Pure.
import {
  type Discrepancy,
  discrepancies,
  discrepanciesOf,
  discrepancyOf,
  type RuleSource,
  statementOf,
  statements,
} from '@parley/services/licensing/rules/explain';

export const GROUPS = ['A', 'B', 'D', 'S', 'M'] as const;
export type Group = (typeof GROUPS)[number];

export interface BookedRule {
  readonly rule: string;
  readonly text: string;
  readonly source: RuleSource | null;
  /** What is doubtful about its print. */
  readonly doubts: readonly Discrepancy[];
  /** Of a D rule: itself. */
  readonly discrepancy: Discrepancy | null;
}

const book: readonly BookedRule[] = [
  ...statements.map(({ rule, statement, source }) => ({
    rule,
    text: statement,
    source,
    doubts: discrepanciesOf(rule),
    discrepancy: null,
  })),
  ...discrepancies.map((each) => ({
    rule: each.id,
    text: each.problem,
    source: null,
    doubts: [],
    discrepancy: each,
  })),
];

export function isRule(text: string): boolean {
  return statementOf(text) !== undefined || discrepancyOf(text) !== undefined;
}

export interface RuleFilter {
  readonly query: string;
  /** Only those that a misprint or a doubt touches. */
  readonly doubtfulOnly: boolean;
}

/** A rule's number finds it and its parts; other words must all be in the text, the source or the resolution. */
export function rulesIn(group: Group, { query, doubtfulOnly }: RuleFilter): readonly BookedRule[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return book.filter((each) => {
    if (!each.rule.startsWith(group)) return false;
    if (doubtfulOnly && !isDoubtful(each)) return false;
    const { rule, text, source, discrepancy } = each;
    const all = [rule, text, source?.document, source?.heading, discrepancy?.resolution]
      .join(' ')
      .toLowerCase();
    return words.every((word) => (isNumber(word) ? isPartOf(rule.toLowerCase(), word) : all.includes(word)));
  });
}

function isDoubtful({ doubts, discrepancy }: BookedRule): boolean {
  return discrepancy?.changesAnswers === true || doubts.some(({ changesAnswers }) => changesAnswers);
}

function isNumber(word: string): boolean {
  return /^[abdsm]\d+[a-d]?(?:\.\d)?$/.test(word);
}

function isPartOf(rule: string, word: string): boolean {
  return rule === word || (rule.startsWith(word) && !/\d/.test(rule.charAt(word.length)));
}
