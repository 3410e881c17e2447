// What a window calls itself.

const KEY = "sama-coco-window";

const code = own();

/** Sixteen hex digits, unlike those of any other window, the same after a reload. */
export function windowCode(): string {
  return code;
}

/** A window that was duplicated has its original's storage, but was not reloaded. */
function own(): string {
  const made = Array.from(crypto.getRandomValues(new Uint8Array(8)), byte => byte.toString(16).padStart(2, "0")).join("");
  try {
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    const kept = navigation?.type === "reload" ? sessionStorage.getItem(KEY) : null;
    sessionStorage.setItem(KEY, kept ?? made);
    return kept ?? made;
  } catch {
    return made; // storage is refused
  }
}
