// What the viewer is given and what it reports: the contract with the panel.

/** 0 is the base (earlier) label set, 1 the revised one. */
export type Side = 0 | 1;

export interface SideInfo {
  name: string;
  field: string;
}

export interface StatusInfo {
  name: string;
  /** `#rrggbb` */
  color: string;
  description: string;
}

export interface AnnotatedObject {
  side: Side;
  /** Label id, unique over both sides. */
  id: string;
  label: string;
  status: string;
  crowd: boolean;
  /** Mask IoU with the partner, in [0, 1]. */
  iou: number | null;
  boundary_iou: number | null;
  /** Mask area in px² of the label frame. */
  area: number;
  vertices: number | null;
  coco_id: number | string | null;
  /** Objects of one number are partners (a pair, or a whole and its parts); -1 has none. */
  group: number;
  /** Closed rings, each `x, y, x, y, …` in px of the label frame, filled even-odd. */
  rings: number[][];
}

export interface ViewerData {
  /** Changes with the sample: the view goes home and marks are taken from `selected`. */
  key: string;
  /** `width` and `height` are those of the label frame; the file may have other dimensions. */
  picture: { url: string; width: number; height: number };
  sides: [SideInfo, SideInfo];
  /** In the order of the legend. */
  statuses: StatusInfo[];
  /** In the order in which "next object" visits them. */
  objects: AnnotatedObject[];
  /** Ids marked by the server; marks change when this list does. */
  selected: string[];
  /** Filters at mount; the viewer keeps its own from then on. `null` lets everything through. */
  hidden_statuses: string[];
  classes: string[] | null;
  iou_range: [number, number] | null;
  theme: "dark" | "light";
  /** Zoom to these objects and mark them, once for each new `n`. */
  focus: { ids: string[]; n: number } | null;
}

/** `ids` starts with the object picked, its partners follow; empty when the pick is cleared. */
export interface Pick {
  ids: string[];
  side: Side | null;
}

/** To the previous (-1) or next (1) sample. */
export interface Step {
  by: -1 | 1;
}

export interface ViewerProps {
  data: ViewerData;
  onPick: (pick: Pick) => void;
  /** Without it the viewer has no controls to change the sample. */
  onStep?: (step: Step) => void;
}
