// Partners: pairs, wholes with their parts, and the order in which objects are visited.

import { expect, it } from "vitest";
import { buildModel, stopsOf, withPartners } from "../src/model";
import { object, square } from "./objects";

const ids = (items: { object: { id: string } }[]) => items.map((item) => item.object.id);

const model = buildModel([
  object("a", { group: 1 }),
  object("lone"),
  object("whole", { group: 2, rings: [square(5, 5, 50)] }),
  object("b", { side: 1, group: 1 }),
  object("part 1", { side: 1, group: 2 }),
  object("part 2", { side: 1, group: 2 }),
]);

it("links an object to its partners, itself first", () => {
  expect(ids(model.byId.get("b")!.linked)).toEqual(["b", "a"]);
  expect(ids(model.byId.get("part 2")!.linked)).toEqual(["part 2", "whole", "part 1"]);
  expect(ids(model.byId.get("lone")!.linked)).toEqual(["lone"]);
});

it("marks each object once, and none for an id of another sample", () => {
  expect(ids(withPartners(model, ["a", "b", "gone"]))).toEqual(["a", "b"]);
});

it("visits a pair or a group once, in the order given", () => {
  expect(ids(stopsOf(model.items))).toEqual(["a", "lone", "whole"]);
});

it("knows every object's box, and paints the largest first", () => {
  expect(model.byId.get("whole")!.box).toEqual({ left: 5, top: 5, right: 55, bottom: 55 });
  expect(model.painted[0].object.id).toBe("whole");
});

it("takes a sample without objects, and an object without rings", () => {
  expect(buildModel([]).items).toEqual([]);
  expect(buildModel([object("empty", { rings: [], area: 0 })]).items).toHaveLength(1);
});
