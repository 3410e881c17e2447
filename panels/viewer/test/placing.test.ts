// The card of an object lies beside it, wherever that is.

import { describe, expect, it } from "vitest";
import { placeCard } from "../src/placing";
import { overlap, type Box } from "../src/transform";

const card = { width: 200, height: 100 };

function placed(pane: { width: number; height: number }, object: Box): Box {
  const pointer = { x: (object.left + object.right) / 2, y: (object.top + object.bottom) / 2 };
  const { x, y } = placeCard(card, pane, object, pointer);
  return { left: x, top: y, right: x + card.width, bottom: y + card.height };
}

describe("a card", () => {
  it.each([
    ["in a corner", { left: 0, top: 0, right: 50, bottom: 50 }],
    ["at the right edge", { left: 350, top: 100, right: 400, bottom: 200 }],
    ["all across", { left: 0, top: 0, right: 400, bottom: 100 }],
    ["across the lower half", { left: 10, top: 150, right: 390, bottom: 300 }],
  ])("is in the pane and not on an object %s", (_, object) => {
    const box = placed({ width: 400, height: 300 }, object);
    expect(overlap(box, object)).toBe(false);
    expect(Math.min(box.left, box.top)).toBeGreaterThanOrEqual(0);
    expect([box.right <= 400, box.bottom <= 300]).toEqual([true, true]);
  });

  it("is under a narrow pane that the object fills", () => {
    const object = { left: 20, top: 20, right: 360, bottom: 280 };
    expect(placed({ width: 380, height: 300 }, object).top).toBeGreaterThan(300);
  });

  it("is beside the pointer in a wide pane that the object fills", () => {
    const box = placed({ width: 900, height: 500 }, { left: 10, top: 10, right: 890, bottom: 490 });
    expect(box).toEqual({ left: 466, top: 266, right: 666, bottom: 366 });
  });
});
