// Takes people in from a file: read here, looked at line by line on the server without storing anything, then stored.

import { MOST_LINES, readListFile } from '@parley/services/contacts/rules/list-file';
import { useRef, useState } from 'react';
import type { ImportEntry, ImportVerdict } from '../../../kit/contracts.ts';
import type { Fault } from '../../../kit/fault.ts';
import { useLiveClient } from '../../../kit/live/live-context.tsx';
import { randomId } from '../../../kit/live/random-id.ts';

export type FileProblem = Extract<ReturnType<typeof readListFile>, { ok: false }>['problem'];

export interface JudgedLine {
  readonly line: number;
  readonly verdict: ImportVerdict;
  readonly name: string;
}

export type ImportStep =
  | { readonly kind: 'choose' }
  | { readonly kind: 'problem'; readonly problem: FileProblem }
  | { readonly kind: 'working'; readonly done: number; readonly all: number }
  | {
      readonly kind: 'judged';
      readonly lines: readonly JudgedLine[];
      readonly entries: readonly ImportEntry[];
    }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'done'; readonly people: number };

const AT_ONCE = 40;
const NEW: ReadonlySet<ImportVerdict> = new Set(['new', 'external']);
export const TAKEN: ReadonlySet<ImportVerdict> = new Set(['new', 'external', 'joins']);

export function useImport(): {
  readonly step: ImportStep;
  readonly read: (file: File) => Promise<void>;
  readonly takeIn: (entries: readonly ImportEntry[]) => Promise<void>;
} {
  const client = useLiveClient();
  const [step, setStep] = useState<ImportStep>({ kind: 'choose' });
  const importId = useRef(randomId());

  async function judge(
    entries: readonly ImportEntry[],
    dryRun: boolean,
  ): Promise<readonly JudgedLine[] | null> {
    const lines: JudgedLine[] = [];
    const seen = new Set<string>();
    for (let from = 0; from < entries.length; from += AT_ONCE) {
      setStep({ kind: 'working', done: from, all: entries.length });
      const outcome = await client.command('contact.import', {
        importId: importId.current,
        dryRun,
        entries: entries.slice(from, from + AT_ONCE),
        taken: lines.filter(({ verdict }) => NEW.has(verdict)).length,
      });
      if (!outcome.ok) {
        setStep({ kind: 'fault', fault: outcome.fault });
        return null;
      }
      for (const { contactId, ...line } of outcome.value.lines) {
        // Parts are looked at one by one: of the same person in two of them, this tells.
        const again = dryRun && contactId !== undefined && seen.has(contactId);
        if (contactId !== undefined) seen.add(contactId);
        lines.push(again ? { ...line, verdict: 'twice' } : line);
      }
    }
    return lines;
  }

  return {
    step,
    async read(file) {
      importId.current = randomId();
      const found = readListFile(await file.text());
      if (!found.ok) return setStep({ kind: 'problem', problem: found.problem });
      const entries = found.entries.slice(0, MOST_LINES);
      const lines = await judge(entries, true);
      if (lines !== null) setStep({ kind: 'judged', lines, entries });
    },
    async takeIn(entries) {
      const lines = await judge(entries, false);
      if (lines === null) return;
      setStep({ kind: 'done', people: lines.filter(({ verdict }) => TAKEN.has(verdict)).length });
    },
  };
}
