// Warning: more than the status says, for programs by a code and for people by a text (RFC 3261 §20.43).
import { isToken, parseNumber, quote, quotedEnd, skipSpace, unquote } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { splitHostport } from '../uri.ts';
import { parseValues, serializeValues } from './value-list.ts';

export interface Warning {
  /** Three digits; 3xx are about session descriptions, 399 is any other. */
  readonly code: number;
  /** The host, with a port perhaps, or the pseudonym of who warns. */
  readonly agent: string;
  readonly text: string;
}

const isAgent = (text: string): boolean => isToken(text) || splitHostport(text) !== undefined;

/** Empty where the field is absent; undefined where a value cannot be read. */
export function parseWarnings(headers: HeaderFields): readonly Warning[] | undefined {
  return parseValues(headers, 'Warning', parseWarning);
}

function parseWarning(value: string): Warning | undefined {
  // warning-value = warn-code SP warn-agent SP warn-text; a little more white space is taken.
  const code = value.charCodeAt(3) === 0x20 ? parseNumber(value.slice(0, 3), 999) : undefined;
  const agentStart = skipSpace(value, 3);
  const agentEnd = value.indexOf(' ', agentStart);
  if (code === undefined || code < 100 || agentEnd === -1) return undefined;
  const agent = value.slice(agentStart, agentEnd);
  const textStart = skipSpace(value, agentEnd);
  if (!isAgent(agent) || value.charCodeAt(textStart) !== 0x22) return undefined;
  const textEnd = quotedEnd(value, textStart);
  if (textEnd !== value.length) return undefined;
  return { code, agent, text: unquote(value, textStart, textEnd) };
}

export function serializeWarnings(warnings: Iterable<Warning>): string {
  return serializeValues(warnings, ({ code, agent, text }) => {
    if (!isAgent(agent)) throw new TypeError(`"${agent}" is no host and no pseudonym`);
    return `${code} ${agent} ${quote(text)}`;
  });
}
