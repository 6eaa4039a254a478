// All keys on one page; `?` opens it.
import { useTranslation } from 'react-i18next';
import { keyCaps } from '../../kit/keys/shortcuts.ts';
import { ReadingDialog } from '../../kit/widgets/reading-dialog.tsx';
import { SHORTCUTS } from '../shortcuts.ts';
import styles from './shortcut-overlay.module.css';

const SECTIONS = {
  everywhere: {
    search: SHORTCUTS.search,
    find: SHORTCUTS.find,
    contacts: SHORTCUTS.contacts,
    chats: SHORTCUTS.chats,
    calls: SHORTCUTS.calls,
    call: SHORTCUTS.call,
    previous: SHORTCUTS.previous,
    next: SHORTCUTS.next,
    back: SHORTCUTS.back,
    help: SHORTCUTS.help,
  },
  list: {
    move: ['ArrowUp', 'ArrowDown'],
    typeAhead: ['A … Z'],
    open: ['Enter'],
    select: ['Space'],
    menu: ['Shift+F10'],
  },
  message: {
    send: ['Enter'],
    newLine: ['Shift+Enter'],
    format: ['Control+B', 'Control+I', 'Control+Shift+X', 'Control+E'],
    mention: ['@'],
    emojiCode: [':'],
    editLast: ['ArrowUp'],
    messages: ['ArrowUp', 'ArrowDown'],
  },
  call: {
    mute: ['M', 'Space'],
    dial: ['0 … 9', '*', '#'],
  },
} as const;

export default function ShortcutOverlay({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  return (
    <ReadingDialog title={t('help.title')} close={close} className={styles.content} scrolls>
      <Section name="everywhere" />
      <Section name="list" />
      <Section name="message" />
      <Section name="call" />
      <p className={styles.hint}>{t('help.hint')}</p>
    </ReadingDialog>
  );
}

function Section({ name }: { readonly name: keyof typeof SECTIONS }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3 className={styles.title}>{t(`help.sections.${name}`)}</h3>
      <dl className={styles.list}>
        {Object.entries(SECTIONS[name]).map(([key, combinations]) => (
          <div key={key} className={styles.row}>
            <dt>{t(`help.keys.${key as 'search'}`)}</dt>
            <dd>
              {combinations.map((combination: string) => (
                <span key={combination} className={styles.combination} dir="ltr">
                  {keyCaps(combination).map((cap) => (
                    <kbd key={cap}>{cap}</kbd>
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
