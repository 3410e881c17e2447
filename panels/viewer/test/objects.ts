// Objects for the tests.

import type { AnnotatedObject } from "../src/types";

/** A closed square, `x, y` its corner. */
export const square = (x: number, y: number, side: number): number[] => [x, y, x + side, y, x + side, y + side, x, y + side];

export function object(id: string, more: Partial<AnnotatedObject> = {}): AnnotatedObject {
  const rings = more.rings ?? [square(0, 0, 10)];
  return {
    side: 0, id, label: "person", status: "refined", crowd: false, iou: null, boundary_iou: null,
    area: rings.length ? (rings[0][2] - rings[0][0]) ** 2 : 0, vertices: 4, coco_id: "1", evidence: null, group: -1, rings, keypoints: [], ...more,
  };
}
