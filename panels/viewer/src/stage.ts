// The panes of one viewer and the camera they share: draws when something changed, once a frame.

import { Brush, paintMarks, paintScene, type Content, type Marks } from "./draw";
import { listen, SLOP } from "./gestures";
import { hits } from "./hit";
import type { Item } from "./model";
import { sidesOf, type PaneKind } from "./state";
import * as move from "./transform";
import type { Box, Camera, Frame, Point } from "./transform";

interface Pane {
  kind: PaneKind;
  host: HTMLElement;
  scene: CanvasRenderingContext2D;
  marks: CanvasRenderingContext2D;
  frame: Frame;
}

export interface Pointed {
  kind: PaneKind;
  point: Point;
  /** Objects under the pointer, the one meant first. */
  stack: Item[];
}

export interface Listener {
  hover(pointed: Pointed | null): void;
  /** `again`: at the place of the tap before, with the view only moved by that. */
  tap(pointed: Pointed, again: boolean): void;
}

const REACH = 4;
const STEP_PX = 60;
const TRAVEL_MS = 180;

export class Stage {
  root: HTMLElement | null = null;
  listener: Listener | null = null;
  /** The card, kept beside the pointer and in its pane. */
  card: HTMLElement | null = null;
  private panes: Pane[] = [];
  private camera: Camera = { x: 0, y: 0, zoom: 1 };
  private travel: { from: Camera; to: Camera; start: number } | null = null;
  private content: Content | null = null;
  private marks: Omit<Marks, "cursor"> = { picked: [], hovered: null };
  private pointer: { kind: PaneKind; point: Point } | null = null;
  private tapped: Pointed | null = null;
  private brush = new Brush();
  private request = 0;
  private stale = { scene: true, marks: true };

  /** Takes in a pane; it is measured at once and whenever it is resized. */
  attach(kind: PaneKind, host: HTMLElement, scene: HTMLCanvasElement, marks: HTMLCanvasElement): () => void {
    const pane: Pane = {
      kind,
      host,
      scene: scene.getContext("2d")!,
      marks: marks.getContext("2d")!,
      frame: { pane: { width: 1, height: 1 }, picture: this.content?.picture ?? { width: 1, height: 1 } },
    };
    this.panes.push(pane);
    const measure = () => {
      pane.frame = { ...pane.frame, pane: { width: host.clientWidth || 1, height: host.clientHeight || 1 } };
      this.stale.scene = true;
      this.draw();
    };
    const observer = new ResizeObserver(measure);
    observer.observe(host);
    measure();
    const deafen = listen(marks, {
      drag: (dx, dy) => this.look(move.pan(this.camera, pane.frame, dx, dy)),
      zoom: (point, factor) => this.look(move.zoomAt(this.camera, pane.frame, point, factor)),
      tap: (point) => this.tap(pane, point),
      hover: (point) => this.hover(pane, point),
      reset: () => this.home(true),
    });
    return () => {
      observer.disconnect();
      deafen();
      this.panes = this.panes.filter((other) => other !== pane);
      if (this.pointer?.kind === kind) this.hover(pane, null);
    };
  }

  show(content: Content): void {
    this.content = content;
    for (const pane of this.panes) pane.frame = { ...pane.frame, picture: content.picture };
    this.invalidate("scene");
  }

  mark(marks: Omit<Marks, "cursor">): void {
    this.marks = marks;
    this.invalidate("marks");
  }

  home(smooth: boolean): void {
    if (this.content) this.look(move.home(this.content.picture), smooth);
  }

  /** Stays where it is for a box of nothing. */
  zoomTo(box: Box): void {
    if (this.panes.length && box.left <= box.right) this.look(move.zoomTo(box, this.panes[0].frame), true);
  }

  zoomBy(factor: number): void {
    if (!this.panes.length) return;
    const { frame } = this.panes[0];
    this.look(move.zoomAt(this.camera, frame, { x: frame.pane.width / 2, y: frame.pane.height / 2 }, factor));
  }

  /** Looks a step further to the right and down. */
  shift(right: number, down: number): void {
    if (this.panes.length) this.look(move.pan(this.camera, this.panes[0].frame, -right * STEP_PX, -down * STEP_PX));
  }

  stop(): void {
    cancelAnimationFrame(this.request);
  }

  private look(camera: Camera, smooth = false): void {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (smooth && !still) this.travel = { from: this.camera, to: camera, start: performance.now() };
    else [this.camera, this.travel] = [camera, null];
    if (!smooth) this.tapped = null;
    this.invalidate("scene");
  }

