// The effective licence position, or any document in sections, as a PDF (licensing rule M10): as the printed HTML, in the
// standard fonts that every reader has. Served by http.ts, written by the command line.
import PDFDocument from 'pdfkit';
import { type PositionDocument, printedPosition } from './rules/exchange/position.ts';
import type { PrintedDocument, PrintedSection, PrintedTable } from './rules/exchange/printed.ts';

type Pdf = InstanceType<typeof PDFDocument>;

const MARGIN = 42;
const PADDING = 3;
const REGULAR = 'Helvetica';
const BOLD = 'Helvetica-Bold';
const TEXT_SIZE = 9;
const CELL_SIZE = 8;
const INK = '#1b1b1b';
const RULE = '#d0d0d0';
const SHORT = '#fdf0ef';
/** Of a column, before what is left over is shared out. */
const WIDEST = 180;
const LONGEST_WORD = 110;

/** The same document gives the same bytes: the dates in the file are those of the document. */
export function positionPdf(document: PositionDocument): Promise<Uint8Array> {
  return printedPdf(printedPosition(document), document.madeAt);
}

/** Any document in sections; `madeAt` is an RFC 3339 §5.6 instant. */
export async function printedPdf(document: PrintedDocument, madeAtText: string): Promise<Uint8Array> {
  const title = printable(document.title);
  const madeAt = new Date(madeAtText);
  const pdf = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Creator: 'Parley', Producer: 'Parley', CreationDate: madeAt, ModDate: madeAt },
  });
  const chunks: Uint8Array[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  pdf.once('end', () => resolve());
  pdf.once('error', reject);

  pdf.font(BOLD).fontSize(16).fillColor(INK).text(title).moveDown(0.5);
  for (const section of document.sections) writeSection(pdf, section);
  writeFooters(pdf, title);
  pdf.end();
  await promise;
  return new Uint8Array(Buffer.concat(chunks));
}

function writeSection(pdf: Pdf, { title, sentences, table }: PrintedSection): void {
  // A heading does not stay alone at the foot of a page.
  if (pdf.y + 60 > bottomOf(pdf)) pdf.addPage();
  pdf.moveDown(0.8).font(BOLD).fontSize(11).fillColor(INK).text(printable(title), MARGIN).moveDown(0.3);
  pdf.font(REGULAR).fontSize(TEXT_SIZE);
  for (const sentence of sentences) pdf.text(printable(sentence), MARGIN).moveDown(0.2);
  if (table !== undefined) writeTable(pdf, table);
}

function writeTable(pdf: Pdf, table: PrintedTable): void {
  const widths = widthsOf(pdf, table);
  const header = table.columns.map(({ title }) => printable(title));
  writeRow(pdf, table, widths, header, { font: BOLD, line: INK });
  for (const { cells, isShort = false, isSum = false } of table.rows) {
    const texts = cells.map(printable);
    const font = isShort || isSum ? BOLD : REGULAR;
    if (pdf.y + heightOf(pdf, widths, texts, font) > bottomOf(pdf)) {
      pdf.addPage();
      writeRow(pdf, table, widths, header, { font: BOLD, line: INK });
    }
    writeRow(pdf, table, widths, texts, { font, line: RULE, ...(isShort ? { fill: SHORT } : {}) });
  }
  pdf.x = MARGIN;
}

function writeRow(
  pdf: Pdf,
  { columns }: PrintedTable,
  widths: readonly number[],
  texts: readonly string[],
  { font, line, fill }: { readonly font: string; readonly line: string; readonly fill?: string },
): void {
  const top = pdf.y;
  const height = heightOf(pdf, widths, texts, font);
  const right = MARGIN + widths.reduce((sum, width) => sum + width, 0);
  if (fill !== undefined) pdf.rect(MARGIN, top, right - MARGIN, height).fill(fill);
  pdf.font(font).fontSize(CELL_SIZE).fillColor(INK);
  let left = MARGIN;
  for (const [index, text] of texts.entries()) {
    const width = widths[index] ?? 0;
    const align = columns[index]?.isNumber === true ? 'right' : 'left';
    pdf.text(text, left + PADDING, top + PADDING, { width: width - 2 * PADDING, align });
    left += width;
  }
  pdf
    .moveTo(MARGIN, top + height)
    .lineTo(right, top + height)
    .lineWidth(0.5)
    .stroke(line);
  pdf.y = top + height;
}

function heightOf(pdf: Pdf, widths: readonly number[], texts: readonly string[], font: string): number {
  pdf.font(font).fontSize(CELL_SIZE);
  const heights = texts.map((text, index) =>
    pdf.heightOfString(text === '' ? ' ' : text, { width: (widths[index] ?? 0) - 2 * PADDING }),
  );
  return Math.max(...heights) + 2 * PADDING;
}

/** Every column is as wide as its longest word, so that none breaks; what is left over goes where there is more to say. */
function widthsOf(pdf: Pdf, { columns, rows }: PrintedTable): number[] {
  pdf.font(BOLD).fontSize(CELL_SIZE);
  const widthOf = (text: string) => Math.ceil(pdf.widthOfString(printable(text))) + 2 * PADDING + 1;
  const measured = columns.map(({ title, isNumber }, index) => {
    let [least, most] = [0, 0];
    for (const cell of new Set([title, ...rows.map(({ cells }) => cells[index] ?? '')])) {
      most = Math.max(most, widthOf(cell));
      for (const word of cell.split(' ')) least = Math.max(least, widthOf(word));
    }
    // A hash or an id may break.
    return { least: Math.min(LONGEST_WORD, least), most: isNumber === true ? least : Math.min(WIDEST, most) };
  });
  const room = pdf.page.width - 2 * MARGIN;
  const sum = (of: 'least' | 'most') => measured.reduce((total, each) => total + each[of], 0);
  const [least, most] = [sum('least'), sum('most')];
  if (least >= room) return measured.map((each) => (each.least / least) * room);
  if (most <= room) return measured.map((each) => (each.most / most) * room);
  const share = (room - least) / (most - least);
  return measured.map((each) => each.least + (each.most - each.least) * share);
}

function writeFooters(pdf: Pdf, title: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page);
    // The footer stands in the margin, where text would otherwise open a new page.
    pdf.page.margins.bottom = 0;
    const text = `${title}   ${page + 1} / ${count}`;
    pdf.font(REGULAR).fontSize(7).fillColor('#5a5a5a');
    pdf.text(text, MARGIN, pdf.page.height - MARGIN / 1.5, {
      width: pdf.page.width - 2 * MARGIN,
      align: 'right',
      lineBreak: false,
    });
  }
}

function bottomOf(pdf: Pdf): number {
  return pdf.page.height - MARGIN;
}

const WIN_ANSI_EXTRA = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';

/** Letters that Unicode does not take apart. */
const WITHOUT_STROKE: Readonly<Record<string, string>> = {
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  Ħ: 'H',
  ħ: 'h',
  ı: 'i',
};

/** The standard fonts hold WinAnsi: Western Europe. Other letters lose their marks, or become a question mark. */
function printable(text: string): string {
  return Array.from(text.normalize('NFC').replaceAll('\u2212', '\u2013'), (char) => {
    if (isWinAnsi(char)) return char;
    const base = Array.from(char.normalize('NFKD')).filter(isWinAnsi).join('');
    return base === '' ? (WITHOUT_STROKE[char] ?? '?') : base;
  }).join('');
}

function isWinAnsi(char: string): boolean {
  const code = char.codePointAt(0)!;
  return (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff) || WIN_ANSI_EXTRA.includes(char);
}
