// The camera: what stays where when one pans, zooms and resizes.

import { describe, expect, it } from "vitest";
import { clamp, fitScale, home, origin, pan, scaleOf, shownBox, toPicture, unite, toPane, zoomAt, zoomTo, type Frame } from "../src/transform";

const frame: Frame = { pane: { width: 320, height: 320 }, picture: { width: 640, height: 480 } };

describe("the camera at home", () => {
  it("shows the whole picture, in the middle", () => {
    expect(fitScale(frame)).toBe(0.5);
    expect(origin(home(frame.picture), frame)).toEqual({ x: 0, y: 40 });
    expect(toPicture(home(frame.picture), frame, { x: 320, y: 280 })).toEqual({ x: 640, y: 480 });
  });

  it("says where a box of the picture lies in the pane", () => {
    const box = { left: 0, top: 0, right: 640, bottom: 480 };
    expect(toPane(home(frame.picture), frame, box)).toEqual({ left: 0, top: 40, right: 320, bottom: 280 });
  });

  it("shows the whole picture in a resized pane too", () => {
    const wide = { ...frame, pane: { width: 1280, height: 960 } };
    expect(scaleOf(home(frame.picture), wide)).toBe(2);
  });

  it("has a scale of its own in a pane without size", () => {
    expect(fitScale({ ...frame, pane: { width: 0, height: 0 } })).toBe(1);
  });
});

describe("moving", () => {
  const camera = { x: 200, y: 100, zoom: 3 };

  it("looks at the camera's place in the middle of the pane", () => {
    expect(toPicture(camera, frame, { x: 160, y: 160 })).toEqual({ x: 200, y: 100 });
  });

  it("pans with the hand: what was grabbed stays under the pointer", () => {
    const grabbed = toPicture(camera, frame, { x: 50, y: 60 });
    const after = toPicture(pan(camera, frame, 20, -10), frame, { x: 70, y: 50 });
    expect(after.x).toBeCloseTo(grabbed.x);
    expect(after.y).toBeCloseTo(grabbed.y);
  });

  it("zooms towards the pointer, which keeps its place", () => {
    const point = { x: 280, y: 90 };
    const held = toPicture(camera, frame, point);
    const closer = zoomAt(camera, frame, point, 1.7);
    expect(closer.zoom).toBeCloseTo(5.1);
    expect(toPicture(closer, frame, point).x).toBeCloseTo(held.x);
    expect(toPicture(closer, frame, point).y).toBeCloseTo(held.y);
  });

  it("never loses the picture nor zooms without end", () => {
    expect(clamp({ x: -5000, y: 9000, zoom: 1e6 }, frame)).toEqual({ x: 0, y: 480, zoom: 96 });
    expect(zoomAt(camera, frame, { x: 0, y: 0 }, 1e-6).zoom).toBe(0.5);
  });

  it("does not drift when it is at its limit", () => {
    const limit = clamp({ ...camera, zoom: 1e6 }, frame);
    const pushed = zoomAt(limit, frame, { x: 10, y: 10 }, 2);
    expect(pushed.x).toBeCloseTo(limit.x);
    expect(pushed.y).toBeCloseTo(limit.y);
  });
});

describe("zooming to a box", () => {
  it("shows all of it, with room around", () => {
    const box = { left: 100, top: 200, right: 180, bottom: 230 };
    const shown = shownBox(zoomTo(box, frame), frame);
    expect(shown.left).toBeLessThan(100);
    expect(shown.right).toBeGreaterThan(180);
    expect(shown.right - shown.left).toBeCloseTo(176);
  });

  it("keeps some surroundings of an object of a few pixels", () => {
    const shown = shownBox(zoomTo({ left: 310, top: 230, right: 320, bottom: 241 }, frame), frame);
    expect(shown.right - shown.left).toBeCloseTo(107);
    expect(shown.left).toBeLessThan(310 - 48);
  });

  it("takes in several boxes", () => {
    const a = { left: 1, top: 2, right: 3, bottom: 4 };
    expect(unite([a, { left: 0, top: 3, right: 2, bottom: 9 }])).toEqual({ left: 0, top: 2, right: 3, bottom: 9 });
  });
});
