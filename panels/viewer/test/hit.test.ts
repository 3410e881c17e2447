// What the pointer means: the smallest object it is in, holes and thin things included.

import { describe, expect, it } from "vitest";
import { below, distance, hits, inside } from "../src/hit";
import { buildModel } from "../src/model";
import { object, square } from "./objects";

const ids = (items: { object: { id: string } }[]) => items.map((item) => item.object.id);

describe("a point in rings", () => {
  const ringed = [square(0, 0, 30), square(10, 10, 10)];

  it("is inside between the outer ring and the hole", () => {
    expect(inside(ringed, { x: 5, y: 5 })).toBe(true);
    expect(inside(ringed, { x: 15, y: 15 })).toBe(false);
    expect(inside(ringed, { x: 35, y: 5 })).toBe(false);
  });

  it("is inside an island in a hole, and in a second part", () => {
    expect(inside([...ringed, square(13, 13, 4)], { x: 15, y: 15 })).toBe(true);
    expect(inside([...ringed, square(50, 0, 5)], { x: 52, y: 2 })).toBe(true);
  });

  it("is in nothing where there are no rings", () => {
    expect(inside([], { x: 1, y: 1 })).toBe(false);
    expect(distance([], { x: 1, y: 1 })).toBe(Infinity);
  });
});

describe("a hit", () => {
  const { painted } = buildModel([
    object("small", { rings: [square(20, 20, 10)] }),
    object("large", { rings: [square(0, 0, 100)] }),
    object("middle", { rings: [square(10, 10, 40)] }),
    object("sliver", { rings: [[200, 0, 200.5, 0, 200.5, 80, 200, 80]], area: 40 }),
  ]);

  it("finds the smallest first", () => {
    expect(ids(hits(painted, { x: 25, y: 25 }, 2))).toEqual(["small", "middle", "large"]);
  });

  it("finds what is too thin to point at, within reach", () => {
    expect(ids(hits(painted, { x: 203, y: 40 }, 4))).toEqual(["sliver"]);
    expect(hits(painted, { x: 203, y: 40 }, 1)).toEqual([]);
  });

  it("prefers what it is in to what it is near", () => {
    expect(ids(hits(painted, { x: 18.5, y: 25 }, 4))).toEqual(["middle", "large", "small"]);
  });

  it("goes to the one below at the next click, and around", () => {
    const stack = ids(hits(painted, { x: 25, y: 25 }, 2));
    expect(below(stack, undefined)).toBe("small");
    expect(below(stack, "small")).toBe("middle");
    expect(below(stack, "large")).toBe("small");
    expect(below(stack, "elsewhere")).toBe("small");
    expect(below([], undefined)).toBeUndefined();
  });
});
