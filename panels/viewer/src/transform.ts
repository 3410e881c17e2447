// Pan and zoom: where the picture lies in a pane, and how the camera moves.

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** `x`, `y`: the picture's point in the middle of the pane; `zoom` 1 fits the picture in. */
export interface Camera {
  x: number;
  y: number;
  zoom: number;
}

/** A pane in css px over a picture in label px. */
export interface Frame {
  pane: Size;
  picture: Size;
}

const MIN_ZOOM = 0.5;
/** Greatest magnification, css px per label px. */
const MAX_SCALE = 48;
/** Greatest magnification chosen by itself, when an object is picked. */
const MAX_FRAMED_SCALE = 12;
/** What is shown around a picked object on each side at least, label px. */
const CONTEXT_PX = 48;

const limit = (value: number, low: number, high: number) => Math.min(Math.max(value, low), Math.max(low, high));

export function home(picture: Size): Camera {
  return { x: picture.width / 2, y: picture.height / 2, zoom: 1 };
}

export function fitScale({ pane, picture }: Frame): number {
  return Math.min(pane.width / picture.width, pane.height / picture.height) || 1;
}

/** css px per label px. */
export function scaleOf(camera: Camera, frame: Frame): number {
  return camera.zoom * fitScale(frame);
}

/** Where the picture's corner comes to lie in the pane, css px. */
export function origin(camera: Camera, frame: Frame): Point {
  const scale = scaleOf(camera, frame);
  return { x: frame.pane.width / 2 - camera.x * scale, y: frame.pane.height / 2 - camera.y * scale };
}

export function toPicture(camera: Camera, frame: Frame, point: Point): Point {
  const scale = scaleOf(camera, frame);
  const corner = origin(camera, frame);
  return { x: (point.x - corner.x) / scale, y: (point.y - corner.y) / scale };
}

/** Where a box of the picture comes to lie in the pane, css px. */
export function toPane(camera: Camera, frame: Frame, { left, top, right, bottom }: Box): Box {
  const scale = scaleOf(camera, frame);
  const { x, y } = origin(camera, frame);
  return { left: x + left * scale, top: y + top * scale, right: x + right * scale, bottom: y + bottom * scale };
}

export function clamp(camera: Camera, frame: Frame): Camera {
  return {
    x: limit(camera.x, 0, frame.picture.width),
    y: limit(camera.y, 0, frame.picture.height),
    zoom: limit(camera.zoom, MIN_ZOOM, MAX_SCALE / fitScale(frame)),
  };
}

/** The picture follows a drag of `dx`, `dy` css px. */
export function pan(camera: Camera, frame: Frame, dx: number, dy: number): Camera {
  const scale = scaleOf(camera, frame);
  return clamp({ ...camera, x: camera.x - dx / scale, y: camera.y - dy / scale }, frame);
}

/** Zooms so that what lies under `point` (css px in the pane) stays there. */
export function zoomAt(camera: Camera, frame: Frame, point: Point, factor: number): Camera {
  const { zoom } = clamp({ ...camera, zoom: camera.zoom * factor }, frame);
  const held = toPicture(camera, frame, point);
  const ratio = camera.zoom / zoom;
  return clamp({ x: held.x + (camera.x - held.x) * ratio, y: held.y + (camera.y - held.y) * ratio, zoom }, frame);
}

/** The camera that shows `box` in twice its size, and no less than what tells where it is. */
export function zoomTo(box: Box, frame: Frame): Camera {
  const framed = (size: number) => Math.max(2 * size, size + 2 * CONTEXT_PX);
  const width = framed(box.right - box.left);
  const height = framed(box.bottom - box.top);
  const scale = Math.min(frame.pane.width / width, frame.pane.height / height, MAX_FRAMED_SCALE);
  const zoom = Math.max(scale / fitScale(frame), 1);
  return clamp({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, zoom }, frame);
}

export function unite(boxes: Box[]): Box {
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

/** The part of the picture a pane shows, label px. */
export function shownBox(camera: Camera, frame: Frame): Box {
  const start = toPicture(camera, frame, { x: 0, y: 0 });
  const end = toPicture(camera, frame, { x: frame.pane.width, y: frame.pane.height });
  return { left: start.x, top: start.y, right: end.x, bottom: end.y };
}

export function overlap(a: Box, b: Box): boolean {
  return a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top;
}
