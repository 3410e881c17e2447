// Registers the viewer with the FiftyOne App.

import * as React from "react";
import { registerOpening } from "./opening";
import { PanelChoice, type ChoiceProps } from "./choice";
import type { ViewerData } from "./types";
import { Viewer } from "./viewer";
import { windowCode } from "./window";

interface PanelProps {
  data?: Partial<ViewerData>;
  /** The operators to call, and what this window shows: windows share the panel's state. */
  schema: { view: { on_pick: string; on_judge: string; on_undo: string; on_open_only: string; place: string } };
}

interface WindowProps {
  /** What the panel asks of which window it is in: another view, or another load. */
  data?: { view?: string; load?: string };
  /** The operator to answer with. */
  schema: { view: { on_window: string } };
}

declare const __foo__: { useTriggerPanelEvent(): (operator: string, params: object) => void };
declare const __fos__: { getSampleSrc?(path: string): string } | undefined;
declare const __fop__: {
  PluginComponentType: { Component: unknown };
  registerComponent(registration: {
    name: string;
    label: string;
    component: React.ComponentType<PanelProps> | React.ComponentType<WindowProps> | React.ComponentType<ChoiceProps>;
    type: unknown;
    activator: () => boolean;
  }): void;
};

/** Of picks in quick succession the last alone is told. */
const QUICK_MS = 120;

/** The data as it stands, with the picture's address as the App has it. */
function complete(data: PanelProps["data"]): ViewerData | null {
  if (!data?.picture || !data.sides || !data.objects || !data.review) return null;
  const { path, url } = data.picture;
  const source = typeof __fos__ === "undefined" ? undefined : __fos__.getSampleSrc?.(path);
  return { ...(data as ViewerData), picture: { ...data.picture, url: source ?? url } };
}

/** The same value as long as it holds the same. */
function useSteady<Value>(value: Value): Value {
  const held = React.useRef(value);
  if (JSON.stringify(held.current) !== JSON.stringify(value)) held.current = value;
  return held.current;
}

function AnnotationDifferencesViewer({ data, schema }: PanelProps): React.ReactElement | null {
  const trigger = __foo__.useTriggerPanelEvent();
  const { on_pick, on_judge, on_undo, on_open_only, place } = schema.view;
  // the App copies all data at every event; what has not changed stays the same here
  const steady = React.useMemo(() => complete(data), [data?.key, data?.version, data?.objects?.length]);
  const telling = React.useRef<ReturnType<typeof setTimeout>>();
  React.useEffect(() => () => clearTimeout(telling.current), [steady?.key]);
  const tell = (ids: string[]) => {
    clearTimeout(telling.current);
    telling.current = setTimeout(() => trigger(on_pick, { ids, place }), QUICK_MS);
  };
  // what is sent at once overtakes a pick that waits, and says what is picked
  const send = (operator: string, params: Record<string, unknown>) => {
    clearTimeout(telling.current);
    trigger(operator, { ...params, place });
  };
  const decisions = useSteady(data?.decisions ?? {});
  const review = useSteady(data?.review);
  if (!steady) return null;
  return (
    <Viewer
      data={{ ...steady, decisions, review: review ?? steady.review, focus: data?.focus ?? null, written: data?.written ?? null }}
      onPick={tell}
      onJudge={(verdict, ids, goOn) => send(on_judge, { verdict, ids, go_on: goOn })}
      onUndo={(undo) => send(on_undo, { undo })}
      onOpenOnly={(openOnly, ids) => send(on_open_only, { open_only: openOnly, ids })}
    />
  );
}

__fop__.registerComponent({
  name: "AnnotationDifferencesViewer",
  label: "Annotation differences viewer",
  component: AnnotationDifferencesViewer,
  type: __fop__.PluginComponentType.Component,
  activator: () => true,
});

/** What was answered last, so that a component which is drawn anew does not answer again. */
let answered = "";

/** Tells a panel which window it is in: its own events (a load, another view) don't. */
function PanelWindow({ data, schema }: WindowProps): null {
  const trigger = __foo__.useTriggerPanelEvent();
  const asked = data?.load ? `${data.load}/${data.view}` : "";
  React.useEffect(() => {
    if (!asked || asked === answered) return;
    answered = asked;
    trigger(schema.view.on_window, { window: windowCode() });
  }, [asked]);
  return null;
}

__fop__.registerComponent({
  name: "PanelWindow",
  label: "Panel window",
  component: PanelWindow,
  type: __fop__.PluginComponentType.Component,
  activator: () => true,
});

registerOpening("@sama/sama-coco");

__fop__.registerComponent({
  name: "PanelChoice",
  label: "Panel choice",
  component: PanelChoice,
  type: __fop__.PluginComponentType.Component,
  activator: () => true,
});
