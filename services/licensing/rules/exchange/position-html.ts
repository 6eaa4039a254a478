// The effective licence position as one HTML file to be printed (licensing rule M10).
import { type PositionDocument, printedPosition } from './position.ts';
import { printedHtml } from './printed.ts';

export function positionHtml(document: PositionDocument): string {
  return printedHtml(printedPosition(document));
}
