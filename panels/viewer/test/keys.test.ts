// Which keys are the viewer's, on keyboards of several countries.

import { expect, it, vi } from "vitest";
import { keyHandler } from "../src/keys";
import { INITIAL } from "../src/state";
import type { Stage } from "../src/stage";

function press(key: string, more: Partial<KeyboardEvent> = {}) {
  vi.stubGlobal("HTMLInputElement", class {});
  const [toStop, patch] = [vi.fn(), vi.fn()];
  const handle = keyHandler({ stage: {} as Stage, settings: INITIAL, patch, toStop, clear: null });
  const event = { key, ctrlKey: false, metaKey: false, altKey: false, target: {}, preventDefault() {}, stopPropagation() {}, ...more };
  handle(event as unknown as Parameters<typeof handle>[0]);
  return { stops: toStop.mock.calls.flat(), patches: patch.mock.calls.flat() };
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

it("leaves the browser its own keys", () => {
  expect(press("]", { ctrlKey: true }).stops).toEqual([]);
  expect(press("[", { metaKey: true }).stops).toEqual([]);
  expect(press("o", { altKey: true }).patches).toEqual([]);
  expect(press("o", { ctrlKey: true }).patches).toEqual([]);
});
