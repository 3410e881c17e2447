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

/** Sets `bit` in the cells whose centre lies in the rings (even-odd), at `scale` cells per px. */
function fill(cells: Uint8Array, { width, height }: Size, rings: number[][], scale: number, bit: number): void {
  const rows: number[][] = [];
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i + 1 < ring.length; j = i, i += 2) {
      const down = ring[i + 1] > ring[j + 1];
      const [x0, y0, x1, y1] = [down ? j : i, down ? i : j].flatMap((k) => [ring[k] * scale, ring[k + 1] * scale]);
      const last = Math.min(height, Math.ceil(y1 - 0.5));
      for (let row = Math.max(0, Math.ceil(y0 - 0.5)); row < last; row++) {
        (rows[row] ??= []).push(x0 + ((row + 0.5 - y0) * (x1 - x0)) / (y1 - y0));
      }
    }
  }
  rows.forEach((crossings, row) => {
    crossings.sort((a, b) => a - b);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const start = Math.max(0, Math.ceil(crossings[k] - 0.5));
      const end = Math.min(width, Math.ceil(crossings[k + 1] - 0.5));
      for (let at = row * width + start; at < row * width + end; at++) cells[at] |= bit;
    }
  });
}

/** Lays the objects of both sides over each other; each shape is an object's rings. */
export function overlay(base: number[][][], revised: number[][][], picture: Size): Areas {
  const scale = Math.min(MAX_REFINEMENT, DETAIL / Math.max(picture.width, picture.height));
  const size = { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) };
  const cells = new Uint8Array(size.width * size.height);
  for (const rings of base) fill(cells, size, rings, scale, BASE);
  for (const rings of revised) fill(cells, size, rings, scale, REVISED);
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
