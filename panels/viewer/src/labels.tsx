// What is written over a pane: the names of its sides, or the key of the overlay.

import * as React from "react";
import { AREA_COLOURS } from "./colors";
import type { Areas } from "./overlay";
import { stopsOf, type Item, type Model } from "./model";
import { sidesOf, type PaneKind } from "./state";
import type { SideInfo, ViewerData } from "./types";

/** What a pane shows, for who can't see it. */
export function namePane(kind: PaneKind, sides: [SideInfo, SideInfo], visible: [Item[], Item[]]): string {
  const shown = sidesOf(kind).map((side) => `${sides[side].name}, objects: ${visible[side].length}`);
  return kind === "result" ? `Result: ${shown.map((side) => `from ${side}`).join("; ")}` : shown.join("; ");
}

export function SideNames(props: { kind: PaneKind; sides: [SideInfo, SideInfo]; visible: [Item[], Item[]] }): React.ReactElement {
  const { kind, sides, visible } = props;
  return (
    <>
      {sidesOf(kind).map((side) => (
        <div key={side} className={side === 1 && kind === "swipe" ? "side right" : "side"} title={sides[side].field}>
          <bdi className="name">{sides[side].name}</bdi>
          <span className="count">{visible[side].length}</span>
        </div>
      ))}
    </>
  );
}

export function AreaKey({ area, sides }: { area: Areas["area"]; sides: [SideInfo, SideInfo] }): React.ReactElement {
  const entries = [
    ["base", `only ${sides[0].name}`],
    ["both", "both"],
    ["revised", `only ${sides[1].name}`],
  ] as const;
  return (
    <div className="key">
      {entries.map(([part, text]) => (
        <span key={part} data-area={part}>
          <i className="swatch" style={{ background: AREA_COLOURS[part] }} />
          <bdi className="name">{text}</bdi>
          <span className="count">≈ {Math.round(area[part]).toLocaleString("en")} px²</span>
        </span>
      ))}
    </div>
  );
}

/** What the result holds, by where it comes from, and how much is not decided. */
export function ResultKey({ data, model, visible }: { data: ViewerData; model: Model; visible: [Item[], Item[]] }): React.ReactElement {
  const open = stopsOf(model.items.filter(({ object }) => data.decisions[object.id]?.take === "review")).length;
  return (
    <div className="key">
      {([0, 1] as const).map((side) => (
        <span key={side} data-from={side}>
          <i className="swatch" style={{ background: AREA_COLOURS[side === 0 ? "base" : "revised"] }} />
          <bdi className="name">from {data.sides[side].name}</bdi>
          <span className="count">{visible[side].length}</span>
        </span>
      ))}
      <span data-from="open">{open ? `${open} open, not shown` : "nothing open"}</span>
    </div>
  );
}
