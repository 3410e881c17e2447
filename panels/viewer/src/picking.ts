// What is hovered and what is picked: by pointer, by key, by a row of the table.

import * as React from "react";
import { below } from "./hit";
import { withPartners, type Item } from "./model";
import type { Objects } from "./objects";
import type { Stage } from "./stage";
import type { PaneKind } from "./state";
import { unite } from "./transform";
import type { ViewerProps } from "./types";

export interface Picking {
  hovered: { kind: PaneKind; item: Item } | null;
  /** What was picked without pointing at it, so that no card beside it says what it is. */
  told: Item | null;
  picked: Item[];
  /** Index among the stops, -1 where none is picked. */
  at: number;
  toStop: (by: -1 | 1) => void;
  clear: () => void;
}

export function usePicking(stage: Stage, { data, onPick }: ViewerProps, { model, stops }: Objects): Picking {
  const [pointed, setPointed] = React.useState<{ kind: PaneKind; id: string } | null>(null);
  const [marked, setMarked] = React.useState<string[]>([]);
  const [toldId, setTold] = React.useState<string | null>(null);
  const picked = React.useMemo(() => withPartners(model, marked), [model, marked]);
  const item = (pointed && model.byId.get(pointed.id)) ?? null;
  const at = stops.findIndex((stop) => stop.linked.some((other) => picked.includes(other)));

  const show = (items: Item[]) => stage.zoomTo(unite(items.map(({ box }) => box)));
  const pick = (chosen: Item | null, isTold = false) => {
    setMarked(chosen ? [chosen.object.id] : []);
    setTold(isTold && chosen ? chosen.object.id : null);
    if (chosen) show(chosen.linked);
    if (chosen || picked.length) onPick(chosen?.linked.map(({ object }) => object.id) ?? []);
  };
  const toStop = (by: -1 | 1) => {
    const from = at < 0 && by < 0 ? 0 : at;
    if (stops.length) pick(stops[(from + by + stops.length) % stops.length], true);
  };

  React.useLayoutEffect(() => {
    stage.listener = {
      hover(next) {
        const id = next?.stack[0];
        if (id !== pointed?.id || next?.kind !== pointed?.kind) setPointed(next && id ? { kind: next.kind, id } : null);
      },
      tap({ stack }, again) {
        setPointed(null);
        pick(model.byId.get(below(stack, again ? marked[0] : undefined) ?? "") ?? null);
      },
    };
  });
  React.useLayoutEffect(() => stage.mark({ picked, hovered: item }), [stage, picked, item]);
  React.useLayoutEffect(() => {
    stage.home();
    setPointed(null);
    setMarked([]);
    setTold(null);
  }, [stage, data.key]);

  const followed = React.useRef<string>();
  React.useLayoutEffect(() => {
    const items = withPartners(model, data.focus?.ids ?? []);
    if (!data.focus || data.focus.nonce === followed.current || (data.focus.ids.length && !items.length)) return;
    followed.current = data.focus.nonce;
    stage.keyboard?.focus({ preventScroll: true });
    if (!items.length) return;
    setMarked(data.focus.ids);
    setTold(data.focus.told ? items[0].object.id : null);
    show(items);
  }, [stage, model, data.focus?.nonce]);

  const told = (toldId && model.byId.get(toldId)) || null;
  return { hovered: pointed && item && { kind: pointed.kind, item }, told, picked, at, toStop, clear: () => pick(null) };
}
