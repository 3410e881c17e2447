// Which object lies under the pointer.

import type { Item } from "./model";
import type { Point } from "./transform";

/** Even-odd over all rings, so a ring in a ring is a hole. */
export function inside(rings: number[][], { x, y }: Point): boolean {
  let odd = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i + 1 < ring.length; j = i, i += 2) {
      const above = ring[i + 1] > y;
      if (above !== ring[j + 1] > y) {
        const crossing = ring[i] + ((y - ring[i + 1]) * (ring[j] - ring[i])) / (ring[j + 1] - ring[i + 1]);
        if (x < crossing) odd = !odd;
      }
    }
  }
  return odd;
}

/** Distance from a point to the outline, px. */
export function distance(rings: number[][], { x, y }: Point): number {
  let best = Infinity;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i + 1 < ring.length; j = i, i += 2) {
      const dx = ring[i] - ring[j];
      const dy = ring[i + 1] - ring[j + 1];
      const along = ((x - ring[j]) * dx + (y - ring[j + 1]) * dy) / (dx * dx + dy * dy || 1);
      const part = Math.min(Math.max(along, 0), 1);
      best = Math.min(best, Math.hypot(ring[j] + part * dx - x, ring[j + 1] + part * dy - y));
    }
  }
  return best;
}

/**
 * The objects at `point`, what a person means first: those it is inside of, smallest first,
 * then those whose outline is within `reach` px, nearest first.
 *
 * @param painted items, largest first
 */
export function hits(painted: Item[], point: Point, reach: number): Item[] {
  const within: Item[] = [];
  const near: { item: Item; away: number }[] = [];
  for (let i = painted.length - 1; i >= 0; i--) {
    const item = painted[i];
    const { left, top, right, bottom } = item.box;
    if (point.x < left - reach || point.x > right + reach || point.y < top - reach || point.y > bottom + reach) continue;
    if (inside(item.object.rings, point)) {
      within.push(item);
      continue;
    }
    const away = distance(item.object.rings, point);
    if (away <= reach) near.push({ item, away });
  }
  near.sort((a, b) => a.away - b.away);
  return [...within, ...near.map(({ item }) => item)];
}

/** A click among the ids of a `stack`: the first, or the one below the one picked there before. */
export function below(stack: string[], picked: string | undefined): string | undefined {
  const at = picked === undefined ? -1 : stack.indexOf(picked);
  return stack[(at + 1) % stack.length];
}
