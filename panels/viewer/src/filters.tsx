// The controls that choose which objects are shown: statuses, classes, IoU; and how strongly.

import * as React from "react";
import { Icon } from "./icons";
import { rangeOf, toggled, type Settings } from "./state";
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
  return (
    <div className="legend" role="group" aria-label="Statuses">
      {statuses.map(({ name, description }) => {
        const [base, revised] = counts.get(name) ?? [0, 0];
        return (
          <button
            key={name}
            type="button"
            className={base + revised ? "chip" : "chip none"}
            data-status={name}
            title={`${description}\n${base} in ${sides[0].name}, ${revised} in ${sides[1].name}`}
            aria-pressed={!hidden.has(name)}
            onClick={() => amend({ hidden: toggled(hidden, name) })}
          >
            <i className="swatch" style={{ "--swatch": colour(name) } as React.CSSProperties} />
            <span className="status">{name}</span>
            <span className="count">{base === revised ? base : `${base} → ${revised}`}</span>
          </button>
        );
      })}
      <button type="button" className="chip" title="Show every status" disabled={!hidden.size} onClick={() => amend({ hidden: new Set() })}>
        all
      </button>
      {crowds && <span className="hint" title="The outlines of crowds are dashed"><i className="dashed" />crowd</span>}
    </div>
  );
}

/** A menu that closes when the focus leaves it, or by Escape, which gives its button the focus. */
export function ClassFilter(props: { counts: [string, number][]; chosen: ReadonlySet<string> | null; amend: Amend }): React.ReactElement {
  const { counts, chosen, amend } = props;
  const toggle = (name: string) => {
    const next = toggled(chosen ?? new Set(), name);
    amend({ classes: next.size ? next : null });
  };
  const leave = ({ currentTarget, relatedTarget }: React.FocusEvent<HTMLDetailsElement>) => {
    if (!currentTarget.contains(relatedTarget)) currentTarget.open = false;
  };
  const close = (event: React.KeyboardEvent<HTMLDetailsElement>) => {
    if (event.key !== "Escape" || !event.currentTarget.open) return;
    event.stopPropagation();
    event.currentTarget.querySelector("summary")!.focus();
    event.currentTarget.open = false;
  };
  return (
    <details className="menu" onBlur={leave} onKeyDown={close}>
      <summary className="button" title="Show only some classes" data-chosen={chosen !== null}>
        <bdi className="name">{!chosen ? "all classes" : chosen.size === 1 ? [...chosen][0] : `${chosen.size} classes`}</bdi>
        <Icon name="down" />
      </summary>
      <div className="options" role="group" aria-label="Classes" tabIndex={-1}>
        <label>
          <input type="checkbox" checked={!chosen} onChange={() => amend({ classes: null })} />
          all classes
        </label>
        {counts.map(([name, count]) => (
          <label key={name}>
            <input type="checkbox" checked={chosen?.has(name) ?? false} onChange={() => toggle(name)} />
            <bdi className="name">{name}</bdi>
            <span className="count">{count}</span>
          </label>
        ))}
      </div>
    </details>
  );
}

/** A number in [least, 1]. */
export function Slider(props: {
  label: string;
  value: number;
  step: number;
  least?: number;
  className?: string;
  onChange: (value: number) => void;
}): React.ReactElement {
  const { label, value, step, least = 0, className, onChange } = props;
  return (
    <input
      type="range"
      min={least}
      max={1}
      step={step}
      value={value}
      className={className}
      aria-label={label}
      onChange={(event) => onChange(Number(event.target.value))}
    />
  );
}

const RANGES = {
  iou: { name: "IoU", least: 0, title: "Show only objects whose IoU with their partner is in this range; those without a partner have none" },
  evidence: { name: "evidence", least: -1, title: "Show only objects for which the evidence is in this range: below 0 models side with base, above 0 with revised. Advice, not truth" },
};

/** Both ends of the range that a number of objects must lie in. */
export function RangeFilter({ of, range, amend }: { of: keyof typeof RANGES; range: Settings["iou"]; amend: Amend }): React.ReactElement {
  const { name, least, title } = RANGES[of];
  const [low, high] = range ?? [least, 1];
  const part = (value: number) => (value - least) / (1 - least);
  return (
    <div className="group range" title={title}>
      <span className="quiet">{name}</span>
      <span className="ends" style={{ "--low": part(low), "--high": part(high) } as React.CSSProperties}>
        <Slider label={`Least ${name}`} least={least} value={low} step={0.01} onChange={(value) => amend({ [of]: rangeOf(Math.min(value, high), high, least) })} />
        <Slider label={`Greatest ${name}`} least={least} value={high} step={0.01} onChange={(value) => amend({ [of]: rangeOf(low, Math.max(value, low), least) })} />
      </span>
      <output>{range ? `${low.toFixed(2)}–${high.toFixed(2)}` : "any"}</output>
    </div>
  );
}

export function Opacities({ settings, amend }: { settings: Settings; amend: Amend }): React.ReactElement {
  return (
    <div className="group">
      {(["fill", "picture"] as const).map((name) => (
        <label key={name} className="slider">
          <span className="quiet">{name}</span>
          <Slider label={`Opacity of the ${name}`} value={settings[name]} step={0.05} onChange={(value) => amend({ [name]: value })} />
        </label>
      ))}
    </div>
  );
}
