// The controls that choose which objects are shown: statuses, classes, IoU; and how strongly.

import * as React from "react";
import { Icon } from "./icons";
import { iouRange, toggled, type Settings } from "./state";
import type { SideInfo, StatusInfo } from "./types";

type Amend = (patch: Partial<Settings>) => void;

export function Legend(props: {
  statuses: StatusInfo[];
  sides: [SideInfo, SideInfo];
  counts: Map<string, [number, number]>;
  colour: (status: string) => string;
  hidden: ReadonlySet<string>;
  /** Whether the picture has any, which then are explained. */
  crowds: boolean;
  amend: Amend;
}): React.ReactElement {
  const { statuses, sides, counts, colour, hidden, crowds, amend } = props;
  const only = (name: string) => amend({ hidden: new Set(statuses.map((status) => status.name).filter((other) => other !== name)) });
  return (
    <div className="legend" role="group" aria-label="Statuses">
      {statuses.map(({ name, description }) => {
        const [base, revised] = counts.get(name) ?? [0, 0];
        const numbers = `${base} in ${sides[0].name}, ${revised} in ${sides[1].name}`;
        const title = [description, numbers, "Click: show or hide. Double or Alt click: only this one."].join("\n");
        return (
          <button
            key={name}
            type="button"
            className={base + revised ? "chip" : "chip none"}
            data-status={name}
            title={title}
            aria-pressed={!hidden.has(name)}
            onClick={(event) => (event.altKey ? only(name) : amend({ hidden: toggled(hidden, name) }))}
            onDoubleClick={() => only(name)}
          >
            <i className="swatch" style={{ "--swatch": colour(name) } as React.CSSProperties} />
            <span className="status">{name}</span>
            <span className="count">{base === revised ? base : `${base} → ${revised}`}</span>
          </button>
        );
      })}
      <button type="button" className="chip all" title="Show every status" disabled={!hidden.size} onClick={() => amend({ hidden: new Set() })}>
        all
      </button>
      {crowds && (
        <span className="hint" title="Crowds are hatched and their outlines dashed">
          <i className="swatch hatched" />
          crowd
        </span>
      )}
    </div>
  );
}

export function ClassFilter(props: { counts: [string, number][]; chosen: ReadonlySet<string> | null; amend: Amend }): React.ReactElement {
  const { counts, chosen, amend } = props;
  const [open, setOpen] = React.useState(false);
  const [query, setQuery] = React.useState("");
  const box = React.useRef<HTMLDivElement>(null);
  const found = counts.filter(([name]) => name.toLowerCase().includes(query.toLowerCase()));
  const toggle = (name: string) => {
    const next = toggled(chosen ?? new Set(), name);
    amend({ classes: next.size ? next : null });
  };
  const leave = (event: React.FocusEvent) => {
    if (!box.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
  };
  const close = (event: React.KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
  };
  const summary = !chosen ? "all classes" : chosen.size === 1 ? [...chosen][0] : `${chosen.size} classes`;
  return (
    <div className="group menu" ref={box} onBlur={leave} onKeyDown={close}>
      <button
        type="button"
        className="button"
        title="Show only some classes"
        aria-expanded={open}
        aria-pressed={chosen !== null}
        onClick={() => setOpen(!open)}
      >
        <bdi className="name">{summary}</bdi>
        <Icon name="down" />
      </button>
      {open && (
        <div className="popover" tabIndex={-1}>
          <div className="search">
            <input
              autoFocus
              type="search"
              placeholder="Find a class"
              aria-label="Find a class"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
            <button type="button" className="button" disabled={!chosen} onClick={() => amend({ classes: null })}>
              all
            </button>
          </div>
          <div className="options" role="group" aria-label="Classes">
            {found.map(([name, count]) => (
              <label key={name}>
                <input type="checkbox" checked={chosen?.has(name) ?? false} onChange={() => toggle(name)} />
                <bdi className="name">{name}</bdi>
                <span className="count">{count}</span>
              </label>
            ))}
            {!found.length && <div className="quiet">No such class in this picture.</div>}
          </div>
        </div>
      )}
    </div>
  );
}

export function IouFilter({ range, amend }: { range: Settings["iou"]; amend: Amend }): React.ReactElement {
  const [low, high] = range ?? [0, 1];
  const end = (label: string, value: number, set: (value: number) => void) => (
    <input type="range" min={0} max={1} step={0.01} value={value} aria-label={label} onChange={(event) => set(Number(event.target.value))} />
  );
  return (
    <div className="group range" title="Show only objects whose IoU with their partner is in this range; those without a partner have none">
      <span className="quiet">IoU</span>
      <span className="ends" style={{ "--low": low, "--high": high } as React.CSSProperties}>
        {end("Least IoU", low, (value) => amend({ iou: iouRange(Math.min(value, high), high) }))}
        {end("Greatest IoU", high, (value) => amend({ iou: iouRange(low, Math.max(value, low)) }))}
      </span>
      <output>{range ? `${low.toFixed(2)}–${high.toFixed(2)}` : "any"}</output>
    </div>
  );
}

function Slider(props: { name: string; value: number; onChange: (value: number) => void }): React.ReactElement {
  const { name, value, onChange } = props;
  return (
    <label className="slider" title={`Opacity of the ${name}: ${Math.round(value * 100)}%`}>
      <span className="quiet">{name}</span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={value}
        aria-label={`Opacity of the ${name}`}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </label>
  );
}

export function Opacities({ settings, amend }: { settings: Settings; amend: Amend }): React.ReactElement {
  return (
    <div className="group">
      <Slider name="fill" value={settings.fill} onChange={(fill) => amend({ fill })} />
      <Slider name="picture" value={settings.picture} onChange={(picture) => amend({ picture })} />
    </div>
  );
}
