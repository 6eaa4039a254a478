// The picture in the demo group: a stand at a fair from above, drawn by code, the same every time. Used by seed-group.ts.
import { encodePng } from './png.ts';
import { any, type Colour, ellipse, type Layer, paint, rectangle } from './shapes.ts';

const WIDTH = 320;
/** The unit square is painted as far down as this. */
const HEIGHT = 183;

const HALL: Colour = [226, 229, 234];
const FLOOR: Colour = [248, 244, 236];
const WALL: Colour = [62, 74, 97];
const CARPET: Colour = [205, 228, 214];
const WOOD: Colour = [214, 178, 134];
const PHONE: Colour = [52, 62, 84];
const SCREEN: Colour = [72, 118, 190];
const SEAT: Colour = [84, 146, 116];
const CHAIR: Colour = [232, 150, 92];
const POT: Colour = [176, 112, 78];
const LEAF: Colour = [70, 130, 84];

const layers: readonly Layer[] = [
  { colour: FLOOR, shape: rectangle(0.06, 0.05, 0.94, 0.52) },
  // Two walls, open to the aisle.
  { colour: WALL, shape: any(rectangle(0.06, 0.05, 0.94, 0.067), rectangle(0.06, 0.05, 0.077, 0.4)) },
  { colour: SCREEN, shape: rectangle(0.38, 0.067, 0.62, 0.082) },
  // The table with the phones.
  { colour: WOOD, shape: rectangle(0.13, 0.16, 0.21, 0.45) },
  ...phones(0.15, 0.19, 3),
  { colour: CHAIR, shape: stools(0.25, 0.2, 3) },
  // The counter at the aisle.
  {
    colour: WOOD,
    shape: any(rectangle(0.4, 0.37, 0.6, 0.43), ellipse(0.4, 0.4, 0.03), ellipse(0.6, 0.4, 0.03)),
  },
  { colour: PHONE, shape: rectangle(0.47, 0.385, 0.53, 0.415) },
  { colour: CHAIR, shape: any(ellipse(0.46, 0.33, 0.019), ellipse(0.54, 0.33, 0.019)) },
  // The corner to sit.
  { colour: CARPET, shape: rectangle(0.69, 0.1, 0.91, 0.4) },
  { colour: SEAT, shape: any(rectangle(0.72, 0.11, 0.88, 0.155), rectangle(0.855, 0.11, 0.9, 0.34)) },
  { colour: WOOD, shape: ellipse(0.775, 0.25, 0.042) },
  { colour: SEAT, shape: ellipse(0.775, 0.345, 0.026) },
  ...plant(0.9, 0.465),
  ...plant(0.345, 0.1),
  ...plant(0.655, 0.1),
];

export function standPlan(): Buffer {
  return encodePng(WIDTH, HEIGHT, paint(WIDTH, HALL, layers).subarray(0, WIDTH * HEIGHT * 3));
}

function phones(left: number, top: number, rows: number): Layer[] {
  return Array.from({ length: rows }, (_, row) => {
    const y = top + row * 0.09;
    return { colour: PHONE, shape: rectangle(left, y, left + 0.04, y + 0.05) };
  });
}

function stools(x: number, top: number, count: number) {
  return any(...Array.from({ length: count }, (_, nth) => ellipse(x, top + 0.015 + nth * 0.09, 0.019)));
}

function plant(x: number, y: number): Layer[] {
  const leaves = [0, 1, 2, 3, 4].map((nth) => {
    const turn = (nth / 5) * 2 * Math.PI;
    return ellipse(x + Math.cos(turn) * 0.017, y + Math.sin(turn) * 0.017, 0.013);
  });
  return [
    { colour: LEAF, shape: any(...leaves) },
    { colour: POT, shape: ellipse(x, y, 0.011) },
  ];
}
