// The card of an object: what it is, and what belongs to it.

import * as React from "react";
import type { Item } from "./model";
import type { ViewerData } from "./types";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const MISSING = "–";
const MOST_ROWS = 6;

const count = (value: number | null) => (value === null ? MISSING : whole.format(value));

function Score({ name, value }: { name: string; value: number | null }): React.ReactElement | null {
  return value === null ? null : <span>{name} <b>{value.toFixed(3)}</b></span>;
}

/** What models say of an item. */
export function sayEvidence(value: number): string {
  const size = Math.abs(value).toFixed(2);
  if (size === "0.00") return "Models side with neither";
  return `Models side with ${value > 0 ? "revised" : "base"}, ${size}`;
}

/** An object's own figures, and its class where that is not the card's. */
function Line({ item, side, title }: { item: Item; side: string; title: string }): React.ReactElement {
  const { label, crowd, area, vertices, coco_id, keypoints } = item.object;
  const labelled = keypoints.filter(([, , v]) => v > 0).length;
  const facts = [
    label !== title && label,
    crowd && "crowd",
    `${count(area)} px²`,
    `${count(vertices)} vertices`,
    keypoints.length > 0 && `${labelled} of ${keypoints.length} keypoints`,
    `COCO id ${coco_id ?? MISSING}`,
  ];
  return <div className="object"><bdi>{side}</bdi> <bdi className="quiet">{facts.filter(Boolean).join(" · ")}</bdi></div>;
}

/** Beside an object that is pointed at, where it is placed; else where it stands. */
export function Card(props: { item: Item; data: ViewerData; colour: string; place?: (card: HTMLElement | null) => void }): React.ReactElement {
  const { item, data, colour, place } = props;
  const { id, label, status, iou, boundary_iou, evidence } = item.object;
  const rows = item.linked.slice(0, MOST_ROWS);
  const more = item.linked.length - rows.length;
  rows.sort((a, b) => a.object.side - b.object.side);
  return (
    <div className="card" ref={place} role={place && "tooltip"}>
      <div className="card-title">
        <bdi className="name">{label}</bdi>
        <span className="status"><i className="swatch" style={{ background: colour }} />{status}</span>
      </div>
      <div className="quiet line">{data.statuses.find(({ name }) => name === status)?.description}</div>
      <div className="scores">
        <Score name="IoU" value={iou} />
        <Score name="Boundary IoU" value={boundary_iou} />
      </div>
      {evidence !== null && <div>{sayEvidence(evidence)} <span className="quiet">(advice, not truth)</span></div>}
      {rows.map((row) => <Line key={row.object.id} item={row} side={data.sides[row.object.side].name} title={label} />)}
      {more > 0 && <div className="quiet">and {more} more</div>}
      <div className="quiet id line">label {id}</div>
    </div>
  );
}
