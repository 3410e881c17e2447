// Filters and modes: what is let through, what is counted.

import { describe, expect, it } from "vitest";
import { buildModel } from "../src/model";
import { classCounts, INITIAL, isKept, panesOf, passes, rangeOf, statusCounts, toggled, toggledOverlay, type Settings } from "../src/state";
import type { Take } from "../src/types";
import { object } from "./objects";

const model = buildModel([
  object("cup", { label: "cup", status: "relabeled", iou: 0.8, group: 1 }),
  object("bowl", { label: "bowl", status: "relabeled", iou: 0.8, group: 1, side: 1 }),
  object("new", { label: "cup", status: "added", side: 1 }),
]);
const settings = INITIAL;
const passing = (patch: Partial<Settings>) => model.items.filter((item) => passes(item, { ...settings, ...patch })).map((item) => item.object.id);

describe("filters", () => {
  it("let everything through unless set", () => {
    expect(passing({})).toEqual(["cup", "bowl", "new"]);
  });

  it("hide a status", () => {
    expect(passing({ hidden: new Set(["added"]) })).toEqual(["cup", "bowl"]);
  });

  it("show a relabeled object under either of its classes, with its partner", () => {
    expect(passing({ classes: new Set(["bowl"]) })).toEqual(["cup", "bowl"]);
  });

  it("take an IoU range to ask for an IoU", () => {
    expect(passing({ iou: [0.5, 0.8] })).toEqual(["cup", "bowl"]);
    expect(passing({ iou: [0.81, 1] })).toEqual([]);
  });
});

it("takes an evidence range to ask for evidence", () => {
  const [weighed, other] = buildModel([object("a", { evidence: -0.4 }), object("b")]).items;
  expect(passes(weighed, { ...settings, evidence: [-1, 0] })).toBe(true);
  expect(passes(weighed, { ...settings, evidence: [0, 1] })).toBe(false);
  expect(passes(other, { ...settings, evidence: [-1, 0] })).toBe(false);
});

it("keeps in the result what is decided for, and nothing that is open", () => {
  const [base, , revised] = model.items;
  const kept = (take: Take) => [base, revised].map((item) => isKept(item, { take, by: "verdict", verdict: null }));
  expect((["base", "revised", "both", "neither", "review"] as const).map(kept)).toEqual([
    [true, false], [false, true], [true, true], [false, false], [false, false],
  ]);
  expect(isKept(base, undefined)).toBe(false);
});

it("counts statuses by side and classes over both", () => {
  expect(statusCounts(model)).toEqual(new Map([["relabeled", [1, 1]], ["added", [0, 1]]]));
  expect(classCounts(model, ["dog"])).toEqual([["cup", 2], ["bowl", 1], ["dog", 0]]);
});

it("takes class names that are names of object members", () => {
  const odd = buildModel([object("1", { label: "__proto__" }), object("2", { label: "constructor" })]);
  expect(classCounts(odd, [])).toEqual([["__proto__", 1], ["constructor", 1]]);
});

it("reads the whole range as no filter, and ends in either order", () => {
  expect(rangeOf(0, 1)).toBeNull();
  expect(rangeOf(0.7, 0.2)).toEqual([0.2, 0.7]);
  expect(rangeOf(0, 1, -1)).toEqual([0, 1]);
  expect(rangeOf(-1, 1, -1)).toBeNull();
});

it("toggles without touching what it was given", () => {
  const set = new Set(["a"]);
  expect([...toggled(set, "b")]).toEqual(["a", "b"]);
  expect([...toggled(set, "a")]).toEqual([]);
  expect(set.size).toBe(1);
});

it("goes to the overlay and back to the mode before", () => {
  const there = { ...settings, mode: "swipe" as const };
  const over = { ...there, ...toggledOverlay(there) };
  expect(over.mode).toBe("overlay");
  expect(toggledOverlay(over).mode).toBe("swipe");
  expect(panesOf("split")).toEqual(["base", "revised"]);
});
