// Step two: line by line what table A23 gives, as printed beside corrected, and why the two differ.
import { discrepancyOf } from '@parley/services/licensing/rules/explain';
import type { TransitionLine } from '@parley/services/licensing/rules/transition';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { Note } from '../../note.tsx';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import { Card } from '../page-body.tsx';
import { RuleList } from '../rule-list.tsx';
import { SkuLabel } from '../sku-label.tsx';
import { LicenceTable } from '../table/licence-table.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import type { BothReadings } from './portfolio.ts';
import { transitionNote } from './transition-note.ts';

interface Pair {
  readonly index: number;
  readonly printed: TransitionLine;
  readonly corrected: TransitionLine;
}

export function EntitledCard({ both: { printed, corrected } }: { readonly both: BothReadings }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const pairs = printed.lines.map(
    (line, index): Pair => ({ index, printed: line, corrected: corrected.lines[index] ?? line }),
  );
  const rules = [...new Set([...printed.rules, ...corrected.rules])];
  const doubts = rules.flatMap((rule) => {
    const doubt = discrepancyOf(rule);
    return doubt?.changesAnswers === true ? [doubt] : [];
  });
  return (
    <Card
      title={t('licenceTools.transition.entitled')}
      hint={t('licenceTools.transition.entitledHint', { day: licences.day(printed.release) })}
    >
      {printed.discrepancy &&
        doubts.map(({ id, problem, resolution }) => (
          <Note key={id} tone="warn">
            <strong>{t('licenceTools.transition.differs', { rule: id })}</strong>{' '}
            <span lang="en">
              {problem} {resolution}
            </span>
          </Note>
        ))}
      <LicenceTable
        label={t('licenceTools.transition.entitled')}
        rows={pairs}
        rowKey={({ index }) => String(index)}
        columns={[
          {
            key: 'held',
            head: t('licenceTools.transition.heldHead'),
            width: 'minmax(0, 4fr)',
            cell: ({ printed: line }) => (
              <span className={parts.itemText}>
                <span className={parts.strong}>
                  {formats.number(line.quantity)} × <SkuLabel sku={line.product} />
                </span>
                <span className={parts.small}>{rowsOf(line)}</span>
              </span>
            ),
          },
          {
            key: 'sa',
            head: t('licences.stock.sa'),
            width: 'minmax(0, 2fr)',
            cell: ({ printed: { saActive } }) => (
              <Badge tone={saActive ? 'good' : 'plain'}>
                {saActive ? t('licenceTools.transition.saActive') : t('licenceTools.transition.saNot')}
              </Badge>
            ),
          },
          {
            key: 'printed',
            head: t('licences.profiles.printed'),
            width: 'minmax(0, 4fr)',
            cell: ({ printed: line }) => <Entitled line={line} />,
          },
          {
            key: 'corrected',
            head: t('licences.profiles.corrected'),
            width: 'minmax(0, 4fr)',
            cell: (pair) => <Entitled line={pair.corrected} differs={differs(pair)} />,
          },
        ]}
      />
      <RuleList rules={rules} />
    </Card>
  );
}

function Entitled({
  line,
  differs: other = false,
}: {
  readonly line: TransitionLine;
  readonly differs?: boolean;
}) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <span className={parts.itemText}>
      {line.counted > 0 &&
        line.entitled.map((sku) => (
          <span key={sku}>
            {formats.number(line.counted)} × <SkuLabel sku={sku} />
          </span>
        ))}
      {line.note !== undefined && <span className={parts.small}>{transitionNote(line.note, t)}</span>}
      {other && (
        <span>
          <Badge tone="warn">{t('licenceTools.transition.otherThanPrinted')}</Badge>
        </span>
      )}
    </span>
  );
}

/** The row of the table, and the rules beside it. */
function rowsOf({ rules }: TransitionLine): string {
  return rules.join(', ');
}

function differs({ printed, corrected }: Pair): boolean {
  return printed.entitled.join(' ') !== corrected.entitled.join(' ');
}
