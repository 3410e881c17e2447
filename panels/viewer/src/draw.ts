// Paints one pane: the picture, the objects, and the marks above them.

import { AREA_COLOURS, CASING, GLOW } from "./colors";
import type { Item } from "./model";
import { sidesOf, type PaneKind } from "./state";
import { origin, overlap, scaleOf, shownBox, type Camera, type Frame, type Size } from "./transform";
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
  /** Pairs of keypoints that are joined. */
  skeleton: number[][];
}

export interface Marks {
  picked: Item[];
  hovered: Item | null;
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
const DASH = [6, 4];
/** The radius of a keypoint in css px. */
const KEYPOINT = 3.5;
const VISIBLE = 2;

/** Paths are made once and kept while their object lives. */
const paths = new WeakMap<Item, Path2D>();

function pathOf(item: Item): Path2D {
  let path = paths.get(item);
  if (!path) {
    path = new Path2D();
    for (const ring of item.object.rings) {
      for (let i = 0; i + 1 < ring.length; i += 2) path[i ? "lineTo" : "moveTo"](ring[i], ring[i + 1]);
      path.closePath();
    }
    paths.set(item, path);
  }
  return path;
}

/** Clears the canvas and gives its scale, css px per label px, which it then draws in. */
function begin(context: CanvasRenderingContext2D, { camera, frame, density }: View): number {
  const scale = scaleOf(camera, frame);
  const corner = origin(camera, frame);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(density * scale, 0, 0, density * scale, density * corner.x, density * corner.y);
  return scale;
}

/** `width` and `dash` are css px. */
function stroke(context: CanvasRenderingContext2D, path: Path2D, scale: number, colour: string, width: number, dash: number[] = []): void {
  context.strokeStyle = colour;
  context.lineWidth = width / scale;
  context.setLineDash(dash.map((length) => length / scale));
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

/** Paints each side of a pane, in the swipe within its half. */
function eachSide(context: CanvasRenderingContext2D, view: View, swipe: number, paint: (side: Side) => void): void {
  for (const side of sidesOf(view.kind)) {
    context.save();
    if (view.kind === "swipe") clipToHalf(context, view, swipe, side);
    paint(side);
    context.restore();
  }
}

/** In the overlay and in the result objects have the colour of their side, elsewhere that of their status. */
const inkOf = ({ object: { side, status } }: Item, kind: PaneKind, colour: Content["colour"]) =>
  kind === "overlay" || kind === "result" ? AREA_COLOURS[side === 0 ? "base" : "revised"] : colour(status);

function paintObject(context: CanvasRenderingContext2D, item: Item, view: View, { colour, fill }: Content, scale: number): void {
  const path = pathOf(item);
  const ink = inkOf(item, view.kind, colour);
  if (view.kind !== "overlay" && fill > 0) {
    context.globalAlpha = fill;
    context.fillStyle = ink;
    context.fill(path, "evenodd");
  }
  context.globalAlpha = 0.45;
  stroke(context, path, scale, CASING, OUTLINE + 1.5);
  context.globalAlpha = 1;
  stroke(context, path, scale, ink, OUTLINE, item.object.crowd ? DASH : []);
}

export function paintScene(context: CanvasRenderingContext2D, view: View, content: Content): void {
  const scale = begin(context, view);
  const shown = shownBox(view.camera, view.frame);
  context.lineJoin = "bevel";
  paintPicture(context, content, scale);
  if (view.kind === "overlay" && content.areas) {
    context.globalAlpha = Math.min(1, content.fill * 2);
    context.drawImage(content.areas, 0, 0, content.picture.width, content.picture.height);
  }
  eachSide(context, view, content.swipe, (side) => {
    for (const item of content.visible[side]) if (overlap(item.box, shown)) paintObject(context, item, view, content, scale);
  });
}

function paintMark(context: CanvasRenderingContext2D, item: Item, view: View, content: Content, scale: number): void {
  const path = pathOf(item);
  const ink = inkOf(item, view.kind, content.colour);
  if (view.kind !== "overlay") {
    context.globalAlpha = 0.28;
    context.fillStyle = ink;
    context.fill(path, "evenodd");
    context.globalAlpha = 1;
  }
  stroke(context, path, scale, CASING, 6);
  stroke(context, path, scale, GLOW, 4.5);
  stroke(context, path, scale, ink, 2, item.object.crowd ? DASH : []);
}

/** A person's keypoints: a disc where one is visible, a ring where it is hidden. */
function paintKeypoints(context: CanvasRenderingContext2D, { object: { keypoints } }: Item, skeleton: number[][], scale: number): void {
  if (!keypoints.length) return;
  const lines = new Path2D();
  for (const ends of skeleton) {
    const [from, to] = ends.map((end) => keypoints[end]);
    if (!from?.[2] || !to?.[2]) continue;
    lines.moveTo(from[0], from[1]);
    lines.lineTo(to[0], to[1]);
  }
  stroke(context, lines, scale, CASING, 3);
  stroke(context, lines, scale, GLOW, 1.5);
  for (const [x, y, v] of keypoints) {
    if (!v) continue;
    const point = new Path2D();
    point.arc(x, y, KEYPOINT / scale, 0, 2 * Math.PI);
    context.fillStyle = v === VISIBLE ? GLOW : CASING;
    context.fill(point);
    stroke(context, point, scale, v === VISIBLE ? CASING : GLOW, 1.5);
  }
}

export function paintMarks(context: CanvasRenderingContext2D, view: View, content: Content, marks: Marks): void {
  const scale = begin(context, view);
  const sides = sidesOf(view.kind);
  context.lineJoin = "round";
  const isDrawn = (item: Item) => view.kind !== "result" || content.visible[item.object.side].includes(item);
  const lit = new Set([...marks.picked, ...(marks.hovered?.linked ?? [])].filter(isDrawn));
  for (const item of lit) {
    if (item.linked.some(({ object }) => sides.includes(object.side))) continue;
    // where it would be on the side that has nothing of it
    stroke(context, pathOf(item), scale, CASING, 3);
    stroke(context, pathOf(item), scale, GLOW, 1.5, [5, 5]);
  }
  eachSide(context, view, content.swipe, (side) => {
    const own = [...lit].filter((item) => item.object.side === side);
    for (const item of own) paintMark(context, item, view, content, scale);
    for (const item of own) paintKeypoints(context, item, content.skeleton, scale);
  });
}
