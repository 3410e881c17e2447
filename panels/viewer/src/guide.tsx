// A short guide for who opens the viewer for the first time, dismissed for good.

import * as React from "react";
import type { SideInfo } from "./types";

const KEY = "sama-coco-guide-dismissed";

const KEYS: [string, string][] = [
  ["]", "the next object"],
  ["0", "the whole picture"],
  ["o", "both sets on one picture"],
  ["1 – 5", "your verdict on what is picked"],
  ["z", "undo a verdict"],
];

/** Whether the browser keeps that the guide was read; where storage is refused, it does not. */
export function isDismissed(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

function dismiss(): void {
  try {
    localStorage.setItem(KEY, "true");
  } catch {
    // storage is refused: it shows again with the next load
  }
}

export function Guide({ sides }: { sides: [SideInfo, SideInfo] }): React.ReactElement | null {
  const [isOpen, setOpen] = React.useState(() => !isDismissed());
  if (!isOpen) return null;
  const [base, revised] = sides.map(({ name }) => <bdi key={name}><b>{name}</b></bdi>);
  const close = () => {
    dismiss();
    setOpen(false);
  };
  return (
    <section className="guide" aria-label="Guide">
      <ul>
        <li>One image twice: the labels of {base} on the left, those of {revised} on the right. Click an object to mark it and its partner, or a row of the table to zoom to it.</li>
        <li>An outline's colour is its status, what changed between the two. Point at a status below the panes to read what it means; click to hide it.</li>
        <li className="keys">
          While the panes have the focus (click them, or press Tab): {KEYS.map(([key, what]) => <span key={key}><kbd>{key}</kbd> {what}</span>)}
        </li>
      </ul>
      <button type="button" className="verb" onClick={close}>Got it</button>
    </section>
  );
}
