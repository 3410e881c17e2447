// One pane: two canvases (scene below, marks above) and what lies over them.

import * as React from "react";
import type { PictureState } from "./picture";
import type { Stage } from "./stage";
import type { PaneKind } from "./state";
import type { Size } from "./transform";

const MESSAGES = {
  loading: "Loading the picture …",
  broken: "This picture can't be loaded. Its labels are drawn all the same.",
};

export function Pane(props: {
  kind: PaneKind;
  stage: Stage;
  picture: Size;
  state: PictureState;
  children?: React.ReactNode;
}): React.ReactElement {
  const { kind, stage, picture, state, children } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const scene = React.useRef<HTMLCanvasElement>(null);
  const marks = React.useRef<HTMLCanvasElement>(null);
  React.useLayoutEffect(() => stage.attach(kind, host.current!, scene.current!, marks.current!), [stage, kind]);
  return (
    <div className="pane" data-pane={kind} ref={host} style={{ aspectRatio: `${picture.width} / ${picture.height}` }}>
      <canvas ref={scene} />
      <canvas ref={marks} />
      {state !== "ready" && (
        <div className={`message ${state}`} role="status">
          {MESSAGES[state]}
        </div>
      )}
      {children}
    </div>
  );
}

/** The line between base and revised; moved by hand or by arrow keys. */
export function SwipeLine({ value, onChange }: { value: number; onChange: (value: number) => void }): React.ReactElement {
  const set = (next: number) => onChange(Math.min(Math.max(next, 0), 1));
  return (
    <div
      className="swipe"
      style={{ left: `${value * 100}%` }}
      role="slider"
      tabIndex={0}
      title="Drag to uncover one side or the other"
      aria-label="Line between base and revised"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value * 100)}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const { left, width } = event.currentTarget.parentElement!.getBoundingClientRect();
        set((event.clientX - left) / width);
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
        if (!by) return;
        event.preventDefault();
        event.stopPropagation();
        set(value + by);
      }}
    />
  );
}
