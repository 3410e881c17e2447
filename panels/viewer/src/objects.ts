// What a sample's objects come to under the present filters.

import * as React from "react";
import { AREA_COLOURS, rgb } from "./colors";
import { buildModel, stopsOf, type Item, type Model } from "./model";
import { overlay, tint, type Areas } from "./overlay";
import { classCounts, isKept, passes, statusCounts, type Settings } from "./state";
import type { ViewerData } from "./types";

export interface Objects {
  model: Model;
  /** What the filters let through on each side, largest first. */
  visible: [Item[], Item[]];
  /** What "next object" visits. */
  stops: Item[];
  statuses: Map<string, [number, number]>;
  classes: [string, number][];
}

export function useObjects(data: ViewerData, settings: Settings): Objects {
  const { hidden, classes, iou, evidence } = settings;
  const { decisions } = data;
  const { open_only } = data.review;
  const isResult = settings.mode === "result";
  const model = React.useMemo(() => buildModel(data.objects), [data.objects]);
  const shown = React.useMemo(() => {
    const isWanted = (item: Item) => {
      const decision = decisions[item.object.id];
      if (open_only && decision?.take !== "review") return false;
      return (!isResult || isKept(item, decision)) && passes(item, { hidden, classes, iou, evidence });
    };
    const passing = new Set(model.items.filter(isWanted));
    const painted = model.painted.filter((item) => passing.has(item));
    const visible: [Item[], Item[]] = [painted.filter(({ object }) => object.side === 0), painted.filter(({ object }) => object.side === 1)];
    return { visible, stops: stopsOf([...passing]) };
  }, [model, hidden, classes, iou, evidence, decisions, open_only, isResult]);
  const counts = React.useMemo(() => ({ statuses: statusCounts(model), classes: classCounts(model, classes ?? []) }), [model, classes]);
  return { model, ...shown, ...counts };
}

export interface AreaPicture {
  canvas: HTMLCanvasElement;
  area: Areas["area"];
}

/** The overlay's areas, made anew only when objects or filters change, and only where wanted. */
export function useAreas(visible: [Item[], Item[]], { width, height }: ViewerData["picture"], wanted: boolean): AreaPicture | null {
  return React.useMemo(() => {
    if (!wanted) return null;
    const [base, revised] = visible.map((items) => items.map(({ object }) => object.rings));
    const areas = overlay(base, revised, { width, height });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [areas.width, areas.height];
    const inks = { base: rgb(AREA_COLOURS.base), revised: rgb(AREA_COLOURS.revised), both: rgb(AREA_COLOURS.both) };
    canvas.getContext("2d")!.putImageData(new ImageData(tint(areas, inks), areas.width, areas.height), 0, 0);
    return { canvas, area: areas.area };
  }, [visible, width, height, wanted]);
}
