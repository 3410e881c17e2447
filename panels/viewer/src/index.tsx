// Registers the viewer with the FiftyOne App.

import * as React from "react";
import type { ViewerData } from "./types";
import { Viewer } from "./viewer";

interface PanelProps {
  data?: Partial<ViewerData> & { picture?: { path: string } };
  /** The operator to call, and what this window shows: windows share the panel's state. */
  schema: { view: { on_pick: string; place: string } };
}

declare const __foo__: { useTriggerPanelEvent(): (operator: string, params: { ids: string[]; place: string }) => void };
declare const __fos__: { getSampleSrc?(path: string): string } | undefined;
declare const __fop__: {
  PluginComponentType: { Component: unknown };
  registerComponent(registration: {
    name: string;
    label: string;
    component: React.ComponentType<PanelProps>;
    type: unknown;
    activator: () => boolean;
  }): void;
};

/** Of picks in quick succession the last alone is told. */
const QUICK_MS = 120;

/** The data as it stands, with the picture's address as the App has it. */
function complete(data: PanelProps["data"]): ViewerData | null {
  if (!data?.picture || !data.sides || !data.objects) return null;
  const { path, url } = data.picture;
  const source = typeof __fos__ === "undefined" ? undefined : __fos__.getSampleSrc?.(path);
  return { ...(data as ViewerData), picture: { ...data.picture, url: source ?? url } };
}

function AnnotationDifferencesViewer({ data, schema }: PanelProps): React.ReactElement | null {
  const trigger = __foo__.useTriggerPanelEvent();
  const { on_pick, place } = schema.view;
  // the App copies all data at every event; what has not changed stays the same here
  const steady = React.useMemo(() => complete(data), [data?.key, data?.version, data?.objects?.length]);
  const telling = React.useRef<ReturnType<typeof setTimeout>>();
  React.useEffect(() => () => clearTimeout(telling.current), [steady?.key]);
  const tell = (ids: string[]) => {
    clearTimeout(telling.current);
    telling.current = setTimeout(() => trigger(on_pick, { ids, place }), QUICK_MS);
  };
  return steady && <Viewer data={{ ...steady, focus: data?.focus ?? null }} onPick={tell} />;
}

__fop__.registerComponent({
  name: "AnnotationDifferencesViewer",
  label: "Annotation differences viewer",
  component: AnnotationDifferencesViewer,
  type: __fop__.PluginComponentType.Component,
  activator: () => true,
});
