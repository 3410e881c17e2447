// The row of verdicts, and what undoes them.

import * as React from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { sayEvidence } from "../src/card";
import { buildModel } from "../src/model";
import { givenVerdicts, ReviewBar } from "../src/review";
import type { Decision, Written } from "../src/types";
import { push } from "../src/undo";
import { object } from "./objects";

const { items } = buildModel([object("a"), object("b", { side: 1 })]);
const decisions: Record<string, Decision> = { a: { take: "base", by: "verdict", verdict: "prefer base" } };
const nothing = () => undefined;

it("says what verdict the picked items have, or the image", () => {
  expect(givenVerdicts(items, decisions, "unsure")).toEqual(new Set(["prefer base"]));
  expect(givenVerdicts([items[1]], decisions, "unsure")).toEqual(new Set());
  expect(givenVerdicts([], decisions, "unsure")).toEqual(new Set(["unsure"]));
});

it("shows each verdict with its key, and which is given", () => {
  const review = { verdicts: ["prefer base", "unsure"], image: "unsure", progress: "3 of 7 items decided", open_only: false };
  const html = renderToStaticMarkup(
    <ReviewBar review={review} decisions={{}} picked={[]} goOn depth={0} judge={nothing} undo={nothing} setGoOn={nothing} setOpenOnly={nothing} />,
  );
  expect(html).toContain("<kbd>1</kbd>Prefer base");
  expect(html).toContain("<kbd>2</kbd>✓ unsure");
  expect(html).toContain("<kbd>z</kbd>Undo");
  expect(html).toContain("3 of 7 items decided");
});

it("undoes twenty verdicts, each once", () => {
  const verdict = (number: number): Written => ({ nonce: String(number), undo: {} });
  let stack: Written[] = [];
  for (let number = 0; number < 25; number++) stack = push(push(stack, verdict(number)), verdict(number));
  expect(stack.map(({ nonce }) => nonce)).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 5)));
});

it("says with which side models side", () => {
  expect([0.62, -0.1, 0.004].map(sayEvidence)).toEqual(["Models side with revised, 0.62", "Models side with base, 0.10", "Models side with neither"]);
});
