// Paints one pane: the picture, the objects, and the marks above them.

import { AREA_COLOURS, CASING, GLOW } from "./colors";
import type { Item } from "./model";
import { sidesOf, type PaneKind } from "./state";
import { origin, overlap, scaleOf, shownBox, type Camera, type Frame, type Point, type Size } from "./transform";
import type { Side } from "./types";

export interface Content {
  picture: Size;
  image: CanvasImageSource | null;
  /** The objects the filters let through on each side, largest first. */
  visible: [Item[], Item[]];
  colour: (status: string) => string;
  areas: CanvasImageSource | null;
  fill: number;
  pictureOpacity: number;
  swipe: number;
}

export interface Marks {
  picked: Item[];
  hovered: Item | null;
  /** Where the pointer is, label px, for the panes it is not in. */
  cursor: Point | null;
}

export interface View {
  kind: PaneKind;
  camera: Camera;
  frame: Frame;
  /** Device px per css px. */
  density: number;
}

const FRAME = "#808890";
const OUTLINE = 1.5;
const HATCH = 7;

/** Paths and hatches made once and kept while their object or colour lives. */
export class Brush {
  private paths = new WeakMap<Item, Path2D>();
  private hatches = new Map<string, HTMLCanvasElement>();

  path(item: Item): Path2D {
    let path = this.paths.get(item);
    if (!path) {
      path = new Path2D();
      for (const ring of item.object.rings) {
        for (let i = 0; i + 1 < ring.length; i += 2) path[i ? "lineTo" : "moveTo"](ring[i], ring[i + 1]);
        path.closePath();
      }
      this.paths.set(item, path);
    }
    return path;
  }

  /** Slanted lines a constant distance apart on screen. */
  hatch(context: CanvasRenderingContext2D, colour: string, scale: number): CanvasPattern | string {
    let tile = this.hatches.get(colour);
    if (!tile) {
      tile = document.createElement("canvas");
      tile.width = tile.height = HATCH * 2;
      const pen = tile.getContext("2d")!;
      pen.strokeStyle = colour;
      pen.lineWidth = 4;
      for (const shift of [-1, 0, 1]) {
        pen.moveTo(shift * HATCH * 2, HATCH * 2);
        pen.lineTo((shift + 1) * HATCH * 2, 0);
      }
      pen.stroke();
      this.hatches.set(colour, tile);
    }
    const pattern = context.createPattern(tile, "repeat");
    pattern?.setTransform({ a: 0.5 / scale, d: 0.5 / scale });
    return pattern ?? colour;
  }
}

function begin(context: CanvasRenderingContext2D, { camera, frame, density }: View): number {
  const scale = scaleOf(camera, frame);
  const corner = origin(camera, frame);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(density * scale, 0, 0, density * scale, density * corner.x, density * corner.y);
  return scale;
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, colour: string, width: number, dash: number[]): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.stroke(path);
}

/** The picture, or where it would be. */
function paintPicture(context: CanvasRenderingContext2D, { picture, image, pictureOpacity }: Content, scale: number): void {
  if (!image) {
    context.strokeStyle = FRAME;
    context.lineWidth = 1 / scale;
    context.strokeRect(0, 0, picture.width, picture.height);
    return;
  }
  context.globalAlpha = pictureOpacity;
  context.imageSmoothingEnabled = scale < 6;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, picture.width, picture.height);
  context.globalAlpha = 1;
}

function clipToHalf(context: CanvasRenderingContext2D, view: View, swipe: number, side: Side): void {
  const scale = scaleOf(view.camera, view.frame);
  const corner = origin(view.camera, view.frame);
  const { width, height } = view.frame.pane;
  const [left, right] = side === 0 ? [0, width * swipe] : [width * swipe, width];
  context.beginPath();
  context.rect((left - corner.x) / scale, -corner.y / scale, (right - left) / scale, height / scale);
  context.clip();
}

