// The overlay: area only in base, only in revised, in both, as pixels.

import type { Rgb } from "./colors";
import type { Size } from "./transform";

export const BASE = 1;
export const REVISED = 2;
export const BOTH = 3;

export interface Areas extends Size {
  /** One of 0, BASE, REVISED, BOTH for each pixel, row by row. */
  cells: Uint8Array;
  /** Areas in px² of the label frame, as near as outlines tell them. */
  area: { base: number; revised: number; both: number };
}

/** Raster px along the longer side; finer than the labels where they are coarse. */
const DETAIL = 1600;
const MAX_REFINEMENT = 4;

/**
 * Sets `bit` in the cells whose centre lies in the rings (even-odd), at `scale` cells per px.
 *
 * @param edges a row of `width + 1` for each of the cells', all 0, and left so: where an edge is crossed
 */
function fill(cells: Uint8Array, edges: Uint8Array, { width, height }: Size, rings: number[][], scale: number, bit: number): void {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i + 1 < ring.length; j = i, i += 2) {
      const [from, to] = ring[i + 1] > ring[j + 1] ? [j, i] : [i, j];
      const [x, y, last] = [ring[from] * scale, ring[from + 1] * scale, ring[to + 1] * scale];
      const slope = (ring[to] * scale - x) / (last - y);
      const [start, end] = [Math.max(0, Math.ceil(y - 0.5)), Math.min(height, Math.ceil(last - 0.5))];
      for (let row = start; row < end; row++) {
        const column = Math.min(width, Math.max(0, Math.ceil(x + (row + 0.5 - y) * slope - 0.5)));
        edges[row * (width + 1) + column] ^= 1;
        left = Math.min(left, column);
        right = Math.max(right, column);
      }
      top = Math.min(top, start);
      bottom = Math.max(bottom, end);
    }
  }
  for (let row = top; row < bottom; row++) {
    for (let column = left, within = 0; column <= right; column++) {
      const at = row * (width + 1) + column;
      within ^= edges[at];
      edges[at] = 0;
      if (within) cells[row * width + column] |= bit;
    }
  }
}

/** Lays the objects of both sides over each other; each shape is an object's rings. */
export function overlay(base: number[][][], revised: number[][][], picture: Size): Areas {
  const detail = Math.min(MAX_REFINEMENT, DETAIL / Math.max(picture.width, picture.height));
  // a whole number of cells a px keeps what runs along the edges of pixels exact
  const scale = detail < 2 ? detail : Math.floor(detail);
  const size = { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) };
  const cells = new Uint8Array(size.width * size.height);
  const edges = new Uint8Array((size.width + 1) * size.height);
  for (const rings of base) fill(cells, edges, size, rings, scale, BASE);
  for (const rings of revised) fill(cells, edges, size, rings, scale, REVISED);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < cells.length; i++) counts[cells[i]] += 1;
  const [, inBase, inRevised, inBoth] = counts.map((count) => count / scale ** 2);
  return { ...size, cells, area: { base: inBase, revised: inRevised, both: inBoth } };
}

/** The areas as RGBA bytes, transparent where there is none. */
export function tint({ cells }: Areas, colours: { base: Rgb; revised: Rgb; both: Rgb }): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(cells.length * 4);
  const inks = new Uint32Array(new Uint8Array([0, 0, 0, 0, ...[colours.base, colours.revised, colours.both].flatMap((ink) => [...ink, 255])]).buffer);
  const pixels = new Uint32Array(bytes.buffer);
  for (let i = 0; i < cells.length; i++) pixels[i] = inks[cells[i]];
  return bytes;
}
