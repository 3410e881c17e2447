// The objects of a sample, indexed: boxes, partners, order of drawing.

import type { AnnotatedObject } from "./types";
import type { Box } from "./transform";

export interface Item {
  object: AnnotatedObject;
  box: Box;
  /** Itself, then its partners. */
  linked: Item[];
}

export interface Model {
  /** As given. */
  items: Item[];
  /** Largest first, so that small objects are painted last and found first from the end. */
  painted: Item[];
  byId: ReadonlyMap<string, Item>;
}

export function boxOf(rings: number[][]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      box.left = Math.min(box.left, ring[i]);
      box.right = Math.max(box.right, ring[i]);
      box.top = Math.min(box.top, ring[i + 1]);
      box.bottom = Math.max(box.bottom, ring[i + 1]);
    }
  }
  return box;
}

export function buildModel(objects: AnnotatedObject[]): Model {
  const items = objects.map((object): Item => ({ object, box: boxOf(object.rings), linked: [] }));
  const groups = new Map<number, Item[]>();
  for (const item of items) {
    const { group } = item.object;
    if (group < 0) item.linked = [item];
    else groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  for (const members of groups.values()) {
    for (const item of members) item.linked = [item, ...members.filter((other) => other !== item)];
  }
  return {
    items,
    painted: [...items].sort((a, b) => (b.object.area ?? 0) - (a.object.area ?? 0)),
    byId: new Map(items.map((item) => [item.object.id, item])),
  };
}

/** The items of `ids` and all their partners, each once. */
export function withPartners(model: Model, ids: string[]): Item[] {
  return [...new Set(ids.flatMap((id) => model.byId.get(id)?.linked ?? []))];
}

/** One item for each pair, group or lone object, in the order given. */
export function stopsOf(items: Item[]): Item[] {
  const seen = new Set<Item>();
  return items.filter((item) => {
    if (seen.has(item)) return false;
    item.linked.forEach((other) => seen.add(other));
    return true;
  });
}
