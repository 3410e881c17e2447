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
  area: number | null;
  vertices: number | null;
  coco_id: string | null;
  /** What models say for revised over base, in [-1, 1]: advice. */
  evidence: number | null;
  /** Objects of one number are partners (a pair, or a whole and its parts); -1 has none. */
  group: number;
  /** Closed rings, each `x, y, x, y, …` in px of the label frame, filled even-odd. */
  rings: number[][];
  /** Each `x, y` in px and `v`: 0 not labelled, 1 hidden, 2 visible; empty of what has none. */
  keypoints: number[][];
}

/** What is taken of an item; "review" of those that are open. */
export type Take = "base" | "revised" | "both" | "neither" | "review";

export interface Decision {
  take: Take;
  /** "verdict", "rule 3", a preset's name, or "open". */
  by: string;
  /** The verdict on the item itself, not that on its image. */
  verdict: string | null;
}

export interface Review {
  /** In the order of their keys, from 1. */
  verdicts: string[];
  /** The verdict on the image. */
  image: string | null;
  progress: string;
  open_only: boolean;
}

/** Objects to zoom to and mark, once for each `nonce`; where there are none, the viewer takes the keys alone. */
export interface Focus {
  ids: string[];
  /** Whether a card says what the first is. */
  told: boolean;
  nonce: string;
}

/** A verdict that was written, once for each `nonce`, and what undoes it. */
export interface Written {
  nonce: string;
  undo: Record<string, unknown>;
}

/** `width` and `height` are those of the label frame; the file may have other dimensions. */
export interface Picture {
  path: string;
  url: string;
  width: number;
  height: number;
}

export interface ViewerData {
  /** Changes with the sample and the comparison: the view goes home, marks are let go of. */
  key: string;
  /** Changes with what is said of the sample. */
  version: string;
  picture: Picture;
  sides: [SideInfo, SideInfo];
  /** In the order of the legend. */
  statuses: StatusInfo[];
  /** Pairs of keypoints that are joined. */
  skeleton: number[][];
  /** In the order in which "next object" visits them. */
  objects: AnnotatedObject[];
  /** By label id; labels that are in no item have none. */
  decisions: Record<string, Decision>;
  review: Review;
  focus: Focus | null;
  written: Written | null;
}

export interface ViewerProps {
  data: ViewerData;
  /** Told the object picked, then its partners; none when the pick is let go of. */
  onPick: (ids: string[]) => void;
  /** Told a verdict, null to take it back, on some objects or, where there are none, on the image. */
  onJudge: (verdict: string | null, ids: string[], goOn: boolean) => void;
  onUndo: (undo: Written["undo"]) => void;
  onOpenOnly: (openOnly: boolean, ids: string[]) => void;
}
