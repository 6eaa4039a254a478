// A ladder and its messages as plain text, for terminals, mails and tickets. Pure.
import type { Ladder, Participant, Step, TraceText } from './contract.ts';

const LANE_CHARS = 30;
const LANES = 6;
/** What phones wrote must not move the cursor of a terminal or turn its lines around. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

export function ladderText(ladder: Ladder): string[] {
  const lanes = ladder.participants.slice(0, LANES);
  const width = LANE_CHARS * lanes.length;
  const lines = [`Call-ID ${plain(ladder.callId)}`, ''];
  for (const line of [laneName, ({ agent }: Participant) => agent, ({ place }: Participant) => place]) {
    const cells = lanes.map((lane) => centred(plain(line(lane)), LANE_CHARS));
    if (cells.some((cell) => cell.trim() !== '')) lines.push(indented(cells.join('').trimEnd()));
  }
  const [first] = ladder.steps;
  for (const step of ladder.steps) {
    if (step.gapMs >= 1_000) lines.push(indented(pipes(lanes.length)), indented(gapLine(step, lanes.length)));
    lines.push(`${elapsed(step.at - (first?.at ?? 0))}${arrow(step, lanes.length, width)}`);
  }
  if (ladder.cut) lines.push('', 'Only the first messages are shown: there are too many.');
  if (ladder.participants.length > LANES)
    lines.push('', `Of ${ladder.participants.length} parties only the first ${LANES} have a column.`);
  return lines.map((line) => line.trimEnd());
}

/** The messages in full, each under a line that says when it went where. */
export function messagesText(texts: readonly TraceText[]): string[] {
  return texts.flatMap((text) => {
    const { transport, localAddress, localPort, remoteAddress, remotePort } = text.flow;
    const here = hostPort(localAddress, localPort);
    const there = hostPort(remoteAddress, remotePort);
    const way = text.flow.isInternal
      ? 'from one front end to another'
      : text.direction === 'in'
        ? `${there} → ${here}`
        : `${here} → ${there}`;
    const body = text.text.split('\r\n').map((line) => line.replace(UNPRINTABLE, '\u{fffd}'));
    return [
      `──── ${new Date(text.at).toISOString()}  ${transport}  ${way}`,
      ...body,
      ...(text.hiddenBytes > 0 ? [hiddenLine(text)] : []),
      '',
    ];
  });
}

const REASONS: Readonly<Record<TraceText['hidden'], string>> = {
  '': '',
  private: 'what people write is private',
  headers: 'sip.trace keeps header fields only',
  binary: 'it is not text',
  long: 'it is too long',
};

function hiddenLine({ hiddenBytes, hidden }: TraceText): string {
  return `(A body of ${hiddenBytes} bytes is not shown: ${REASONS[hidden]}.)`;
}

function laneName({ kind, name }: Participant): string {
  return kind === 'node' ? `Parley ${name.slice(0, 8)}` : name;
}

function arrow(step: Step, lanes: number, width: number): string {
  if (step.source >= lanes || step.target >= lanes) return `  ${step.label} (${step.transport})`;
  const [from, to] = [step.source, step.target].map((lane) => lane * LANE_CHARS + LANE_CHARS / 2) as [
    number,
    number,
  ];
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const cells = [...pipes(lanes).padEnd(width)];
  const room = right - left - 1;
  const stroke = step.repeats === '' ? '─' : '╌';
  const label = plain(`${step.label}${step.repeats === '' ? '' : ' (again)'}`).slice(0, room - 4);
  const before = Math.floor((room - label.length - 2) / 2);
  const line = `${stroke.repeat(before)} ${label} `.padEnd(room, stroke);
  for (const [at, sign] of [...line].entries()) cells[left + 1 + at] = sign;
  if (from < to) cells[right - 1] = '▶';
  else cells[left + 1] = '◀';
  return cells.join('');
}

function pipes(lanes: number): string {
  return Array.from({ length: lanes }, () => centred('│', LANE_CHARS)).join('');
}

function gapLine(step: Step, lanes: number): string {
  const text = ` ${(step.gapMs / 1000).toFixed(1)} s later `;
  return `${pipes(lanes).slice(0, LANE_CHARS / 2)}┊${text}`;
}

function indented(line: string): string {
  return `${' '.repeat(10)}${line}`;
}

function elapsed(ms: number): string {
  return `${(ms / 1000).toFixed(3).padStart(9)} `;
}

function centred(text: string, width: number): string {
  const cut = text.length > width - 2 ? `${text.slice(0, width - 3)}…` : text;
  const before = Math.floor((width - cut.length + 1) / 2);
  return cut.padStart(cut.length + before).padEnd(width);
}

function plain(text: string): string {
  return text.replace(UNPRINTABLE, '\u{fffd}');
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
