// Names come from data: they are shown as text, whatever they contain.

import * as React from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Card } from "../src/card";
import { palette, rgb } from "../src/colors";
import { ClassFilter, Legend } from "../src/filters";
import { namePane } from "../src/labels";
import { buildModel } from "../src/model";
import type { AnnotatedObject, ViewerData } from "../src/types";
import { object } from "./objects";

const hostile = "<img src=x onerror=alert(1)>";
const nothing = () => undefined;
const sides: ViewerData["sides"] = [{ name: hostile, field: "a" }, { name: "B", field: "b" }];
const statuses = [{ name: hostile, color: "red;background:url(x)", description: hostile }];

describe("names as text", () => {
  it("in the card", () => {
    const [item] = buildModel([object("1", { label: hostile, status: hostile })]).items;
    const html = renderToStaticMarkup(<Card item={item} data={{ sides, statuses } as ViewerData} colour="#000000" place={nothing} />);
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img");
  });

  it("in the legend and the class filter", () => {
    const legend = renderToStaticMarkup(
      <Legend statuses={statuses} sides={sides} counts={new Map()} colour={palette(statuses)} hidden={new Set()} crowds amend={nothing} />,
    );
    const filter = renderToStaticMarkup(<ClassFilter counts={[[hostile, 1]]} chosen={new Set([hostile])} amend={nothing} />);
    expect(legend + filter).not.toContain("<img");
    expect(legend).not.toContain("url(x)");
  });
});

it("takes colours that are `#rrggbb`, and grey for any other", () => {
  const colour = palette([{ name: "a", color: "#12AB34", description: "" }, { name: "b", color: "blue", description: "" }]);
  expect([colour("a"), colour("b"), colour("c")]).toEqual(["#12AB34", "#9aa0a6", "#9aa0a6"]);
  expect(rgb("#12AB34")).toEqual([0x12, 0xab, 0x34]);
});

it("names panes by their label sets, and how much of each is drawn", () => {
  const { items } = buildModel([object("1"), object("2"), object("3", { side: 1 })]);
  const visible: [typeof items, typeof items] = [items.slice(0, 2), items.slice(2)];
  const named: ViewerData["sides"] = [{ name: "Old", field: "a" }, { name: "New", field: "b" }];
  expect(namePane("revised", named, visible)).toBe("New, objects: 1");
  expect(namePane("swipe", named, visible)).toBe("Old, objects: 2; New, objects: 1");
  expect(namePane("result", named, visible)).toBe("Result: from Old, objects: 2; from New, objects: 1");
});

describe("the card", () => {
  const shown = (...objects: AnnotatedObject[]) => {
    const [item] = buildModel(objects).items;
    return renderToStaticMarkup(<Card item={item} data={{ sides, statuses } as ViewerData} colour="#000000" place={nothing} />).replace(/<[^>]*>/g, " ").replace(/ +/g, " ");
  };

  it("lists an object with all that belongs to it, base first", () => {
    const text = shown(
      object("p", { area: 40, vertices: 10, group: 1, side: 1, coco_id: "20", iou: 0.5, boundary_iou: 0.25 }),
      object("w", { area: 1234.4, group: 1, coco_id: "10", crowd: true }),
      object("q", { area: null, vertices: null, group: 1, side: 1, coco_id: null, label: "cup" }),
    );
    expect(text).toContain("IoU 0.500 Boundary IoU 0.250");
    const lines = ["B cup · – px² · – vertices · COCO id –", "B 40 px² · 10 vertices · COCO id 20", "crowd · 1,234 px² · 4 vertices · COCO id 10"];
    for (const line of lines) expect(text).toContain(line);
    expect(text.indexOf("crowd")).toBeLessThan(text.indexOf("B 40"));
    expect(text).toContain("label p");
  });

  it("says how many more there are of a crowd's many parts", () => {
    const parts = Array.from({ length: 20 }, (_, i) => object(`part ${i}`, { side: 1, group: 1 }));
    expect(shown(object("crowd", { group: 1, crowd: true }), ...parts)).toContain("and 15 more");
  });

  it("leaves out scores that are not known", () => {
    expect(shown(object("removed"))).not.toContain("IoU");
  });
});
