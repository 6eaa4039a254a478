// Portraits for the demo organisation: flat head and shoulders, drawn by code, the same every time. Used by seed.ts.
import { createHash } from 'node:crypto';
import { encodePng } from './png.ts';
import {
  above,
  all,
  any,
  below,
  type Colour,
  ellipse,
  type Layer,
  paint,
  rectangle,
  wedge,
  without,
} from './shapes.ts';

const SIZE = 128;

const BACKGROUNDS: readonly Colour[] = [
  [214, 228, 240],
  [225, 235, 214],
  [243, 226, 208],
  [232, 220, 240],
  [250, 233, 190],
  [208, 233, 229],
  [244, 217, 222],
  [220, 222, 236],
];
const SKINS: readonly Colour[] = [
  [255, 224, 196],
  [244, 205, 172],
  [230, 180, 140],
  [205, 150, 108],
  [168, 114, 76],
  [124, 80, 54],
  [92, 60, 44],
];
const HAIRS: readonly Colour[] = [
  [38, 30, 28],
  [64, 44, 32],
  [104, 68, 40],
  [156, 104, 54],
  [206, 164, 96],
  [170, 74, 40],
  [150, 150, 156],
  [204, 202, 200],
];
const CLOTHES: readonly Colour[] = [
  [44, 62, 92],
  [116, 46, 62],
  [40, 98, 88],
  [88, 82, 148],
  [190, 104, 60],
  [70, 76, 84],
  [52, 112, 150],
  [148, 128, 62],
];
const SCARVES: readonly Colour[] = [
  [70, 92, 130],
  [134, 70, 96],
  [74, 116, 102],
];
const WHITE: Colour = [250, 250, 250];
const DARK: Colour = [52, 42, 40];

export type Style = 'short' | 'parted' | 'long' | 'bob' | 'bun' | 'curly' | 'cropped' | 'bald' | 'scarf';
/** What the drawing shows: the rest is chosen by the name. */
export interface Look {
  readonly style: Style;
  /** 0 (lightest) … 6 */
  readonly skin: number;
  /** Dark, brown, chestnut, auburn, fair, red, grey, white: 0 … 7. */
  readonly hair: number;
  readonly beard: boolean;
}

/** Ears are under the hair. */
const COVERED: readonly Style[] = ['long', 'bob', 'scarf'];

const HEAD_X = 0.5;
const HEAD_Y = 0.44;
const HEAD_WIDTH = 0.185;
const HEAD_HEIGHT = 0.225;
const head = ellipse(HEAD_X, HEAD_Y, HEAD_WIDTH, HEAD_HEIGHT);

/** Chooses by name: byte `index` of its digest. */
function chooser(name: string): (index: number, count: number) => number {
  const bytes = createHash('sha256').update(name).digest();
  return (index, count) => bytes[index]! % count;
}

export function portrait(name: string, look: Look): Buffer {
  const choose = chooser(name);
  const pick = <T>(index: number, from: readonly T[]): T => from[choose(index, from.length)]!;
  const skin = SKINS[look.skin]!;
  const hair = HAIRS[look.hair]!;
  const cloth = pick(2, CLOTHES);
  const shade = mixed(skin, DARK, 0.16);
  const ears = any(ellipse(0.312, 0.46, 0.028, 0.045), ellipse(0.688, 0.46, 0.028, 0.045));

  const layers: Layer[] = [
    ...hairBehind(look.style, hair),
    { shape: all(ellipse(0.5, 1.06, 0.4, 0.34), below(0.6)), colour: cloth },
    ...neckline(choose(8, 3), cloth, shade),
    { shape: any(rectangle(0.43, 0.56, 0.57, 0.72), ellipse(0.5, 0.72, 0.07, 0.055)), colour: shade },
    ...(COVERED.includes(look.style) ? [] : [{ shape: ears, colour: shade }]),
    { shape: head, colour: skin },
    ...(look.beard ? beard(hair) : []),
    ...face(skin, hair, choose(7, 4) === 0, choose(9, 3)),
    ...hairInFront(look.style, hair, pick(5, SCARVES)),
  ];
  return encodePng(SIZE, SIZE, paint(SIZE, pick(10, BACKGROUNDS), layers));
}

function hairBehind(style: Style, colour: Colour): Layer[] {
  switch (style) {
    case 'long':
      return [{ shape: any(ellipse(0.5, 0.43, 0.245, 0.26), rectangle(0.262, 0.44, 0.738, 0.76)), colour }];
    case 'bob':
      return [
        {
          shape: all(any(ellipse(0.5, 0.43, 0.25, 0.26), rectangle(0.25, 0.43, 0.75, 0.6)), above(0.6)),
          colour,
        },
      ];
    case 'bun':
      return [{ shape: ellipse(0.5, 0.17, 0.09, 0.08), colour }];
    case 'curly':
      return [{ shape: any(...curls(0.27)), colour }];
    default:
      return [];
  }
}

