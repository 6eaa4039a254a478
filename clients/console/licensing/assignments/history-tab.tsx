// Every licence that a person or device held, newest first.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import { licensingQuery, type Subject } from '../licensing-api.ts';
import { QueryState } from '../query-state.tsx';
import { SkuLabel } from '../sku-label.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';

export function HistoryTab({ subject }: { readonly subject: Subject }) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const history = useQuery(licensingQuery('history', { subject }));
  return (
    <QueryState query={history}>
      {({ assignments }) =>
        assignments.length === 0 ? (
          <p className={parts.hint}>{t('licences.assignments.noHistory')}</p>
        ) : (
          <ol className={parts.list}>
            {[...assignments]
              .sort((a, b) => (a.from < b.from ? 1 : -1))
              .map(({ assignmentId, sku, from, to, kind, reason, previous }) => (
                <li key={assignmentId} className={parts.item}>
                  <span className={parts.itemText}>
                    <span className={parts.strong}>
                      <SkuLabel sku={sku} />
                    </span>
                    <span className={parts.small}>
                      {to === null
                        ? t('licences.since', { day: licences.day(from) })
                        : t('licences.fromTo', { from: licences.day(from), to: licences.day(to) })}
                    </span>
                    {reason !== '' && <bdi className={parts.small}>{reason}</bdi>}
                  </span>
                  <span className={parts.badges}>
                    {kind === 'temporary' && <Badge>{t('licences.assignments.temporary')}</Badge>}
                    {previous !== null && <Badge>{t('licences.assignments.wasMoved')}</Badge>}
                  </span>
                </li>
              ))}
          </ol>
        )
      }
    </QueryState>
  );
}
