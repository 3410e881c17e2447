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
  /** Objects of one number are partners (a pair, or a whole and its parts); -1 has none. */
  group: number;
  /** Closed rings, each `x, y, x, y, …` in px of the label frame, filled even-odd. */
  rings: number[][];
}

export interface ViewerData {
  /** Changes with the sample and the comparison: the view goes home, marks are let go of. */
  key: string;
  /** Changes with what is said of the sample. */
  version: string;
  /** `width` and `height` are those of the label frame; the file may have other dimensions. */
  picture: { url: string; width: number; height: number };
  sides: [SideInfo, SideInfo];
  /** In the order of the legend. */
  statuses: StatusInfo[];
  /** In the order in which "next object" visits them. */
  objects: AnnotatedObject[];
  /** Zoom to these objects and mark them, once for each `nonce`. */
  focus: { ids: string[]; nonce: string } | null;
}

export interface ViewerProps {
  data: ViewerData;
  /** Told the object picked, then its partners; none when the pick is let go of. */
  onPick: (ids: string[]) => void;
}
