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
  /** What is read of it to who can't see it. */
  name: string;
  stage: Stage;
  picture: Size;
  state: PictureState;
  children?: React.ReactNode;
}): React.ReactElement {
  const { kind, name, stage, picture, state, children } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const scene = React.useRef<HTMLCanvasElement>(null);
  const marks = React.useRef<HTMLCanvasElement>(null);
  React.useLayoutEffect(() => stage.attach(kind, host.current!, scene.current!, marks.current!), [stage, kind]);
  return (
    <div className="pane" data-pane={kind} ref={host} style={{ aspectRatio: `${picture.width} / ${picture.height}` }}>
      <canvas ref={scene} role="img" aria-label={name} />
      <canvas ref={marks} aria-hidden="true" />
      {state !== "ready" && <div className={`message ${state}`} role="status">{MESSAGES[state]}</div>}
      {children}
    </div>
  );
}
