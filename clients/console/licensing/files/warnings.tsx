// What the server warns of about licence files, in plain words where we have them.
import { WarningIcon } from '../../../kit/widgets/icons.tsx';
import dashboard from '../dashboard/dashboard.module.css';
import { useWord } from '../use-word.ts';

export function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  const word = useWord();
  if (warnings.length === 0) return null;
  return (
    <div className={dashboard.verdict} data-ok="false">
      <WarningIcon size={22} />
      <ul>
        {warnings.map((warning) => (
          <li key={warning}>{word(`licences.files.warnings.${warning}`, warning)}</li>
        ))}
      </ul>
    </div>
  );
}
