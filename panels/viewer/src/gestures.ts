// Pointer and wheel on a pane, told as drags, zooms, taps and hovers.

import type { Point } from "./transform";

export interface Gestures {
  drag(dx: number, dy: number): void;
  zoom(point: Point, factor: number): void;
  tap(point: Point): void;
  hover(point: Point | null): void;
  reset(): void;
}

/** css px a pointer may wander and still tap. */
export const SLOP = 4;
const WHEEL_LINE = 16;

const middle = (points: Point[]): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
});

const spread = ([a, b]: Point[]) => (b ? Math.hypot(a.x - b.x, a.y - b.y) || 1 : 1);

/** Listens until the function returned is called. */
export function listen(host: HTMLElement, gestures: Gestures): () => void {
  const pointers = new Map<number, Point>();
  let wandered = 0;

  const at = (event: MouseEvent): Point => {
    const { left, top } = host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  const handlers = {
    pointerdown(event: PointerEvent) {
      if (event.button !== 0) return;
      if (pointers.size === 0) wandered = 0;
      pointers.set(event.pointerId, at(event));
      host.setPointerCapture(event.pointerId);
    },
    pointermove(event: PointerEvent) {
      const point = at(event);
      if (!pointers.has(event.pointerId)) return gestures.hover(point);
      const before = [...pointers.values()];
      pointers.set(event.pointerId, point);
      const after = [...pointers.values()];
      const [from, to] = [middle(before), middle(after)];
      wandered += Math.hypot(to.x - from.x, to.y - from.y) + Math.abs(spread(after) - spread(before));
      if (wandered <= SLOP) return;
      gestures.hover(null);
      gestures.drag(to.x - from.x, to.y - from.y);
      if (after.length > 1) gestures.zoom(to, spread(after) / spread(before));
    },
    pointerup(event: PointerEvent) {
      pointers.delete(event.pointerId);
    },
    pointercancel(event: PointerEvent) {
      pointers.delete(event.pointerId);
    },
    pointerleave() {
      gestures.hover(null);
    },
    click(event: MouseEvent) {
      if (wandered <= SLOP && event.detail < 2) gestures.tap(at(event));
    },
    dblclick() {
      gestures.reset();
    },
    wheel(event: WheelEvent) {
      event.preventDefault();
      const px = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : WHEEL_LINE);
      const speed = event.ctrlKey ? 0.01 : 0.002;
      gestures.zoom(at(event), Math.exp(-Math.max(-300, Math.min(300, px)) * speed));
    },
  };

  const stop = new AbortController();
  for (const [name, handler] of Object.entries(handlers)) {
    host.addEventListener(name, handler as EventListener, { signal: stop.signal, passive: false });
  }
  return () => stop.abort();
}
