// What the viewer's controls are set to, and which objects that lets through.

import type { Item, Model } from "./model";
import type { Decision, Side } from "./types";

export type Mode = "split" | "overlay" | "swipe" | "base" | "revised" | "result";
export type PaneKind = Exclude<Mode, "split">;

export interface Settings {
  mode: Mode;
  /** The mode to go back to from the overlay. */
  before: Mode;
  hidden: ReadonlySet<string>;
  classes: ReadonlySet<string> | null;
  iou: readonly [number, number] | null;
  evidence: readonly [number, number] | null;
  /** Whether a verdict leads on to the next open item. */
  goOn: boolean;
  fill: number;
  picture: number;
  /** Where the swipe line is, a part of the pane's width. */
  swipe: number;
}

export const INITIAL: Settings = {
  mode: "split",
  before: "split",
  hidden: new Set(),
  classes: null,
  iou: null,
  evidence: null,
  goOn: true,
  fill: 0.3,
  picture: 1,
  swipe: 0.5,
};

export function amend(settings: Settings, patch: Partial<Settings>): Settings {
  return { ...settings, ...patch };
}

export function toggled(set: ReadonlySet<string>, name: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(name)) next.add(name);
  return next;
}

export function toggledOverlay({ mode, before }: Settings): Partial<Settings> {
  return mode === "overlay" ? { mode: before } : { mode: "overlay", before: mode };
}

/** The two ends of a filter in order; the whole of [least, 1] is no filter. */
export function rangeOf(low: number, high: number, least = 0): [number, number] | null {
  const range: [number, number] = [Math.min(low, high), Math.max(low, high)];
  return range[0] <= least && range[1] >= 1 ? null : range;
}

export function panesOf(mode: Mode): PaneKind[] {
  return mode === "split" ? ["base", "revised"] : [mode];
}

export function sidesOf(kind: PaneKind): Side[] {
  return kind === "base" ? [0] : kind === "revised" ? [1] : [0, 1];
}

const lies = (value: number | null, range: readonly [number, number] | null) =>
  !range || (value !== null && value >= range[0] && value <= range[1]);

export type Filters = Pick<Settings, "hidden" | "classes" | "iou" | "evidence">;

/** An object is shown with its partners, so a class filter asks for the class on either side. */
export function passes(item: Item, { hidden, classes, iou, evidence }: Filters): boolean {
  const { status } = item.object;
  if (hidden.has(status) || !lies(item.object.iou, iou) || !lies(item.object.evidence, evidence)) return false;
  return !classes || item.linked.some(({ object }) => classes.has(object.label));
}

/** Whether the result would hold an object; of open items it holds none. */
export function isKept({ object: { side } }: Item, decision: Decision | undefined): boolean {
  return decision?.take === "both" || decision?.take === (side === 0 ? "base" : "revised");
}

/** How many objects of each status the two sides have. */
export function statusCounts(model: Model): Map<string, [number, number]> {
  const counts = new Map<string, [number, number]>();
  for (const { object } of model.items) {
    const pair = counts.get(object.status) ?? [0, 0];
    pair[object.side] += 1;
    counts.set(object.status, pair);
  }
  return counts;
}

/** Classes with the number of objects on both sides, most frequent first; `kept` are listed even at 0. */
export function classCounts(model: Model, kept: Iterable<string>): [string, number][] {
  const counts = new Map<string, number>([...kept].map((name) => [name, 0]));
  for (const { object } of model.items) counts.set(object.label, (counts.get(object.label) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}
