// The viewer: one picture's two label sets, their differences, and the controls around them.

import * as React from "react";
import { Card } from "./card";
import { palette } from "./colors";
import { ClassFilter, Legend, Opacities, RangeFilter, Slider } from "./filters";
import { Guide } from "./guide";
import { keyHandler, SHORTCUTS } from "./keys";
import { AreaKey, namePane, ResultKey, SideNames } from "./labels";
import { useAreas, useObjects } from "./objects";
import { Pane } from "./pane";
import { usePicking } from "./picking";
import { usePicture } from "./picture";
import { ReviewBar } from "./review";
import { Stage } from "./stage";
import { amend, INITIAL, panesOf, sidesOf } from "./state";
import { Toolbar } from "./toolbar";
import type { ViewerProps } from "./types";
import { useUndo } from "./undo";
import css from "./viewer.css";

export function Viewer(props: ViewerProps): React.ReactElement {
  const { data } = props;
  const { key, sides, statuses, skeleton, review, decisions } = data;
  const { url, width, height } = data.picture;
  const [stage] = React.useState(() => new Stage());
  const [settings, patch] = React.useReducer(amend, INITIAL);
  const { mode, fill, picture: pictureOpacity, swipe } = settings;
  const objects = useObjects(data, settings);
  const { visible } = objects;
  const colour = React.useMemo(() => palette(statuses), [statuses]);
  const weighed = React.useMemo(() => data.objects.some(({ evidence }) => evidence !== null), [data.objects]);
  const crowds = React.useMemo(() => data.objects.some(({ crowd }) => crowd), [data.objects]);
  const { image, state } = usePicture(url);
  const areas = useAreas(visible, data.picture, mode === "overlay");

  React.useLayoutEffect(
    () => stage.show({ picture: { width, height }, image, visible, colour, areas: areas?.canvas ?? null, fill, pictureOpacity, swipe, skeleton }),
    [stage, width, height, image, visible, colour, areas, fill, pictureOpacity, swipe, skeleton],
  );
  React.useEffect(() => () => stage.stop(), [stage]);
  const { hovered, told, picked, at, toStop, clear } = usePicking(stage, props, objects);
  const { depth, undo } = useUndo(key.split("/")[0], data.written, props.onUndo);
  const ids = picked.map(({ object }) => object.id);
  const judge = (verdict: string | null) => props.onJudge(verdict, ids, settings.goOn);
  const drawn = (side: 0 | 1) => (panesOf(mode).some((kind) => sidesOf(kind).includes(side)) ? visible[side].length : 0);

  return (
    <div
      className="annotation-differences"
      ref={(root) => void (stage.root = root)}
      tabIndex={-1}
      data-key={key}
      data-mode={mode}
      data-picture={state}
      data-outlines-base={drawn(0)}
      data-outlines-revised={drawn(1)}
      data-hover={hovered?.item.object.id ?? ""}
      data-marked={ids.join(" ")}
      data-undo={depth}
      onKeyDown={keyHandler({ stage, settings, patch, toStop, clear: picked.length ? clear : null, verdicts: review.verdicts, judge, undo })}
    >
      <style>{css}</style>
      <Guide sides={sides} />
      <ReviewBar
        review={review}
        decisions={decisions}
        picked={picked}
        goOn={settings.goOn}
        depth={depth}
        judge={judge}
        undo={undo}
        setGoOn={(goOn) => patch({ goOn })}
        setOpenOnly={(openOnly) => props.onOpenOnly(openOnly, ids)}
      />
      <div className="row">
        <Toolbar stage={stage} settings={settings} sides={sides} stop={{ at, of: objects.stops.length, to: toStop }} amend={patch} />
        <ClassFilter counts={objects.classes} chosen={settings.classes} amend={patch} />
      </div>
      <div
        className="panes"
        ref={(panes) => void (stage.keyboard = panes)}
        tabIndex={0}
        role="application"
        aria-label={`Differences between ${sides[0].name} and ${sides[1].name}`}
        aria-keyshortcuts={SHORTCUTS}
      >
        {panesOf(mode).map((kind) => (
          <Pane key={kind} kind={kind} name={namePane(kind, sides, visible)} stage={stage} picture={data.picture} state={state}>
            {kind === "result" ? (
              <ResultKey data={data} model={objects.model} visible={visible} />
            ) : areas ? (
              <AreaKey area={areas.area} sides={sides} />
            ) : (
              <SideNames kind={kind} sides={sides} visible={visible} />
            )}
            {kind === "swipe" && (
              <Slider label="Line between base and revised" className="swipe" value={swipe} step={0.002} onChange={(swipe) => patch({ swipe })} />
            )}
            {hovered?.kind === kind && (
              <Card item={hovered.item} data={data} colour={colour(hovered.item.object.status)} place={(card) => void (stage.card = card)} />
            )}
          </Pane>
        ))}
      </div>
      <div className="told" role="status">
        {told && <Card item={told} data={data} colour={colour(told.object.status)} />}
      </div>
      <div className="row">
        <Legend statuses={statuses} sides={sides} counts={objects.statuses} colour={colour} hidden={settings.hidden} crowds={crowds} amend={patch} />
        <RangeFilter of="iou" range={settings.iou} amend={patch} />
        {weighed && <RangeFilter of="evidence" range={settings.evidence} amend={patch} />}
        <Opacities settings={settings} amend={patch} />
      </div>
    </div>
  );
}
