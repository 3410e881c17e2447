// Names come from data: they are shown as text, whatever they contain.

import * as React from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Card, change, rowsOf } from "../src/card";
import { palette, rgb } from "../src/colors";
import { ClassFilter, Legend } from "../src/filters";
import { buildModel } from "../src/model";
import type { ViewerData } from "../src/types";
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

describe("the card's table", () => {
  it("sums parts against their whole", () => {
    const [whole] = buildModel([
      object("w", { area: 100, group: 1 }),
      object("p", { area: 40, vertices: 10, group: 1, side: 1 }),
      object("q", { area: 50, vertices: 11, group: 1, side: 1 }),
    ]).items;
    const [area, vertices, id] = rowsOf(whole);
    expect(area).toMatchObject({ values: ["100", "90"], change: "−10%" });
    expect(vertices).toMatchObject({ values: ["4", "21"], change: "+425%" });
    expect(id.values).toEqual(["1", "2 objects"]);
  });

  it("names both classes where they differ, and crowds where there are any", () => {
    const [cup] = buildModel([object("c", { label: "cup", group: 1 }), object("b", { label: "bowl", group: 1, side: 1, crowd: true })]).items;
    expect(rowsOf(cup).slice(0, 2).map(({ values }) => values)).toEqual([["cup", "bowl"], ["no", "yes"]]);
  });

  it("leaves a side without an object, and unknown numbers, open", () => {
    const [removed] = buildModel([object("r", { vertices: null })]).items;
    expect(rowsOf(removed).map(({ values }) => values)).toEqual([["100", "–"], ["–", "–"], ["1", "–"]]);
    expect(rowsOf(removed).every((row) => row.change === "")).toBe(true);
  });

  it("words a change by its size", () => {
    expect([change(100, 104.04), change(100, 250), change(3, 3), change(0, 3), change(null, 3)]).toEqual(["+4.0%", "+150%", "=", "", ""]);
  });
});
