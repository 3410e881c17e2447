// The panes of one viewer and the camera they share: draws when something changed, once a frame.

import { paintMarks, paintScene, type Content, type Marks } from "./draw";
import { listen, SLOP } from "./gestures";
import { hits } from "./hit";
import { placeCard } from "./placing";
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
  /** The ids of the objects under the pointer, the one meant first. */
  stack: string[];
}

export interface Listener {
  hover(pointed: Pointed | null): void;
  /** `again`: at the place of the tap before, with the view only moved by that. */
  tap(pointed: Pointed, again: boolean): void;
}

const REACH = 4;
const STEP_PX = 60;

export class Stage {
  root: HTMLElement | null = null;
  /** What is focused for the keys: the element around the panes. */
  keyboard: HTMLElement | null = null;
  listener: Listener | null = null;
  /** The card, kept beside the object that is hovered. */
  card: HTMLElement | null = null;
  private panes: Pane[] = [];
  private camera: Camera = { x: 0, y: 0, zoom: 1 };
  private content: Content | null = null;
  private marks: Marks = { picked: [], hovered: null };
  private pointer: { kind: PaneKind; point: Point } | null = null;
  private tapped: Pointed | null = null;
  private request = 0;
  private frames = 0;
  private isSceneStale = true;

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
      this.isSceneStale = true;
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
      reset: () => this.home(),
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
    this.isSceneStale = true;
    this.schedule();
  }

  mark(marks: Marks): void {
    this.marks = marks;
    this.schedule();
  }

  home(): void {
    if (this.content) this.look(move.home(this.content.picture));
  }

  /** Stays where it is for a box of nothing. */
  zoomTo(box: Box): void {
    if (this.panes.length && box.left <= box.right) this.look(move.zoomTo(box, this.panes[0].frame));
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

  private look(camera: Camera): void {
    this.camera = camera;
    this.tapped = null;
    this.isSceneStale = true;
    this.schedule();
  }

  private pointed({ kind, frame }: Pane, point: Point): Pointed {
    if (!this.content) return { kind, point, stack: [] };
    const { visible, swipe } = this.content;
    const half = point.x < frame.pane.width * swipe ? 0 : 1;
    const sides = kind === "swipe" ? ([half] as const) : sidesOf(kind);
    const place = move.toPicture(this.camera, frame, point);
    const reach = REACH / move.scaleOf(this.camera, frame);
    const stack = sides.flatMap((side) => hits(visible[side], place, reach));
    if (sides.length > 1) stack.sort((a, b) => (a.object.area ?? 0) - (b.object.area ?? 0));
    return { kind, point, stack: stack.map(({ object }) => object.id) };
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
    this.schedule();
  }

  private schedule(): void {
    this.request ||= requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    cancelAnimationFrame(this.request);
    this.request = 0;
    const { content } = this;
    if (!content) return;
    const start = performance.now();
    for (const pane of this.panes) this.paint(pane, content);
    this.isSceneStale = false;
    this.placeCard();
    this.report(performance.now() - start);
  }

  private paint(pane: Pane, content: Content): void {
    const density = window.devicePixelRatio || 1;
    const { width, height } = pane.frame.pane;
    for (const { canvas } of [pane.scene, pane.marks]) {
      const [across, down] = [Math.round(width * density), Math.round(height * density)];
      if (canvas.width === across && canvas.height === down) continue;
      [canvas.width, canvas.height] = [across, down];
      this.isSceneStale = true;
    }
    const view = { kind: pane.kind, camera: this.camera, frame: pane.frame, density };
    if (this.isSceneStale) paintScene(pane.scene, view, content);
    paintMarks(pane.marks, view, content, this.marks);
  }

  private placeCard(): void {
    const { card, pointer } = this;
    const pane = this.panes.find(({ kind }) => kind === pointer?.kind);
    const object = this.marks.hovered;
    if (!card || !pointer || !pane || !object) return;
    const size = { width: card.offsetWidth, height: card.offsetHeight };
    const { x, y } = placeCard(size, pane.frame.pane, move.toPane(this.camera, pane.frame, object.box), pointer.point);
    Object.assign(card.style, { left: `${x}px`, top: `${y}px` });
  }

  /** What is looked at and how long drawing took, for whoever tests or measures. */
  private report(ms: number): void {
    if (this.root) Object.assign(this.root.dataset, { frame: String(++this.frames), frameMs: ms.toFixed(2) });
    for (const { host, frame } of this.panes) {
      const { x, y } = this.camera;
      Object.assign(host.dataset, { scale: move.scaleOf(this.camera, frame).toFixed(4), x: x.toFixed(2), y: y.toFixed(2) });
    }
  }
}