  private pointed({ kind, frame }: Pane, point: Point): Pointed {
    if (!this.content) return { kind, point, stack: [] };
    const { visible, swipe } = this.content;
    const half = point.x < frame.pane.width * swipe ? 0 : 1;
    const sides = kind === "swipe" ? ([half] as const) : sidesOf(kind);
    const place = move.toPicture(this.camera, frame, point);
    const reach = REACH / move.scaleOf(this.camera, frame);
    const stack = sides.flatMap((side) => hits(visible[side], place, reach));
    if (sides.length > 1) stack.sort((a, b) => a.object.area - b.object.area);
    return { kind, point, stack };
  }

  private tap(pane: Pane, point: Point): void {
    const last = this.tapped;
    const again = last?.kind === pane.kind && Math.hypot(last.point.x - point.x, last.point.y - point.y) <= SLOP;
    const pointed = again && last ? last : this.pointed(pane, point);
    this.listener?.tap(pointed, again);
    this.tapped = pointed;
  }

  private hover(pane: Pane, point: Point | null): void {
    this.pointer = point && { kind: pane.kind, point };
    this.listener?.hover(point && this.pointed(pane, point));
    this.invalidate("marks");
  }

  private invalidate(layer: "scene" | "marks"): void {
    this.stale[layer] = true;
    this.request ||= requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    cancelAnimationFrame(this.request);
    this.request = 0;
    const { content } = this;
    if (!content) return;
    const start = performance.now();
    this.advance(start);
    for (const pane of this.panes) this.paint(pane, content);
    this.stale = { scene: false, marks: false };
    this.placeCard();
    this.report(content, performance.now() - start);
    if (this.travel) this.invalidate("scene");
  }

  private advance(now: number): void {
    if (!this.travel) return;
    const { from, to, start } = this.travel;
    const part = Math.min(1, Math.max(0, (now - start) / TRAVEL_MS));
    this.camera = part < 1 ? move.travel(from, to, part) : to;
    if (part === 1) this.travel = null;
  }

  private paint(pane: Pane, content: Content): void {
    const density = window.devicePixelRatio || 1;
    const { width, height } = pane.frame.pane;
    for (const { canvas } of [pane.scene, pane.marks]) {
      const [across, down] = [Math.round(width * density), Math.round(height * density)];
      if (canvas.width === across && canvas.height === down) continue;
      [canvas.width, canvas.height] = [across, down];
      this.stale.scene = true;
    }
    const view = { kind: pane.kind, camera: this.camera, frame: pane.frame, density };
    if (this.stale.scene) paintScene(pane.scene, view, content, this.brush);
    paintMarks(pane.marks, view, content, { ...this.marks, cursor: this.cursorFor(pane) }, this.brush);
  }

  private cursorFor(pane: Pane): Point | null {
    const source = this.panes.find(({ kind }) => kind === this.pointer?.kind);
    return source && this.pointer && source !== pane ? move.toPicture(this.camera, source.frame, this.pointer.point) : null;
  }

  private placeCard(): void {
    const { card, pointer } = this;
    const pane = this.panes.find(({ kind }) => kind === pointer?.kind);
    if (!card || !pointer || !pane) return;
    const { width, height } = pane.frame.pane;
    const { x, y } = pointer.point;
    const gap = 16;
    const left = x + gap + card.offsetWidth <= width ? x + gap : x - gap - card.offsetWidth;
    const top = y + gap + card.offsetHeight <= height || y < height / 2 ? y + gap : y - gap - card.offsetHeight;
    const keep = (value: number, room: number) => Math.max(4, Math.min(value, room - 4));
    card.style.left = `${keep(left, width - card.offsetWidth)}px`;
    card.style.top = `${keep(top, height - card.offsetHeight)}px`;
  }

  /** What is on screen, as attributes, for whoever tests or measures. */
  private report(content: Content, ms: number): void {
    const shown = this.panes.flatMap(({ kind }) => sidesOf(kind));
    const count = (side: 0 | 1) => String(shown.includes(side) ? content.visible[side].length : 0);
    const { root, marks } = this;
    if (!root) return;
    Object.assign(root.dataset, {
      outlinesBase: count(0),
      outlinesRevised: count(1),
      hover: marks.hovered?.object.id ?? "",
      marked: marks.picked.map(({ object }) => object.id).join(" "),
      moving: String(this.travel !== null),
      frame: String(Number(root.dataset.frame ?? 0) + 1),
      frameMs: ms.toFixed(2),
    });
    for (const { host, frame } of this.panes) {
      const { x, y } = this.camera;
      Object.assign(host.dataset, { scale: move.scaleOf(this.camera, frame).toFixed(4), x: x.toFixed(2), y: y.toFixed(2) });
    }
  }
}
