// Made-up samples for the demo and the tests: a picture painted from its own objects.

import type { AnnotatedObject, Side, ViewerData } from "../src/types";

const STATUSES: [string, string, string][] = [
  ["identical", "#8a94a3", "The same class and the same mask, pixel for pixel."],
  ["refined", "#4f9dff", "The same object with another outline, IoU at least 0.5."],
  ["displaced", "#b07cff", "The same class near by, IoU from 0.1 to 0.5."],
  ["relabeled", "#ffd23f", "The same mask under another class."],
  ["recrowded", "#c98a5b", "A crowd became an instance, or an instance a crowd."],
  ["split", "#22c7c7", "One object became several parts."],
  ["merged", "#ff7ac2", "Several parts became one object."],
  ["removed", "#ff5a52", "In the base only."],
  ["added", "#5fd35f", "In the revision only."],
  ["degenerate", "#5b6470", "A mask without pixels."],
];
const CLASSES = ["person", "car", "dining table", "cup", "bottle", "bicycle", "umbrella", "<img src=x onerror=alert(1)>", "كوب قهوة", "a class whose name is far longer than any card is wide"];

/** Small, seeded, the same everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function ring(cx: number, cy: number, radius: number, wobble: number, corners: number, next: () => number): number[] {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  return Array.from({ length: corners }, (_, i) => {
    const angle = (i / corners) * 2 * Math.PI;
    const reach = radius * (1 + (next() - 0.5) * wobble);
    return [tenth(cx + 1.3 * reach * Math.cos(angle)), tenth(cy + reach * Math.sin(angle))];
  }).flat();
}

function paint(objects: AnnotatedObject[], width: number, height: number): string {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * 2, height * 2];
  const pen = canvas.getContext("2d")!;
  pen.scale(2, 2);
  const sky = pen.createLinearGradient(0, 0, 0, height);
  [["#9db7c9", 0], ["#d9d2c3", 0.45], ["#6f6a5e", 0.46], ["#3f3d38", 1]].forEach(([colour, at]) => sky.addColorStop(Number(at), String(colour)));
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, height);
  const next = random(3);
  for (const { rings, side } of objects) {
    if (side === 0) continue;
    pen.fillStyle = `hsl(${20 + next() * 200} ${15 + next() * 30}% ${25 + next() * 45}%)`;
    pen.beginPath();
    for (const points of rings) points.forEach((_, i) => i % 2 === 0 && pen[i ? "lineTo" : "moveTo"](points[i], points[i + 1]));
    pen.fill("evenodd");
  }
  return canvas.toDataURL("image/jpeg", 0.9);
}

/** A sample of `base` and `revised` objects (`revised` at least `base`), most of them pairs. */
export function sample(key: string, base: number, revised: number): ViewerData {
  const [width, height] = [640, 480];
  const next = random(base + revised);
  const objects: AnnotatedObject[] = [];
  const add = (side: Side, status: string, group: number, rings: number[][], more: Partial<AnnotatedObject>) => {
    const id = (objects.length + 1).toString(16).padStart(24, "a");
    const vertices = rings.reduce((sum, points) => sum + points.length / 2, 0);
    const box = [0, 1].map((axis) => rings.flat().filter((_, i) => i % 2 === axis)).map((values) => Math.max(...values) - Math.min(...values));
    const area = Math.round(box[0] * box[1] * 0.78);
    objects.push({ side, id, label: "person", status, crowd: false, iou: null, boundary_iou: null, area, vertices, coco_id: String(100000 + objects.length), evidence: null, group, rings, keypoints: [], ...more });
  };
  const size = 640 / Math.sqrt(base + revised);
  const extra = revised - base;
  for (let i = 0; i < base; i++) {
    const [cx, cy] = [40 + next() * 560, 190 + next() * 250];
    const radius = size * (0.15 + next() * 0.5) * (0.4 + cy / height);
    const label = CLASSES[Math.floor(next() ** 2 * CLASSES.length)];
    const coarse = ring(cx, cy, radius, 0.25, 12, next);
    const kind = i === 0 ? "recrowded" : ["identical", "refined", "refined", "refined", "displaced", "relabeled", "removed", "split"][i % 8];
    if (kind === "removed") add(0, kind, -1, [coarse], { label });
    else if (kind === "identical") [0, 1].forEach((side) => add(side as Side, kind, i, [coarse], { label, iou: 1, boundary_iou: 1 }));
    else if (kind === "split") {
      add(0, kind, i, [coarse], { label });
      [-0.6, 0.6].forEach((shift) => add(1, kind, i, [ring(cx + shift * radius, cy, radius * 0.55, 0.1, 30, next)], { label }));
    } else {
      const away = kind === "displaced" ? radius : 0;
      const iou = kind === "displaced" ? 0.1 + next() * 0.4 : 0.55 + next() * 0.44;
      const scores = { iou, boundary_iou: iou * 0.8 };
      const fine = ring(cx + away, cy, radius * 1.02, 0.1, 60, next);
      const hole = ring(cx, cy, radius * 0.35, 0.1, 16, next);
      add(0, kind, i, [coarse], { label, crowd: i === 0, ...scores });
      add(1, kind, i, i % 3 ? [fine] : [fine, hole], { label: kind === "relabeled" ? "bench" : label, ...scores });
    }
  }
  for (let i = 0; i < extra; i++) {
    const [cx, cy] = [20 + next() * 600, 180 + next() * 280];
    add(1, "added", -1, [ring(cx, cy, size * (0.1 + next() * 0.25), 0.12, 36, next)], { label: CLASSES[Math.floor(next() ** 2 * CLASSES.length)], crowd: i === 1 });
  }
  return {
    key,
    version: key,
    picture: { path: "", url: paint(objects, width, height), width, height },
    sides: [{ name: "COCO-2017", field: "coco_segmentations" }, { name: "Sama-COCO", field: "sama_segmentations" }],
    skeleton: [],
    statuses: STATUSES.map(([name, color, description]) => ({ name, color, description })),
    objects,
    decisions: Object.fromEntries(objects.map(({ id }) => [id, { take: "review", by: "open", verdict: null }])),
    review: { verdicts: ["prefer base", "prefer revised", "keep both", "keep neither", "unsure"], image: null, progress: "", open_only: false },
    focus: null,
    written: null,
  };
}
