// Shows the committed bundle outside the App: stands in for its globals and mounts the viewer.

import type * as ReactTypes from "react";
import type { ViewerData } from "../src/types";
import { sample } from "./data";

interface Props {
  data: ViewerData;
  schema: { view: Record<"on_pick" | "on_judge" | "on_undo" | "on_open_only" | "place", string> };
}

declare const React: typeof ReactTypes;
declare const ReactDOM: { createRoot(host: Element): { render(element: ReactTypes.ReactElement): void } };

declare global {
  interface Window {
    /** Takes changes to the data, as the server would send them. */
    send: (change: Partial<ViewerData>) => void;
    events: { event: string; params: unknown }[];
    sample: typeof sample;
    __foo__: unknown;
    __fop__: unknown;
  }
}

const query = new URLSearchParams(location.search);
const many = query.has("many");
let data = sample("first", many ? 500 : 40, many ? 800 : 60);

window.events = [];
window.sample = sample;
window.__foo__ = {
  useTriggerPanelEvent: () => (event: string, params: unknown) => {
    window.events.push({ event, params });
    document.querySelector("#log")!.textContent = `${event} ${JSON.stringify(params)}`;
  },
};
window.__fop__ = {
  PluginComponentType: { Component: "component" },
  registerComponent({ name, component }: { name: string; component: ReactTypes.ComponentType<Props> }) {
    if (name !== "AnnotationDifferencesViewer") return;
    const root = ReactDOM.createRoot(document.querySelector("#viewer")!);
    window.send = (change) => {
      data = { ...data, ...change };
      root.render(React.createElement(component, { data, schema: { view: { on_pick: "on_pick", on_judge: "on_judge", on_undo: "on_undo", on_open_only: "on_open_only", place: "here" } } }));
    };
    window.send({});
  },
};
