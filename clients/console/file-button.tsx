// A button that lets the person choose a file: the same file can be chosen again after it was mended.
import { Button } from '@fluentui/react-components';
import { type ReactNode, useRef } from 'react';
import { UploadIcon } from '../kit/widgets/icons.tsx';

interface FileButtonProps {
  /** What the chooser of the system offers, such as `.csv,text/csv`; everything without it. */
  readonly accept?: string;
  readonly chosen: (file: File) => void;
  readonly children: ReactNode;
}

export function FileButton({ accept, chosen, children }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        {...(accept === undefined ? {} : { accept })}
        className="parley-hidden"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) chosen(file);
          event.target.value = '';
        }}
      />
      <Button icon={<UploadIcon />} onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}
