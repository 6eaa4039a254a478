// Software Assurance and licence files that end within 90 days.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import { fileName } from '../file-name.ts';
import { licensingQuery, type Position } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import { SkuLabel } from '../sku-label.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { useWord } from '../use-word.ts';

const SOON_DAYS = 30;

export function EndingSoon({ ending }: { readonly ending: Position['ending'] }) {
  const { t } = useTranslation();
  const word = useWord();
  const days = useLicenceFormats();
  if (ending.length === 0) return null;
  return (
    <Card title={t('licences.dashboard.ending')}>
      <ul className={parts.list}>
        {ending.map(({ what, id, on, daysLeft }) => (
          <li key={`${what} ${id}`} className={parts.item}>
            <span className={parts.itemText}>
              <span className={parts.strong}>{word(`licences.endings.${what}`, what)}</span>
              <What what={what} id={id} />
            </span>
            <Badge tone={daysLeft <= SOON_DAYS ? 'bad' : 'warn'}>
              {t('licences.endsIn', { count: Math.max(0, daysLeft), day: days.day(on) })}
            </Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Which term or file it is; who may not see the stock sees the kind only. */
function What({ what, id }: { readonly what: string; readonly id: string }) {
  const formats = useFormats();
  const reads = useMay('manager', 'auditor', 'seller');
  const stock = useQuery({ ...licensingQuery('stock', {}), enabled: reads && what === 'assurance' });
  const term = stock.data?.saTerms.find(({ saTermId }) => saTermId === id);
  if (term !== undefined) {
    return (
      <span className={parts.small}>
        {formats.number(term.quantity)} × <SkuLabel sku={term.sku} />
      </span>
    );
  }
  return what === 'assurance' ? null : <bdi className={parts.small}>{fileName(id)}</bdi>;
}
