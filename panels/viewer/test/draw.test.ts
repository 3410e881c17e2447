// What reaches the canvas, recorded by a stand-in for its context.

import { beforeEach, expect, it } from "vitest";
import { paintMarks, paintScene, type Content, type View } from "../src/draw";
import { buildModel } from "../src/model";
import { object, square } from "./objects";

interface Call {
  name: string;
  args: unknown[];
  lineWidth: number;
  strokeStyle: string;
}

function recorder() {
  const calls: Call[] = [];
  const state: Record<string, unknown> = { canvas: { width: 400, height: 300 }, createPattern: () => null };
  const context = new Proxy(state, {
    get: (target, name: string) =>
      name in target
        ? target[name]
        : (...args: unknown[]) => calls.push({ name, args, lineWidth: Number(target.lineWidth), strokeStyle: String(target.strokeStyle) }),
  });
  return { calls, context: context as unknown as CanvasRenderingContext2D };
}

class FakePath {
  moveTo() {}
  lineTo() {}
  arc() {}
  closePath() {}
}

beforeEach(() => {
  Object.assign(globalThis, { Path2D: FakePath });
});

const model = buildModel([
  object("base", { rings: [square(10, 10, 20)], group: 1 }),
  object("revised", { rings: [square(12, 10, 20)], group: 1, side: 1 }),
  object("removed", { rings: [square(60, 60, 10)], status: "removed" }),
]);
const content: Content = {
  picture: { width: 100, height: 75 },
  image: null,
  visible: [model.painted.filter((item) => item.object.side === 0), model.painted.filter((item) => item.object.side === 1)],
  colour: () => "#123456",
  areas: null,
  fill: 0.3,
  pictureOpacity: 1,
  swipe: 0.5,
  skeleton: [[0, 1], [1, 2]],
};
const view = (more: Partial<View> = {}): View => ({
  kind: "base",
  camera: { x: 50, y: 37.5, zoom: 1 },
  frame: { pane: { width: 400, height: 300 }, picture: content.picture },
  density: 1,
  ...more,
});
const strokes = (calls: Call[], colour: string) => calls.filter((call) => call.name === "stroke" && call.strokeStyle === colour);

it("draws outlines of one width on screen at any zoom", () => {
  for (const zoom of [1, 2]) {
    const { calls, context } = recorder();
    paintScene(context, view({ camera: { x: 20, y: 20, zoom } }), content);
    expect(strokes(calls, "#123456")[0].lineWidth * 4 * zoom).toBeCloseTo(1.5);
  }
});

it("fills even-odd, so holes stay open", () => {
  const { calls, context } = recorder();
  paintScene(context, view(), content);
  expect(calls.filter((call) => call.name === "fill").map((call) => call.args[1])).toEqual(["evenodd", "evenodd"]);
});

it("draws each side in its own pane and leaves out what is out of sight", () => {
  const drawn = (more: Partial<View>) => {
    const { calls, context } = recorder();
    paintScene(context, view(more), content);
    return strokes(calls, "#123456").length;
  };
  expect(drawn({ kind: "base" })).toBe(2);
  expect(drawn({ kind: "revised" })).toBe(1);
  expect(drawn({ camera: { x: 65, y: 65, zoom: 8 } })).toBe(1);
});

it("uses the device's own pixels", () => {
  const { calls, context } = recorder();
  paintScene(context, view({ density: 2 }), content);
  expect(calls.filter((call) => call.name === "setTransform")[1].args.slice(0, 4)).toEqual([8, 0, 0, 8]);
});

it("lights a partner, and shows by a dashed ghost where there is none", () => {
  const marked = (id: string) => {
    const { calls, context } = recorder();
    paintMarks(context, view({ kind: "revised" }), content, { picked: [], hovered: model.byId.get(id)! });
    return { lit: strokes(calls, "#123456").length, dashed: calls.some((call) => call.name === "setLineDash" && (call.args[0] as number[]).length > 0) };
  };
  expect(marked("base")).toEqual({ lit: 1, dashed: false });
  expect(marked("removed")).toEqual({ lit: 0, dashed: true });
});

it("shows the keypoints of a person that is lit, hidden ones as rings, and none that are not labelled", () => {
  const arcs: unknown[][] = [];
  const lines: unknown[][] = [];
  class Recorded extends FakePath {
    arc(...args: unknown[]) { arcs.push(args); }
    moveTo(...args: unknown[]) { lines.push(args); }
  }
  const people = buildModel([object("person", { keypoints: [[12, 14, 2], [20, 22, 1], [0, 0, 0]] })]);
  const lit = { ...content, visible: [people.painted, []] as Content["visible"] };
  const { calls, context } = recorder();
  paintMarks(context, view(), lit, { picked: [], hovered: null });
  expect(calls.filter(({ name }) => name === "fill")).toEqual([]);
  Object.assign(globalThis, { Path2D: Recorded });
  paintMarks(context, view(), lit, { picked: people.items, hovered: null });
  expect(arcs.map(([x, y, radius]) => [x, y, (radius as number) * 4])).toEqual([[12, 14, 3.5], [20, 22, 3.5]]);
  expect(lines).toContainEqual([12, 14]);
  expect(lines).not.toContainEqual([20, 22]);
});
