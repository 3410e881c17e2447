// Loads the picture, and says so while it does and when it can't.

import * as React from "react";

export type PictureState = "loading" | "ready" | "broken";

/** A picture of another url is never returned, not even for a frame. */
export function usePicture(url: string): { image: HTMLImageElement | null; state: PictureState } {
  const [loaded, setLoaded] = React.useState<{ url: string; image: HTMLImageElement | null } | null>(null);
  React.useEffect(() => {
    let current = true;
    const image = new Image();
    image.src = url;
    image.decode().then(
      () => current && setLoaded({ url, image }),
      () => current && setLoaded({ url, image: null }),
    );
    return () => {
      current = false;
    };
  }, [url]);
  if (loaded?.url !== url) return { image: null, state: "loading" };
  return { image: loaded.image, state: loaded.image ? "ready" : "broken" };
}
