// The effective licence position as a document (licensing rules M10, M11): its sections, which the
// printed HTML and the PDF share, and JSON that holds everything it was worked out from.
import type { Position } from '../../contract.ts';
import { skuOf } from '../catalogue.ts';
import type { Agreement, Assignment, Grant, SaTerm } from '../model.ts';
import { numberColumns, type PrintedDocument, type PrintedSection, textColumns } from './printed.ts';

export interface PositionDocument {
  readonly organisation: string;
  /** RFC 3339 §5.6. */
  readonly madeAt: string;
  readonly position: Position;
  readonly agreements: readonly Agreement[];
  readonly grants: readonly Grant[];
  readonly saTerms: readonly SaTerm[];
  readonly assignments?: readonly Assignment[];
}

export const POSITION_FORMAT = 'parley-licence-position';

/** Reproducible: the same document gives the same text. */
export function positionJson(document: PositionDocument): string {
  return `${JSON.stringify({ format: POSITION_FORMAT, version: 1, ...document }, null, 2)}\n`;
}

export function printedPosition(document: PositionDocument): PrintedDocument {
  const { organisation, position } = document;
  return {
    title: `Licence position of ${organisation} as of ${position.asOf}`,
    sections: [
      summary(document),
      ...lines(position),
      ...servers(position),
      ...stock(document),
      ...endings(document),
      basis(document),
    ],
  };
}

function summary({ position }: PositionDocument): PrintedSection {
  const { users, devices } = position.unlicensed;
  const short = position.lines.filter(({ difference }) => difference < 0);
  const sentences = [
    `${position.people} people and ${position.devices} devices used the server in the ${position.windowDays} days before ${position.asOf}.`,
    short.length === 0
      ? 'Enough licences of every kind are owned.'
      : `Too few licences are owned: ${short.map(({ sku, metric, difference }) => `${-difference} of ${nameOf(sku)} (${metric})`).join(', ')}.`,
    users + devices === 0
      ? 'Nobody used what is not licensed.'
      : `${users} people and ${devices} devices used what nothing covers.`,
  ];
  if (position.overSince !== null) {
    const grace = position.graceDaysLeft === null ? '' : ` ${position.graceDaysLeft} days of grace are left.`;
    sentences.push(`More is used than owned since ${position.overSince}.${grace}`);
  }
  return { title: 'Summary', sentences };
}

function lines({ lines: rows }: Position): PrintedSection[] {
  if (rows.length === 0) return [];
  const columns = [
    ...textColumns('Licence', 'Type'),
    ...numberColumns('Owned', 'Assigned', 'Needed', 'Difference'),
    ...textColumns('Rules'),
  ];
  const table = rows.map(({ sku, metric, owned, assigned, needed, difference, rules }) => ({
    cells: [
      nameOf(sku),
      metric,
      `${owned}`,
      `${assigned}`,
      `${needed}`,
      signed(difference),
      rules.join(', '),
    ],
    isShort: difference < 0,
  }));
  return [{ title: 'Client access licences', sentences: [], table: { columns, rows: table } }];
}

function servers({ servers: { needed, owned, violations } }: Position): PrintedSection[] {
  const sentences = [
    `Server licences: ${owned} owned, ${needed} needed, difference ${signed(owned - needed)}.`,
    ...violations.map(
      (violation) => `The servers break a rule that no licence cures: ${violation.replaceAll('-', ' ')}.`,
    ),
  ];
  return [{ title: 'Servers', sentences }];
}

function stock({ grants, saTerms, agreements }: PositionDocument): PrintedSection[] {
  const names = new Map(agreements.map(({ agreementId, name }) => [agreementId, name]));
  const agreementOf = (id: string | null) => (id === null ? '' : (names.get(id) ?? id));
  const sections: PrintedSection[] = [];
  if (grants.length > 0) {
    const columns = [
      ...textColumns('Licence', 'Type'),
      ...numberColumns('Quantity'),
      ...textColumns('Source', 'From', 'To', 'Proof', 'Agreement'),
    ];
    const rows = grants.map(({ sku, metric, quantity, source, from, to, proof, agreementId }) => ({
      cells: [
        nameOf(sku),
        metric,
        `${quantity}`,
        source.replaceAll('-', ' '),
        from,
        to ?? 'no end',
        source === 'licence-file' ? fileName(proof) : proof,
        agreementOf(agreementId),
      ],
    }));
    sections.push({ title: 'What is owned', sentences: [], table: { columns, rows } });
  }
  if (saTerms.length > 0) {
    const columns = [
      ...textColumns('Licence'),
      ...numberColumns('Quantity'),
      ...textColumns('First day', 'Last day', 'Agreement'),
    ];
    const rows = saTerms.map(({ sku, quantity, from, to, agreementId }) => ({
      cells: [nameOf(sku), `${quantity}`, from, to, agreementOf(agreementId)],
    }));
    sections.push({ title: 'Software Assurance', sentences: [], table: { columns, rows } });
  }
  return sections;
}

function endings({ position, saTerms }: PositionDocument): PrintedSection[] {
  if (position.ending.length === 0) return [];
  const columns = [...textColumns('What', 'Name', 'On'), ...numberColumns('Days left')];
  const rows = position.ending.map(({ what, id, on, daysLeft }) => {
    if (what === 'file') return { cells: ['Licence file', fileName(id), on, `${daysLeft}`] };
    const term = saTerms.find(({ saTermId }) => saTermId === id);
    const name = term === undefined ? id : `${term.quantity} × ${nameOf(term.sku)}`;
    return { cells: [what === 'assurance' ? 'Software Assurance' : what, name, on, `${daysLeft}`] };
  });
  return [{ title: 'Ends within 90 days', sentences: [], table: { columns, rows } }];
}

/** The id of an installed file is the pair of its issuer and its number, as JSON; one that was too long is cut off. */
function fileName(id: string): string {
  let pair: unknown;
  try {
    pair = JSON.parse(id);
  } catch {
    return id.replace(/^\["/, '').replace('","', ', number ');
  }
  const [issuer, number] = Array.isArray(pair) ? pair : [];
  return typeof issuer === 'string' && typeof number === 'string' ? `${issuer}, number ${number}` : id;
}

function basis({ madeAt, position }: PositionDocument): PrintedSection {
  const reading =
    position.profile === 'printed'
      ? 'The rules are applied to the letter of the printed documents.'
      : 'The rules are applied with the corrections of probable misprints.';
  return {
    title: 'How this was worked out',
    sentences: [
      `Made at ${madeAt} with rule catalogue ${position.catalogueVersion}, SHA-256 ${position.catalogueHash}.`,
      `${reading} Mode: ${position.mode}.`,
      'The same catalogue, day and stock give the same position again.',
    ],
  };
}

function nameOf(sku: string): string {
  return skuOf(sku)?.name ?? sku;
}

/** With a true minus sign, as printed figures have it. */
function signed(value: number): string {
  if (value === 0) return '0';
  return value > 0 ? `+${value}` : `\u2212${-value}`;
}
