// Registers the viewer with the FiftyOne App.

import * as React from "react";
import type { Pick, Step, ViewerData } from "./types";
import { Viewer } from "./viewer";

interface PanelProps {
  data?: Partial<ViewerData>;
  /** Operators to call, by event. */
  schema: { view: { on_pick?: string; on_step?: string } };
}

declare const __foo__: { useTriggerPanelEvent(): (operator: string, params: (Pick | Step) & { key: string }) => void };
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

const isComplete = (data: PanelProps["data"]): data is Omit<ViewerData, "theme"> => Boolean(data?.picture && data.sides && data.objects);

/** The App's theme, which stands on the page's root element. */
function useTheme(): ViewerData["theme"] {
  const read = () => (document.documentElement.dataset.muiColorScheme === "light" ? "light" : "dark");
  const [theme, setTheme] = React.useState<ViewerData["theme"]>(read);
  React.useEffect(() => {
    const observer = new MutationObserver(() => setTheme(read()));
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-mui-color-scheme"] });
    return () => observer.disconnect();
  }, []);
  return theme;
}

function AnnotationDifferencesViewer({ data, schema }: PanelProps): React.ReactElement | null {
  const trigger = __foo__.useTriggerPanelEvent();
  const theme = useTheme();
  const { on_pick, on_step } = schema.view;
  const complete = React.useMemo(() => (isComplete(data) ? { ...data, theme } : null), [data, theme]);
  if (!complete) return null;
  // each event says what it is of: windows of a session share the panel's state
  const { key } = complete;
  return (
    <Viewer
      data={complete}
      onPick={(pick) => on_pick && trigger(on_pick, { ...pick, key })}
      onStep={on_step ? (step) => trigger(on_step, { ...step, key }) : undefined}
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
