// What undoes the verdicts of this window, the last first.

import * as React from "react";
import type { Written } from "./types";

const DEEPEST = 20;

/** By comparison; kept while the page is open, also where the panel is closed meanwhile. */
const kept = new Map<string, Written[]>();

/** Puts a verdict on a stack, once, and drops what lies too deep. */
export function push(stack: Written[], written: Written): Written[] {
  return stack.some(({ nonce }) => nonce === written.nonce) ? stack : [...stack, written].slice(-DEEPEST);
}

export function useUndo(run: string, written: Written | null, onUndo: (undo: Written["undo"]) => void): { depth: number; undo: () => void } {
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  const seen = React.useRef<string>();
  React.useEffect(() => {
    if (!written || written.nonce === seen.current) return;
    seen.current = written.nonce;
    kept.set(run, push(kept.get(run) ?? [], written));
    redraw();
  }, [run, written?.nonce]);
  const undo = () => {
    const last = kept.get(run)?.pop();
    if (!last) return;
    redraw();
    onUndo(last.undo);
  };
  return { depth: kept.get(run)?.length ?? 0, undo };
}
