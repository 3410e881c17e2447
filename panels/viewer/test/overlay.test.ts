// The overlay's areas are those of the masks: holes, unions and clipping included.

import { describe, expect, it } from "vitest";
import { BASE, BOTH, overlay, REVISED, tint } from "../src/overlay";
import { square } from "./objects";

const picture = { width: 1600, height: 100 };
const at = (areas: ReturnType<typeof overlay>, x: number, y: number) => areas.cells[y * areas.width + x];

describe("areas", () => {
  it("tells only base, only revised and both apart", () => {
    const areas = overlay([[square(0, 0, 10)]], [[square(5, 0, 10)]], picture);
    expect([at(areas, 2, 2), at(areas, 7, 2), at(areas, 12, 2), at(areas, 20, 2)]).toEqual([BASE, BOTH, REVISED, 0]);
    expect(areas.area).toEqual({ base: 50, revised: 50, both: 50 });
  });

  it("counts overlapping objects of one side once", () => {
    expect(overlay([[square(0, 0, 10)], [square(5, 0, 10)]], [], picture).area.base).toBe(150);
  });

  it("leaves holes out", () => {
    expect(overlay([[square(0, 0, 30), square(10, 10, 10)]], [], picture).area.base).toBe(800);
  });

  it("keeps to the picture", () => {
    expect(overlay([[square(-5, -5, 10)], [square(1595, 95, 10)]], [], picture).area.base).toBe(50);
  });

  it("measures in label px whatever the detail of the raster", () => {
    const small = overlay([[square(10, 10, 20)]], [], { width: 64, height: 48 });
    expect([small.width, small.height]).toEqual([256, 192]);
    expect(small.area.base).toBe(400);
    expect(overlay([[square(100, 100, 200)]], [], { width: 6400, height: 4800 }).area.base).toBe(40000);
  });

  it("are nothing without objects", () => {
    expect(overlay([], [], picture).area).toEqual({ base: 0, revised: 0, both: 0 });
  });
});

it("is coloured where there is area and clear elsewhere", () => {
  const areas = overlay([[square(0, 0, 1)]], [[square(1, 0, 1)]], picture);
  const bytes = tint(areas, { base: [1, 2, 3], revised: [4, 5, 6], both: [7, 8, 9] });
  expect([...bytes.slice(0, 12)]).toEqual([1, 2, 3, 255, 4, 5, 6, 255, 0, 0, 0, 0]);
});
