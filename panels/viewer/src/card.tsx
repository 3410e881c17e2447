// The card beside the pointer: what an object is, and what belongs to it.

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

function Row({ item, side, own }: { item: Item; side: string; own: boolean }): React.ReactElement {
  const { label, crowd, area, vertices, coco_id } = item.object;
  return (
    <tr className={own ? "own" : ""}>
      <th><bdi>{side}</bdi></th>
      <td><bdi className="name">{label}</bdi>{crowd && " (crowd)"}</td>
      <td>{count(area)}</td>
      <td>{count(vertices)}</td>
      <td><bdi>{coco_id ?? MISSING}</bdi></td>
    </tr>
  );
}

export function Card(props: { item: Item; data: ViewerData; colour: string; place: (card: HTMLElement | null) => void }): React.ReactElement {
  const { item, data, colour, place } = props;
  const { id, label, status, iou, boundary_iou } = item.object;
  const rows = item.linked.slice(0, MOST_ROWS);
  const more = item.linked.length - rows.length;
  rows.sort((a, b) => a.object.side - b.object.side);
  return (
    <div className="card" ref={place} role="tooltip">
      <div className="card-title">
        <bdi className="name">{label}</bdi>
        <span className="status"><i className="swatch" style={{ background: colour }} />{status}</span>
      </div>
      <div className="quiet line">{data.statuses.find(({ name }) => name === status)?.description}</div>
      <div className="scores">
        <Score name="IoU" value={iou} />
        <Score name="Boundary IoU" value={boundary_iou} />
      </div>
      <table>
        <thead>
          <tr><th /><th>class</th><th>px²</th><th>vertices</th><th>COCO id</th></tr>
        </thead>
        <tbody>
          {rows.map((row) => <Row key={row.object.id} item={row} side={data.sides[row.object.side].name} own={row === item} />)}
        </tbody>
      </table>
      {more > 0 && <div className="quiet">and {more} more</div>}
      <div className="quiet id line">label {id}</div>
    </div>
  );
}
