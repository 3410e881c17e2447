// What is written over a pane: the names of its sides, or the key of the overlay.

import * as React from "react";
import { AREA_COLOURS } from "./colors";
import type { Item } from "./model";
import type { Areas } from "./overlay";
import { sidesOf, type PaneKind } from "./state";
import type { SideInfo } from "./types";

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
