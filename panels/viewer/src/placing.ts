// Where the card of an object goes: beside the object, not over it.

import type { Box, Point, Size } from "./transform";

const GAP = 8;
const EDGE = 4;

const limit = (value: number, most: number) => Math.max(EDGE, Math.min(value, most - EDGE));

/**
 * The card's corner in its pane, css px.
 *
 * It is on that side of the object where it has room in the pane. Where none has, it is under
 * the pane if it is wide for it, else beside the pointer, on the object.
 */
export function placeCard(card: Size, pane: Size, object: Box, pointer: Point): Point {
  const x = limit(pointer.x + GAP, pane.width - card.width);
  const y = limit(pointer.y + GAP, pane.height - card.height);
  const [right, below] = [object.right + GAP, object.bottom + GAP];
  const [left, above] = [object.left - GAP - card.width, object.top - GAP - card.height];
  if (right + card.width <= pane.width - EDGE) return { x: Math.max(EDGE, right), y };
  if (left >= EDGE) return { x: Math.min(left, pane.width - card.width - EDGE), y };
  if (below + card.height <= pane.height - EDGE) return { x, y: Math.max(EDGE, below) };
  if (above >= EDGE) return { x, y: Math.min(above, pane.height - card.height - EDGE) };
  if (card.width > pane.width / 2) return { x, y: pane.height + EDGE };
  const besides = (at: number, size: number, room: number) => (at + 2 * GAP + size <= room ? at + 2 * GAP : Math.max(EDGE, at - 2 * GAP - size));
  return { x: besides(pointer.x, card.width, pane.width), y: besides(pointer.y, card.height, pane.height) };
}