/** Round locks on an arc over the head. */
function curls(radius: number) {
  return Array.from({ length: 11 }, (_, index) => {
    const angle = Math.PI * (0.95 + (index / 10) * 1.1);
    return ellipse(HEAD_X + Math.cos(angle) * radius * 0.82, HEAD_Y + Math.sin(angle) * radius * 0.88, 0.075);
  });
}

function hairInFront(style: Style, colour: Colour, scarf: Colour): Layer[] {
  const cap = ellipse(HEAD_X, HEAD_Y - 0.03, HEAD_WIDTH + 0.022, HEAD_HEIGHT + 0.022);
  switch (style) {
    case 'bald':
      return [];
    case 'cropped':
      return [{ shape: without(all(cap, above(0.4)), ellipse(0.5, 0.49, 0.178, 0.19)), colour }];
    case 'parted':
      return [{ shape: without(all(cap, above(0.43)), ellipse(0.535, 0.5, 0.2, 0.19)), colour }];
    case 'scarf':
      return [
        {
          shape: without(
            any(ellipse(0.5, 0.44, 0.235, 0.275), ellipse(0.5, 0.72, 0.2, 0.1)),
            ellipse(0.5, 0.46, 0.15, 0.19),
          ),
          colour: scarf,
        },
      ];
    case 'curly':
      return [
        { shape: without(all(any(cap, ...curls(0.22)), above(0.4)), ellipse(0.5, 0.5, 0.18, 0.185)), colour },
      ];
    case 'long':
    case 'bob':
      return [{ shape: without(all(cap, above(0.52)), ellipse(0.45, 0.53, 0.215, 0.21)), colour }];
    default:
      return [{ shape: without(all(cap, above(0.44)), ellipse(0.5, 0.52, 0.205, 0.205)), colour }];
  }
}

/** A round neck, an open shirt, or a jacket over a light shirt. */
function neckline(kind: number, cloth: Colour, skin: Colour): Layer[] {
  if (kind === 0) return [];
  if (kind === 1) return [{ shape: wedge(0.5, 0.7, 0.9, 0.17), colour: skin }];
  return [
    { shape: wedge(0.5, 0.7, 1.02, 0.3), colour: mixed(cloth, DARK, 0.35) },
    { shape: wedge(0.5, 0.7, 0.98, 0.2), colour: WHITE },
  ];
}

function beard(hair: Colour): Layer[] {
  const chin = without(all(head, below(0.47)), ellipse(0.5, 0.47, 0.155, 0.125));
  return [{ shape: chin, colour: hair }];
}

function face(skin: Colour, hair: Colour, hasGlasses: boolean, smile: number): Layer[] {
  const brow = mixed(hair, DARK, 0.35);
  const blush = mixed(skin, [226, 96, 90], 0.22);
  const layers: Layer[] = [
    { shape: any(ellipse(0.4, 0.52, 0.036, 0.024), ellipse(0.6, 0.52, 0.036, 0.024)), colour: blush },
    { shape: any(arc(0.425, 0.425, 0.048, 0.03), arc(0.575, 0.425, 0.048, 0.03)), colour: brow },
    { shape: any(ellipse(0.425, 0.455, 0.017, 0.02), ellipse(0.575, 0.455, 0.017, 0.02)), colour: DARK },
    { shape: any(ellipse(0.431, 0.448, 0.008), ellipse(0.581, 0.448, 0.008)), colour: WHITE },
    { shape: ellipse(0.5, 0.505, 0.018, 0.012), colour: mixed(skin, DARK, 0.2) },
  ];
  const mouth = all(ellipse(0.5, 0.55, 0.062, 0.046), below(0.556));
  if (smile === 0) layers.push({ shape: mouth, colour: WHITE });
  const lip = without(mouth, ellipse(0.5, 0.542, 0.07, 0.042));
  layers.push({
    shape: smile === 0 ? without(mouth, ellipse(0.5, 0.55, 0.056, 0.04)) : lip,
    colour: mixed([168, 66, 62], skin, 0.15),
  });
  if (hasGlasses) layers.push(...glasses());
  return layers;
}

/** The upper edge of an ellipse, as thick as an eyebrow. */
function arc(x: number, y: number, radiusX: number, radiusY: number) {
  return all(without(ellipse(x, y, radiusX, radiusY), ellipse(x, y + 0.014, radiusX, radiusY)), above(y));
}

function glasses(): Layer[] {
  const rims = [0.42, 0.58].map((x) =>
    without(ellipse(x, 0.457, 0.062, 0.05), ellipse(x, 0.457, 0.052, 0.041)),
  );
  const bridge = rectangle(0.478, 0.45, 0.522, 0.459);
  const temples = any(rectangle(0.318, 0.45, 0.362, 0.459), rectangle(0.638, 0.45, 0.682, 0.459));
  return [{ shape: any(...rims, bridge, temples), colour: DARK }];
}

function mixed(one: Colour, other: Colour, share: number): Colour {
  const part = (index: 0 | 1 | 2) => Math.round(one[index] * (1 - share) + other[index] * share);
  return [part(0), part(1), part(2)];
}