function paintObjects(context: CanvasRenderingContext2D, view: View, content: Content, side: Side, brush: Brush): void {
  const scale = scaleOf(view.camera, view.frame);
  const shown = shownBox(view.camera, view.frame);
  const plain = view.kind !== "overlay";
  for (const item of content.visible[side]) {
    if (!overlap(item.box, shown)) continue;
    const path = brush.path(item);
    const { crowd, status } = item.object;
    const colour = plain ? content.colour(status) : AREA_COLOURS[side === 0 ? "base" : "revised"];
    if (plain && content.fill > 0) {
      context.globalAlpha = crowd ? Math.min(1, content.fill * 2) : content.fill;
      context.fillStyle = crowd ? brush.hatch(context, colour, scale) : colour;
      context.fill(path, "evenodd");
    }
    const dash = crowd ? [6 / scale, 4 / scale] : [];
    context.globalAlpha = 0.45;
    stroke(context, path, CASING, (OUTLINE + 1.5) / scale, []);
    context.globalAlpha = 1;
    stroke(context, path, colour, OUTLINE / scale, dash);
  }
}

export function paintScene(context: CanvasRenderingContext2D, view: View, content: Content, brush: Brush): void {
  const scale = begin(context, view);
  const { width, height } = content.picture;
  context.lineJoin = "bevel";
  paintPicture(context, content, scale);
  if (view.kind === "overlay" && content.areas) {
    context.globalAlpha = Math.min(1, content.fill * 2);
    context.drawImage(content.areas, 0, 0, width, height);
  }
  for (const side of sidesOf(view.kind)) {
    context.save();
    if (view.kind === "swipe") clipToHalf(context, view, content.swipe, side);
    paintObjects(context, view, content, side, brush);
    context.restore();
  }
}

function paintMark(context: CanvasRenderingContext2D, view: View, content: Content, item: Item, brush: Brush): void {
  const scale = scaleOf(view.camera, view.frame);
  const path = brush.path(item);
  const { crowd, side, status } = item.object;
  const colour = view.kind === "overlay" ? AREA_COLOURS[side === 0 ? "base" : "revised"] : content.colour(status);
  if (view.kind !== "overlay") {
    context.globalAlpha = 0.28;
    context.fillStyle = colour;
    context.fill(path, "evenodd");
  }
  context.globalAlpha = 1;
  stroke(context, path, CASING, 6 / scale, []);
  stroke(context, path, GLOW, 4.5 / scale, []);
  stroke(context, path, colour, 2 / scale, crowd ? [6 / scale, 4 / scale] : []);
}

/** Where an object would be on the side that has nothing of it. */
function paintGhost(context: CanvasRenderingContext2D, scale: number, path: Path2D): void {
  stroke(context, path, CASING, 3 / scale, []);
  stroke(context, path, GLOW, 1.5 / scale, [5 / scale, 5 / scale]);
}

function paintCursor(context: CanvasRenderingContext2D, scale: number, { x, y }: Point): void {
  const cross = new Path2D();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    cross.moveTo(x + (dx * 4) / scale, y + (dy * 4) / scale);
    cross.lineTo(x + (dx * 11) / scale, y + (dy * 11) / scale);
  }
  stroke(context, cross, CASING, 4 / scale, []);
  stroke(context, cross, GLOW, 2 / scale, []);
}

export function paintMarks(context: CanvasRenderingContext2D, view: View, content: Content, marks: Marks, brush: Brush): void {
  const scale = begin(context, view);
  const sides = sidesOf(view.kind);
  context.lineJoin = "round";
  const lit = new Set([...marks.picked, ...(marks.hovered?.linked ?? [])]);
  for (const item of lit) {
    if (item.linked.some(({ object }) => sides.includes(object.side))) continue;
    paintGhost(context, scale, brush.path(item));
  }
  for (const side of sides) {
    context.save();
    if (view.kind === "swipe") clipToHalf(context, view, content.swipe, side);
    for (const item of lit) if (item.object.side === side) paintMark(context, view, content, item, brush);
    context.restore();
  }
  if (marks.cursor) paintCursor(context, scale, marks.cursor);
}
