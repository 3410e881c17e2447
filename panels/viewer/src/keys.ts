// The viewer's keys, heard only while it has the focus.

import type * as React from "react";
import type { Stage } from "./stage";
import { toggledOverlay, type Settings } from "./state";
import { ZOOM } from "./toolbar";

/** The keys, for assistive technology to list; there a `+` joins keys, and its own is `Plus`. */
export const SHORTCUTS = "] [ 1 2 3 4 5 Backspace z o Plus - 0 ArrowLeft ArrowRight ArrowUp ArrowDown Escape";

interface Hands {
  stage: Stage;
  settings: Settings;
  patch: (patch: Partial<Settings>) => void;
  toStop: (by: -1 | 1) => void;
  /** Lets go of what is picked, if anything is. */
  clear: (() => void) | null;
  /** In the order of their keys, from 1. */
  verdicts: string[];
  judge: (verdict: string | null) => void;
  undo: () => void;
}

/** Keys typed into a slider or a box of the viewer are its own, but for those that judge, which none takes. */
const isTyping = (target: EventTarget) => target instanceof HTMLInputElement;

/** Whether a key is pressed together with others, and not ours then; brackets take Alt on some keyboards, or Alt and Control. */
export function isChord({ key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): boolean {
  const isBracket = key === "[" || key === "]";
  return metaKey || (isBracket ? ctrlKey && !altKey : ctrlKey || altKey);
}

export function keyHandler({ stage, settings, patch, toStop, clear, verdicts, judge, undo }: Hands): React.KeyboardEventHandler {
  const judging: Record<string, () => void> = {
    ...Object.fromEntries(verdicts.map((verdict, index) => [String(index + 1), () => judge(verdict)])),
    Backspace: () => judge(null),
    z: undo,
    Z: undo,
  };
  const looking: Record<string, (() => void) | null> = {
    "+": () => stage.zoomBy(ZOOM),
    "=": () => stage.zoomBy(ZOOM),
    "-": () => stage.zoomBy(1 / ZOOM),
    "0": () => stage.home(),
    "[": () => toStop(-1),
    "]": () => toStop(1),
    o: () => patch(toggledOverlay(settings)),
    O: () => patch(toggledOverlay(settings)),
    ArrowLeft: () => stage.shift(-1, 0),
    ArrowRight: () => stage.shift(1, 0),
    ArrowUp: () => stage.shift(0, -1),
    ArrowDown: () => stage.shift(0, 1),
    Escape: clear,
  };
  return (event) => {
    const action = judging[event.key] ?? (isTyping(event.target) ? null : looking[event.key]);
    if (!action || isChord(event)) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
}
