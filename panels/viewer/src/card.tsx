// The card beside the pointer: what an object is, and how its two sides compare.

import * as React from "react";
import type { Item } from "./model";
import type { Side, ViewerData } from "./types";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const MISSING = "–";

interface Row {
  name: string;
  values: [string, string];
  change: string;
}

/** `+12%`; nothing where there is no comparing. */
export function change(before: number | null, after: number | null): string {
  if (!before || after === null || after === 0) return "";
  const percent = ((after - before) / before) * 100;
  if (percent === 0) return "=";
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  return `${percent < 0 ? "−" : "+"}${Math.abs(percent).toFixed(digits)}%`;
}

const total = (values: (number | null)[]): number | null =>
  values.length && values.every((value) => value !== null) ? values.reduce<number>((sum, value) => sum + value!, 0) : null;

const shown = (value: number | null) => (value === null ? MISSING : whole.format(value));

/** The rows of the card's table; a side with several parts is summed. */
export function rowsOf(item: Item): Row[] {
  const sides = ([0, 1] as Side[]).map((side) => item.linked.map(({ object }) => object).filter((object) => object.side === side));
  const numbers = (name: string, pick: (object: Item["object"]) => number | null): Row => {
    const [base, revised] = sides.map((objects) => total(objects.map(pick)));
    return { name, values: [shown(base), shown(revised)], change: change(base, revised) };
  };
  const words = (name: string, pick: (object: Item["object"]) => string): Row => {
    const [base, revised] = sides.map((objects) => [...new Set(objects.map(pick))].join(", ") || MISSING);
    return { name, values: [base, revised], change: "" };
  };
  const ids = sides.map((objects) => (objects.length > 1 ? `${objects.length} objects` : String(objects[0]?.coco_id ?? MISSING)));
  const rows = [
    numbers("Area, px²", ({ area }) => area),
    numbers("Vertices", ({ vertices }) => vertices),
    { name: "COCO id", values: [ids[0], ids[1]] as [string, string], change: "" },
  ];
  const { label } = item.object;
  if (item.linked.some(({ object }) => object.crowd)) rows.unshift(words("Crowd", ({ crowd }) => (crowd ? "yes" : "no")));
  if (item.linked.some(({ object }) => object.label !== label)) rows.unshift(words("Class", (object) => object.label));
  return rows;
}

function Score({ name, value }: { name: string; value: number | null }): React.ReactElement | null {
  if (value === null) return null;
  return (
    <span className="score">
      {name} <b>{value.toFixed(3)}</b>
    </span>
  );
}

export function Card(props: { item: Item; data: ViewerData; colour: string; place: (card: HTMLElement | null) => void }): React.ReactElement {
  const { item, data, colour, place } = props;
  const { object } = item;
  const status = data.statuses.find(({ name }) => name === object.status);
  return (
    <div className="card" ref={place} role="tooltip">
      <div className="card-title">
        <bdi className="name">{object.label}</bdi>
        <span className="status">
          <i className="swatch" style={{ background: colour }} />
          {object.status}
        </span>
      </div>
      {status && <div className="quiet line">{status.description}</div>}
      <div className="scores">
        <Score name="IoU" value={object.iou} />
        <Score name="Boundary IoU" value={object.boundary_iou} />
      </div>
      <table>
        <thead>
          <tr>
            <th />
            {data.sides.map(({ name }, side) => (
              <th key={side} className={side === object.side ? "own" : ""}>
                <bdi>{name}</bdi>
              </th>
            ))}
            <th />
          </tr>
        </thead>
        <tbody>
          {rowsOf(item).map((row) => (
            <tr key={row.name}>
              <th>{row.name}</th>
              <td><bdi>{row.values[0]}</bdi></td>
              <td><bdi>{row.values[1]}</bdi></td>
              <td className="quiet">{row.change}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="quiet id line">label {object.id}</div>
    </div>
  );
}
