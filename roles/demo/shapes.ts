// Flat shapes on a unit square (x to the right, y down, 0 … 1), painted over each other with smooth edges.
// Used by portraits.ts.

export type Colour = readonly [red: number, green: number, blue: number];
/** Whether a point is inside. */
export type Shape = (x: number, y: number) => boolean;
export interface Layer {
  readonly shape: Shape;
  readonly colour: Colour;
}

/** Points a side for each pixel: 3 × 3 give ten shades at an edge. */
const SAMPLES = 3;

export function ellipse(centreX: number, centreY: number, radiusX: number, radiusY = radiusX): Shape {
  return (x, y) => ((x - centreX) / radiusX) ** 2 + ((y - centreY) / radiusY) ** 2 <= 1;
}

export function rectangle(left: number, top: number, right: number, bottom: number): Shape {
  return (x, y) => x >= left && x <= right && y >= top && y <= bottom;
}

/** The wedge of a V-neck: `width` at `top`, a point at `bottom`. */
export function wedge(centreX: number, top: number, bottom: number, width: number): Shape {
  return (x, y) => y >= top && Math.abs(x - centreX) <= ((bottom - y) / (bottom - top)) * (width / 2);
}

export function all(...shapes: readonly Shape[]): Shape {
  return (x, y) => shapes.every((shape) => shape(x, y));
}
export function any(...shapes: readonly Shape[]): Shape {
  return (x, y) => shapes.some((shape) => shape(x, y));
}
export function without(shape: Shape, hole: Shape): Shape {
  return (x, y) => shape(x, y) && !hole(x, y);
}
export function above(line: number): Shape {
  return (_x, y) => y < line;
}
export function below(line: number): Shape {
  return (_x, y) => y > line;
}

/** The layers from the back to the front, as bytes of RGB. Only pixels that an edge crosses are looked at closely. */
export function paint(size: number, background: Colour, layers: readonly Layer[]): Uint8Array {
  const colourAt = (x: number, y: number): Colour =>
    layers.findLast((layer) => layer.shape(x, y))?.colour ?? background;
  const pixels = new Uint8Array(size * size * 3);
  let above = cornerLine(0);
  for (let row = 0; row < size; row++) {
    const under = cornerLine(row + 1);
    for (let column = 0; column < size; column++) {
      const corner = above[column]!;
      const isFlat = corner === above[column + 1] && corner === under[column] && corner === under[column + 1];
      pixels.set(isFlat ? corner : blended(column, row), (row * size + column) * 3);
    }
    above = under;
  }
  return pixels;

  function cornerLine(row: number): Colour[] {
    return Array.from({ length: size + 1 }, (_, column) => colourAt(column / size, row / size));
  }

  function blended(column: number, row: number): Colour {
    const step = 1 / (size * SAMPLES);
    const sum: [number, number, number] = [0, 0, 0];
    for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
      const x = (column * SAMPLES + (sample % SAMPLES) + 0.5) * step;
      const y = (row * SAMPLES + Math.floor(sample / SAMPLES) + 0.5) * step;
      const colour = colourAt(x, y);
      for (const channel of [0, 1, 2] as const) sum[channel] += colour[channel];
    }
    const total = SAMPLES * SAMPLES;
    return [Math.round(sum[0] / total), Math.round(sum[1] / total), Math.round(sum[2] / total)];
  }
}
