// Servers and their roles as a map by computer: which of them need a licence and why, and what the edition does not allow.
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../../kit/widgets/empty-state.tsx';
import { PlusIcon, ServerIcon } from '../../../kit/widgets/icons.tsx';
import { Note } from '../../note.tsx';
import { PageHeader } from '../../page-header.tsx';
import parts from '../../parts.module.css';
import { licensingQuery, type Settings } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { PageBody } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';
import { RuleList } from '../rule-list.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { ServerCard } from './server-card.tsx';
import { hostGroups, type Ose, type ServersReply } from './server-map.ts';
import styles from './servers.module.css';

const ServerDrawer = lazy(() => import('./server-drawer.tsx'));

export default function ServersPage() {
  const { t } = useTranslation();
  const manages = useMay('manager');
  const servers = useQuery(licensingQuery('servers', {}));
  const settings = useQuery(licensingQuery('settings', {}));
  const [open, setOpen] = useState<Ose | 'new' | null>(null);
  return (
    <>
      <PageHeader title={t('licenceNav.servers')} about={t('licenceTools.servers.about')}>
        {manages && (
          <Button appearance="primary" icon={<PlusIcon />} onClick={() => setOpen('new')}>
            {t('licenceTools.servers.add')}
          </Button>
        )}
      </PageHeader>
      <PageBody label={t('licenceNav.servers')}>
        <QueryState query={settings}>
          {(known) => (
            <QueryState query={servers}>
              {(reply) => (
                <>
                  <ServerMap reply={reply} settings={known} open={setOpen} />
                  {open !== null && (
                    <Suspense fallback={null}>
                      <ServerDrawer
                        ose={open === 'new' ? null : open}
                        others={reply.oses}
                        profile={known.profile}
                        close={() => setOpen(null)}
                      />
                    </Suspense>
                  )}
                </>
              )}
            </QueryState>
          )}
        </QueryState>
      </PageBody>
    </>
  );
}

interface ServerMapProps {
  readonly reply: ServersReply;
  readonly settings: Settings;
  readonly open: (ose: Ose) => void;
}

function ServerMap({ reply, settings, open }: ServerMapProps) {
  const { t } = useTranslation();
  const violation = useViolation();
  if (reply.oses.length === 0) {
    return (
      <EmptyState
        picture={<ServerIcon size={40} />}
        title={t('licenceTools.servers.emptyTitle')}
        text={t('licenceTools.servers.emptyText')}
      />
    );
  }
  return (
    <>
      <Tiles reply={reply} />
      {reply.violations.map((code) => (
        <Note key={code} tone="bad">
          {violation(code)}
        </Note>
      ))}
      <div className={styles.hosts}>
        {hostGroups(reply.oses, settings.profile).map(({ host, servers }) => (
          <section key={host} className={styles.host} aria-label={host}>
            <h2 className={styles.hostName}>
              <ServerIcon size={18} />
              <bdi>{host}</bdi>
            </h2>
            <ul className={styles.servers}>
              {servers.map((placed) => (
                <ServerCard key={placed.ose.oseId} placed={placed} change={() => open(placed.ose)} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      <RuleList rules={reply.rules} />
    </>
  );
}

function Tiles({ reply: { oses, needed, owned } }: { readonly reply: ServersReply }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const tiles = [
    ['servers', formats.number(oses.length), false],
    ['needed', formats.number(needed), false],
    ['owned', formats.number(owned), false],
    ['difference', licences.signed(owned - needed), owned < needed],
  ] as const;
  return (
    <dl className={parts.tiles}>
      {tiles.map(([name, value, bad]) => (
        <div key={name} className={parts.tile} data-tone={bad ? 'bad' : 'plain'}>
          <dt>{t(`licenceTools.servers.tiles.${name}`)}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const VIOLATIONS = ['standard-edition-database-must-be-local', 'standard-edition-no-clustering'] as const;

function useViolation(): (code: string) => string {
  const { t } = useTranslation();
  return (code) => {
    const known = VIOLATIONS.find((each) => each === code);
    return known === undefined ? code : t(`licenceTools.servers.violations.${known}`);
  };
}
