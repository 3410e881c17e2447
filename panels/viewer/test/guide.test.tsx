// The guide of the first use, and the address that a load ends at.

import * as React from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, expect, it, vi } from "vitest";
import { Guide } from "../src/guide";
import { addressOf } from "../src/opening";
import type { SideInfo } from "../src/types";

const sides: [SideInfo, SideInfo] = [{ name: "Old", field: "old" }, { name: "New", field: "new" }];
const shown = () => renderToStaticMarkup(<Guide sides={sides} />);
const refused = () => {
  throw new Error("storage is refused");
};

afterEach(() => vi.unstubAllGlobals());

it("names both sides and five keys until it was dismissed", () => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null });
  expect(shown()).toContain("<b>Old</b></bdi> on the left, those of <bdi><b>New</b>");
  expect(shown().match(/<kbd>/g)).toHaveLength(5);
  kept.set("sama-coco-guide-dismissed", "true");
  expect(shown()).toBe("");
});

it("shows where a browser keeps nothing", () => {
  vi.stubGlobal("localStorage", { getItem: refused });
  expect(shown()).toContain("Got it");
});

it("makes addresses of what is saved, under the path that the App has", () => {
  const opened = { dataset: "a b", view: "diff-added", workspace: null };
  expect(addressOf(opened, "/datasets/other")).toBe("/datasets/a%20b?view=diff-added");
  expect(addressOf(opened, "/proxy/5151/datasets/other/")).toBe("/proxy/5151/datasets/a%20b?view=diff-added");
  expect(addressOf({ ...opened, workspace: "diff-differences" }, "/")).toBe("/datasets/a%20b?view=diff-added&workspace=diff-differences");
});
