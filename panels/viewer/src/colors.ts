// Colours: of statuses, and of the three areas of the overlay.

import type { StatusInfo } from "./types";

export type Rgb = [number, number, number];

/** Blue, orange and near-white: told apart with any kind of colour vision. */
export const AREA_COLOURS = { base: "#2f9bff", revised: "#ff9419", both: "#e8e8e8" } as const;
export const CASING = "#10141a";
export const GLOW = "#ffffff";

const UNKNOWN = "#9aa0a6";
const HEX = /^#[0-9a-f]{6}$/i;

export function rgb(hex: string): Rgb {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Colour by status; what is not `#rrggbb`, or not listed, comes out grey. */
export function palette(statuses: StatusInfo[]): (status: string) => string {
  const colours = new Map(statuses.map(({ name, color }) => [name, HEX.test(color) ? color : UNKNOWN]));
  return (status) => colours.get(status) ?? UNKNOWN;
}
