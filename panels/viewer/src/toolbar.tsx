// The controls that choose how the objects are shown: mode, next and previous, zoom.

import * as React from "react";
import { IconButton } from "./icons";
import type { Stage } from "./stage";
import type { Mode, Settings } from "./state";
import type { SideInfo } from "./types";

export const ZOOM = 1.4;

export function Toolbar(props: {
  stage: Stage;
  settings: Settings;
  sides: [SideInfo, SideInfo];
  stop: { at: number; of: number; to: (by: -1 | 1) => void };
  amend: (patch: Partial<Settings>) => void;
}): React.ReactElement {
  const { stage, settings, sides, stop, amend } = props;
  const modes: [Mode, string, string][] = [
    ["split", "Side by side", "Side by side"],
    ["overlay", "Overlay: area only in one, only in the other, in both (o)", "Overlay"],
    ["swipe", "Swipe: drag a line between the two", "Swipe"],
    ["base", `Only ${sides[0].name}`, sides[0].name],
    ["revised", `Only ${sides[1].name}`, sides[1].name],
    ["result", "Result: only what verdicts and the policy keep", "Result"],
  ];
  return (
    <>
      <div className="group joined modes" role="group" aria-label="Mode">
        {modes.map(([mode, title, text]) => (
          <IconButton key={mode} icon={mode} title={title} text={text} pressed={settings.mode === mode} onClick={() => amend({ mode })} />
        ))}
      </div>
      <div className="group joined" role="group" aria-label="Objects">
        <IconButton icon="previous" title="Previous object ([)" disabled={!stop.of} onClick={() => stop.to(-1)} />
        <span className="place" title="Objects shown, partners counted as one">
          {stop.at + 1 || "–"} / {stop.of}
        </span>
        <IconButton icon="next" title="Next object (])" disabled={!stop.of} onClick={() => stop.to(1)} />
      </div>
      <div className="group joined" role="group" aria-label="Zoom">
        <IconButton icon="minus" title="Zoom out (-)" onClick={() => stage.zoomBy(1 / ZOOM)} />
        <IconButton icon="fit" title="Show all of the picture (0, or double click)" onClick={() => stage.home()} />
        <IconButton icon="plus" title="Zoom in (+)" onClick={() => stage.zoomBy(ZOOM)} />
      </div>
    </>
  );
}
