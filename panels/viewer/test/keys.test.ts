// Which keys are the viewer's, on keyboards of several countries.

import { expect, it, vi } from "vitest";
import { keyHandler } from "../src/keys";
import { INITIAL } from "../src/state";
import type { Stage } from "../src/stage";

function press(key: string, more: Partial<KeyboardEvent> = {}) {
  vi.stubGlobal("HTMLInputElement", class {});
  const [toStop, patch, judge, undo, stopPropagation] = [vi.fn(), vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  const verdicts = ["prefer base", "prefer revised", "keep both", "keep neither", "unsure"];
  const handle = keyHandler({ stage: {} as Stage, settings: INITIAL, patch, toStop, clear: null, verdicts, judge, undo });
  const event = { key, ctrlKey: false, metaKey: false, altKey: false, target: {}, preventDefault() {}, stopPropagation, ...more };
  handle(event as unknown as Parameters<typeof handle>[0]);
  return {
    stops: toStop.mock.calls.flat(),
    patches: patch.mock.calls.flat(),
    judged: judge.mock.calls.flat(),
    undone: undo.mock.calls.length,
    kept: stopPropagation.mock.calls.length === 1,
  };
}

it("takes brackets that are typed with Alt, or with Alt and Control", () => {
  expect(press("]").stops).toEqual([1]);
  expect(press("]", { altKey: true }).stops).toEqual([1]);
  expect(press("[", { altKey: true, ctrlKey: true }).stops).toEqual([-1]);
});

it("takes the overlay's key under caps lock too", () => {
  expect(press("o").patches).toEqual(press("O").patches);
  expect(press("O").patches).toMatchObject([{ mode: "overlay" }]);
});

it("judges by digits and Backspace, undoes by z, and keeps these from the App", () => {
  const given = ["1", "2", "3", "4", "5", "Backspace"].map((key) => press(key));
  expect(given.flatMap(({ judged }) => judged)).toEqual(["prefer base", "prefer revised", "keep both", "keep neither", "unsure", null]);
  expect(given.every(({ kept }) => kept)).toBe(true);
  expect(press("z")).toMatchObject({ undone: 1, kept: true });
  expect(press("6")).toMatchObject({ judged: [], kept: false });
  expect(press("z", { ctrlKey: true })).toMatchObject({ undone: 0, kept: false });
});

it("leaves the browser its own keys", () => {
  expect(press("]", { ctrlKey: true }).stops).toEqual([]);
  expect(press("[", { metaKey: true }).stops).toEqual([]);
  expect(press("o", { altKey: true }).patches).toEqual([]);
  expect(press("o", { ctrlKey: true }).patches).toEqual([]);
});
