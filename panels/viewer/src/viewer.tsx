// The viewer: one picture's two label sets, their differences, and the controls around them.

import * as React from "react";
import { Card } from "./card";
import { palette } from "./colors";
import { ClassFilter, IouFilter, Legend, Opacities, Slider } from "./filters";
import { keyHandler } from "./keys";
import { AreaKey, SideNames } from "./labels";
import { useAreas, useObjects } from "./objects";
import { Pane } from "./pane";
import { usePicking } from "./picking";
import { usePicture } from "./picture";
import { Stage } from "./stage";
import { amend, INITIAL, panesOf, sidesOf } from "./state";
import { Toolbar } from "./toolbar";
import type { ViewerProps } from "./types";
import css from "./viewer.css";

export function Viewer(props: ViewerProps): React.ReactElement {
  const { data } = props;
  const { key, sides, statuses } = data;
  const { url, width, height } = data.picture;
  const [stage] = React.useState(() => new Stage());
  const [settings, patch] = React.useReducer(amend, INITIAL);
  const { mode, fill, picture: pictureOpacity, swipe } = settings;
  const objects = useObjects(data, settings);
  const { visible } = objects;
  const colour = React.useMemo(() => palette(statuses), [statuses]);
  const crowds = React.useMemo(() => data.objects.some(({ crowd }) => crowd), [data.objects]);
  const { image, state } = usePicture(url);
  const areas = useAreas(visible, data.picture, mode === "overlay");

  React.useLayoutEffect(
    () => stage.show({ picture: { width, height }, image, visible, colour, areas: areas?.canvas ?? null, fill, pictureOpacity, swipe }),
    [stage, width, height, image, visible, colour, areas, fill, pictureOpacity, swipe],
  );
  React.useEffect(() => () => stage.stop(), [stage]);
  const { hovered, picked, at, toStop, clear } = usePicking(stage, props, objects);
  const drawn = (side: 0 | 1) => (panesOf(mode).some((kind) => sidesOf(kind).includes(side)) ? visible[side].length : 0);

  return (
    <div
      className="annotation-differences"
      ref={(root) => void (stage.root = root)}
      tabIndex={0}
      role="application"
      aria-label={`Differences between ${sides[0].name} and ${sides[1].name}`}
      data-key={key}
      data-mode={mode}
      data-picture={state}
      data-outlines-base={drawn(0)}
      data-outlines-revised={drawn(1)}
      data-hover={hovered?.item.object.id ?? ""}
      data-marked={picked.map(({ object }) => object.id).join(" ")}
      onKeyDown={keyHandler({ stage, settings, patch, toStop, clear: picked.length ? clear : null })}
    >
      <style>{css}</style>
      <div className="row">
        <Toolbar stage={stage} settings={settings} sides={sides} stop={{ at, of: objects.stops.length, to: toStop }} amend={patch} />
        <ClassFilter counts={objects.classes} chosen={settings.classes} amend={patch} />
      </div>
      <div className="panes">
        {panesOf(mode).map((kind) => (
          <Pane key={kind} kind={kind} stage={stage} picture={data.picture} state={state}>
            {areas ? <AreaKey area={areas.area} sides={sides} /> : <SideNames kind={kind} sides={sides} visible={visible} />}
            {kind === "swipe" && (
              <Slider label="Line between base and revised" className="swipe" value={swipe} step={0.002} onChange={(swipe) => patch({ swipe })} />
            )}
            {hovered?.kind === kind && (
              <Card item={hovered.item} data={data} colour={colour(hovered.item.object.status)} place={(card) => void (stage.card = card)} />
            )}
          </Pane>
        ))}
      </div>
      <div className="row">
        <Legend statuses={statuses} sides={sides} counts={objects.statuses} colour={colour} hidden={settings.hidden} crowds={crowds} amend={patch} />
        <IouFilter range={settings.iou} amend={patch} />
        <Opacities settings={settings} amend={patch} />
      </div>
    </div>
  );
}
